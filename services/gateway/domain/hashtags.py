"""Hashtags: one secret for each person at each observatory.

Only their SHA-256 is ever stored. They are long and random, so that a plain hash
can be looked up and yet not be guessed.
"""

import hashlib
import re
import secrets

__all__ = ["digest", "new_hashtag"]

_PREFIX = re.compile(r"[^A-Za-z0-9]")


def digest(secret: str) -> str:
    """Return what is stored of a hashtag or a session."""
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()


def new_hashtag(prefix: str = "") -> str:
    """Return a fresh hashtag of 128 random bits, begun by what people recognise."""
    start = _PREFIX.sub("", prefix)[:16] or "cpcs"
    return f"{start}_{secrets.token_hex(16)}"
