"""Says why a person's request is not carried out."""

from typing import Protocol
from uuid import UUID

from shared.contracts.alerts import RequestRefused
from shared.kernel.sentence import MissingError, RefusedError

__all__ = ["Request", "refused"]


class Request(Protocol):
    """What a person asked for."""

    @property
    def request_id(self) -> UUID:
        """Under which it is answered."""


def refused(request: Request, fault: RefusedError) -> RequestRefused:
    """Return the event that tells the person why."""
    return RequestRefused(
        request_id=request.request_id,
        message=str(fault)[:100],
        hint=fault.hint,
        missing=isinstance(fault, MissingError),
    )
