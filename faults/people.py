"""People and programs at work: each goes on until its request is acknowledged."""

import asyncio
import itertools
import json
import random
import time
from collections.abc import Coroutine, Mapping, Sequence
from contextlib import suppress
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout, FormData, web

from faults.ledger import Ledger, Upload
from tests.support.alerts import voevent
from tests.support.server import image

__all__ = ["Crew"]

_LATER = {408, 429, 500, 502, 503, 504}
_TAKEN = {200, 202}
"""Done, or by a link: whoever was told so may rely on it."""
_PAUSE = 0.3
_DRY, _RESTORED = 0.1, 0.5
"""Parts of the uploads, and of the deleted points."""
Sent = Mapping[str, str] | bytes
_QUIET = ClientTimeout(total=None, sock_read=90)


class Crew:
    """Some people with one hashtag, and what they were told.

    Parameters
    ----------
    urls, hashtag
        The gateways, any of which will do, and who they are.
    targets
        Names of what they observe.
    ledger
        Where they write down what they are told.
    seed
        What they do depends on it alone.
    """

    def __init__(
        self,
        urls: Sequence[str],
        hashtag: str,
        targets: list[str],
        ledger: Ledger,
        seed: int,
    ) -> None:
        self._urls = itertools.cycle(urls)
        self._hashtag = hashtag
        self._targets = targets
        self._ledger = ledger
        self._seed = seed
        self._stopping = False

    def stop(self) -> None:
        """Let everybody finish what they have begun, and begin nothing more."""
        self._stopping = True

    def at_work(self, session: ClientSession) -> list[Coroutine[Any, Any, None]]:
        """Return what each of them does."""
        uploads = [self._upload(session, number) for number in range(3)]
        others = (self._enter_targets, self._send_packets, self._delete_points)
        return [*uploads, *(work(session) for work in others)]

    async def _asked(
        self, session: ClientSession, path: str, sent: Sent, catalogue: str = ""
    ) -> tuple[int, str]:
        """Return the answer to a request that is sent until it gets a final one."""
        headers = {"Authorization": f"Bearer {self._hashtag}"}
        if isinstance(sent, bytes):
            headers["Content-Type"] = "application/xml"
        while True:
            with suppress(ClientError, TimeoutError):
                url, body = f"{next(self._urls)}/{path}", _body(sent, catalogue)
                async with session.post(url, data=body, headers=headers) as answer:
                    if answer.status not in _LATER:
                        return answer.status, await answer.text()
            await asyncio.sleep(_PAUSE)

    async def _upload(self, session: ClientSession, number: int) -> None:
        rng, ledger = random.Random(100 * self._seed + number), self._ledger
        for count in itertools.takewhile(self._going_on, itertools.count(1)):
            mjd = round(57000 + 100 * number + 0.0007 * count, 4)
            target, dry = rng.choice(self._targets), rng.random() < _DRY
            one = image(100_000 * (number + 1) + count)
            fields = {"EventID": target, "MJD": str(mjd), "dryRun": str(int(dry))}
            begun = time.monotonic()
            status, text = await self._asked(
                session, "cgi/upload", fields, one.catalogue
            )
            if status in _TAKEN:
                answer = json.loads(text)
                told = Upload(answer["followup_id"], dry, answer.get("job_link", ""))
                ledger.uploads[target, mjd] = told
            else:
                ledger.refused.append(f"{status} {text[:100]}")
            ledger.acknowledged.append((begun, time.monotonic()))
            await asyncio.sleep(rng.uniform(0, 0.5))

    def _going_on(self, _: int) -> bool:
        return not self._stopping

    async def _enter_targets(self, session: ClientSession) -> None:
        rng = random.Random(self._seed + 1)
        for count in itertools.takewhile(self._going_on, itertools.count(1)):
            name = f"ivo://Campaign{self._seed}x{count:04}"
            place = {"ra": str(7.3 * count % 360), "dec": str(count % 80 - 40)}
            await self._asked(session, "cgi/newevent", {"EventID": name, **place})
            self._ledger.targets.add(name)
            await asyncio.sleep(rng.uniform(0.5, 3))

    async def _send_packets(self, session: ClientSession) -> None:
        rng = random.Random(self._seed + 2)
        for count in itertools.takewhile(self._going_on, itertools.count(1)):
            ivorn = f"ivo://gaia.cam.uk/alerts#Campaign{self._seed}v{count:04}"
            raw = voevent(ivorn, ra=3.1 * count % 360, dec=60 - count % 100)
            await self._asked(session, "api/v1/packets", raw)
            self._ledger.packets.add(ivorn)
            await asyncio.sleep(rng.uniform(0.5, 3))

    async def _delete_points(self, session: ClientSession) -> None:
        rng, ledger = random.Random(self._seed + 3), self._ledger
        while not self._stopping:
            await asyncio.sleep(rng.uniform(4, 10))
            stored = {one.number or 0 for one in ledger.uploads.values()}
            fresh = sorted(stored - ledger.deleted.keys() - {0})
            if fresh:
                number, back = rng.choice(fresh), rng.random() < _RESTORED
                for form in ["delpoint", "restorepoint"][: 1 + back]:
                    fields = {"followupid": str(number)}
                    status, _ = await self._asked(session, f"cgi/{form}", fields)
                    if status in _TAKEN:
                        ledger.deleted[number] = form == "delpoint"

    async def listen(self, session: ClientSession) -> None:
        """Follow the server-sent events, coming again where they end."""
        last = ""
        while True:
            headers = {"Last-Event-ID": last} if last else {}
            url = f"{next(self._urls)}/api/v1/events"
            with suppress(ClientError, TimeoutError):
                async with session.get(url, headers=headers, timeout=_QUIET) as answer:
                    async for line in answer.content:
                        if line.startswith(b"id:"):
                            last = line[3:].strip().decode()
                            self._ledger.told[last] += 1
            await asyncio.sleep(_PAUSE)

    async def be_told(self, request: web.Request) -> web.Response:
        """Take what a webhook is told."""
        self._ledger.hooked[(await request.json())["id"]] += 1
        return web.Response()


def _body(sent: Sent, catalogue: str) -> FormData | bytes:
    if isinstance(sent, bytes):
        return sent
    form = FormData({**sent, "outputFormat": "json", "noPlot": "1"})
    if catalogue:
        form.add_field("sexCat", catalogue.encode(), filename="image.cat")
    return form
