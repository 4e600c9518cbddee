"""What the site knows of itself, at hand in every request."""

from typing import Any

from aiohttp import web

from services.gateway.web.desk import Desk

__all__ = ["DESCRIPTION", "DESK"]

DESK = web.AppKey("desk", Desk)
"""What every request is served from."""

DESCRIPTION = web.AppKey("description", dict[str, Any])
"""The OpenAPI document of the site."""
