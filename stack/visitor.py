"""Somebody who uses the server through its public HTTP interface."""

from io import BytesIO
from typing import Any

from aiohttp import ClientSession, FormData

from stack.night import Image

__all__ = ["RefusedError", "Visitor"]


class RefusedError(Exception):
    """The server refused; the text is its answer."""

    def __init__(self, status: int, answer: str) -> None:
        super().__init__(answer)
        self.status = status


class Visitor:
    """An observer, a scientist or a script with a hashtag."""

    def __init__(self, session: ClientSession, url: str, hashtag: str = "") -> None:
        self._session = session
        self.url = url
        self.hashtag = hashtag

    async def post(self, form: str, **fields: str) -> str:
        """Send one of the manual's forms; return the answer's text."""
        data = FormData({"hashtag": self.hashtag, "outputFormat": "json", **fields})
        async with self._session.post(f"{self.url}/cgi/{form}", data=data) as answer:
            text = await answer.text()
            if not answer.ok:
                raise RefusedError(answer.status, text)
            return text

    async def upload(self, target: str, image: Image, **fields: str) -> dict[str, Any]:
        """Upload an image's catalogue; return the twelve keys and more."""
        when = {"MJD": f"{image.mjd:.7f}", "expTime": f"{image.exposure_time:g}"}
        content = image.catalogue.encode()
        return await self.send(target, image.name, content, **{**when, **fields})

    async def send(
        self, target: str, name: str, content: bytes, **fields: str
    ) -> dict[str, Any]:
        """Upload a file, a list or an image; return the twelve keys and more."""
        asked = {"EventID": target, "hashtag": self.hashtag, "outputFormat": "json"}
        data = FormData({**asked, **fields})
        data.add_field("sexCat", BytesIO(content), filename=name)
        async with self._session.post(f"{self.url}/cgi/upload", data=data) as answer:
            if not answer.ok:
                raise RefusedError(answer.status, await answer.text())
            result: dict[str, Any] = await answer.json()
            return result

    async def get(self, path: str, **query: str) -> Any:
        """Return what a path answers in JSON."""
        async with self._session.get(f"{self.url}/{path}", params=query) as answer:
            if not answer.ok:
                raise RefusedError(answer.status, await answer.text())
            return await answer.json()

    async def light_curve(self, target: str) -> dict[str, Any]:
        """Return a light curve as the original server gives it."""
        curve: dict[str, Any] = await self.get(
            "get_alert_lc_data", alert_name=target, hashtag=self.hashtag
        )
        return curve
