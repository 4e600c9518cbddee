"""Sesame, which knows where in the sky names are."""

from urllib.parse import quote

from aiohttp import ClientError, ClientSession, ClientTimeout

__all__ = ["Sesame"]

_PATIENCE = ClientTimeout(total=10)
_LONGEST = 20_000


class Sesame:
    """Asks a resolver of names; its plain answers (``-oI``) are text.

    https://cds.unistra.fr/cgi-bin/Sesame
    """

    def __init__(self, address: str) -> None:
        self._address = address

    async def __call__(self, name: str) -> str:
        """Return what it says of a name; empty where it does not answer."""
        try:
            async with (
                ClientSession(timeout=_PATIENCE) as session,
                session.get(f"{self._address}?{quote(name)}") as answer,
            ):
                answer.raise_for_status()
                return (await answer.content.read(_LONGEST)).decode("utf-8", "replace")
        except (TimeoutError, ClientError):
            return ""
