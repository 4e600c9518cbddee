"""Signs what is sent to a webhook, so that its owner knows who sent it, and when."""

import base64
import hashlib
import hmac
from collections.abc import Mapping

__all__ = ["signatures", "standard_secret"]


def signatures(secret: str, id: str, seconds: int, body: bytes) -> Mapping[str, str]:
    """Return the headers by which a message is known as ours.

    ``webhook-…`` are those of Standard Webhooks 1.0 (github.com/standard-webhooks): its
    signature is of id, time and body, so that an old message cannot be played again.
    ``X-CPCS-Signature`` is the HMAC-SHA256 (RFC 2104) of the body alone, as
    ``sha256=`` and hex digits.

    Parameters
    ----------
    secret
        What the owner was shown.
    id
        Of what happened; the same however often it is told.
    seconds
        Unix time of the sending [s].
    body
        What is sent.
    """
    told = f"{id}.{seconds}.".encode() + body
    whole = hmac.new(secret.encode(), told, hashlib.sha256).digest()
    alone = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return {
        "webhook-id": id,
        "webhook-timestamp": str(seconds),
        "webhook-signature": f"v1,{base64.b64encode(whole).decode()}",
        "X-CPCS-Id": id,
        "X-CPCS-Signature": f"sha256={alone}",
    }


def standard_secret(secret: str) -> str:
    """Return a secret as libraries of Standard Webhooks want it."""
    return "whsec_" + base64.b64encode(secret.encode()).decode()
