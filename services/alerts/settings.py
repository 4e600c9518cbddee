"""The environment of alerts."""

from shared.settings import ServiceSettings

__all__ = ["Settings"]


class Settings(ServiceSettings):
    """Nothing beyond what every service reads."""
