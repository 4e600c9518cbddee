"""What somebody may do: look, measure, or run the server."""

from enum import IntEnum

__all__ = ["SCOPES", "Role", "role_of"]


class Role(IntEnum):
    """Each role may do all that the ones before it may."""

    ANYBODY = 0
    OBSERVER = 1
    UPLOADER = 2
    ADMINISTRATOR = 3


SCOPES = {
    "read": Role.OBSERVER,
    "upload": Role.UPLOADER,
    "administer": Role.ADMINISTRATOR,
}
"""What a hashtag is good for, at most."""


def role_of(*, allow_upload: bool, is_admin: bool, scope: str) -> Role:
    """Return what an observer may do with a hashtag of a scope."""
    own = Role.UPLOADER if allow_upload else Role.OBSERVER
    return min(Role.ADMINISTRATOR if is_admin else own, SCOPES[scope])
