"""Signs what is sent to a webhook, so that its owner knows who sent it."""

import hashlib
import hmac

__all__ = ["signature"]


def signature(secret: str, body: bytes) -> str:
    """Return the HMAC-SHA256 (RFC 2104) of a body, as ``sha256=`` and hex digits."""
    digest = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return f"sha256={digest}"
