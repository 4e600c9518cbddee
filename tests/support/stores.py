"""The gateway's stores in dictionaries and lists, and somebody who uses them."""

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, BinaryIO
from uuid import UUID, uuid4

from services.gateway.domain.roles import Role
from services.gateway.domain.search import Cone, key_of
from services.gateway.store.hashtags import KnownHashtag
from services.gateway.store.job import Job
from services.gateway.store.observers import NOBODY, KnownObserver
from services.gateway.store.target_lists import ListedAlert
from shared.contracts.alerts import Alert, ObservationRecorded
from shared.contracts.base import Event
from shared.contracts.imager import ImageMeasured, ImageRejected
from tests.support.builders import ALERT

__all__ = [
    "OBSERVER",
    "Blobs",
    "Hashtags",
    "Images",
    "Jobs",
    "Observers",
    "Targets",
    "View",
    "observer",
]


def observer(role: Role = Role.UPLOADER, number: int = 2, **more: Any) -> KnownObserver:
    allowed = role >= Role.UPLOADER
    admin = role is Role.ADMINISTRATOR
    given = KnownObserver(number, "Ostrowik", 21.4, 52.1, allowed, admin, role)
    return replace(given, **more)


OBSERVER = observer()


class Jobs:
    """As ``JobStore``, in a dictionary; a job is answered when it is said."""

    def __init__(self) -> None:
        self.kept: dict[UUID, Job] = {}
        self.patience: list[float] = []

    async def submit(self, job: UUID, observer_id: int, event: Event, say: Any) -> None:
        self.kept[job] = Job.new(job, event, observer_id, datetime.now(UTC))
        await say(event, id=uuid4(), correlation_id=job)

    async def find(self, job: UUID) -> Job | None:
        return self.kept.get(job)

    async def ended(self, job: UUID, within: float) -> Job | None:
        self.patience.append(within)
        return self.kept.get(job)

    async def finish(self, job: UUID, answer: Event, **stages: str) -> None:
        for stage, about in stages.items():
            await self.reach(job, stage, about)
        self._change(job, state="done", answer=answer, stalled=False)

    async def refuse(
        self, job: UUID, message: str, hint: str, answer: Event | None = None
    ) -> None:
        self._change(job, state="refused", message=message, hint=hint, answer=answer)

    async def stall(self, job: UUID, message: str, hint: str) -> None:
        change = {"message": message, "hint": hint, "stalled": True}
        self._change(job, state="refused", **change)

    async def revive(self, job: UUID) -> None:
        self._change(job, state="waiting", message="", hint="", stalled=False)

    async def reach(self, job: UUID, stage: str, about: str) -> None:
        known = self.kept.get(job)
        if known is not None:
            stages = (*known.stages, (stage, about, datetime.now(UTC)))
            self._change(job, stages=stages)

    def _change(self, job: UUID, **change: Any) -> None:
        if job in self.kept:
            self.kept[job] = replace(self.kept[job], **change)


class View:
    """As ``ViewStore``: targets and observations in lists."""

    def __init__(self) -> None:
        self.alerts: list[Alert] = [ALERT]
        self.points: list[ObservationRecorded] = []
        self.dropped: list[int] = []

    async def alert(self, number: int) -> Alert | None:
        return next((one for one in self.alerts if one.id == number), None)

    async def called(self, name: str) -> list[Alert]:
        key = key_of(name)
        return [one for one in self.alerts if key_of(one.ivorn) == key]

    async def selected(
        self,
        *,
        number: int | None = None,
        alert_id: int | None = None,
        since: float = 0.0,
        until: float = 1e9,
    ) -> list[ObservationRecorded]:
        return [
            one
            for one in self.points
            if number in {None, one.observation_id}
            and alert_id in {None, one.frame.target.alert_id}
            and since <= one.frame.mjd < until
        ]

    async def put_alerts(self, alerts: Sequence[Alert]) -> None:
        self.alerts.extend(alerts)

    async def put_observation(
        self,
        point: ObservationRecorded,
        shown: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self.points.append(point)
        if shown is not None:
            await shown()

    async def drop_observation(self, deletion: Any) -> None:
        self.dropped.append(deletion.observation_id)


@dataclass
class Targets:
    """As ``TargetLists``: what lies in any cone."""

    inside: list[Alert] = field(default_factory=list)

    async def page(self, search: Cone, count: int) -> list[ListedAlert]:
        return [ListedAlert(one, 0, 0) for one in self.inside][:count]


@dataclass
class Hashtags:
    """As ``HashtagStore``: each hashtag is kept as it is, which only a test may."""

    kept: dict[str, KnownHashtag] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)

    async def add(
        self,
        observer_id: int,
        hashtag: str,
        *,
        scope: str = "administer",
        label: str = "first",
        expires: datetime | None = None,
    ) -> None:
        known = KnownHashtag(hashtag, observer_id, label, scope, expires, None)
        self.kept[hashtag] = known

    async def known(self, hashtag: str) -> KnownHashtag | None:
        return self.kept.get(hashtag)

    def lately_known(self, hashtag: str) -> bool:
        return hashtag in self.kept

    async def revoke(self, observer_id: int, hashed: str | None = None) -> int:
        gone = [
            one.id
            for one in self.kept.values()
            if one.observer_id == observer_id and hashed in {None, one.id}
        ]
        for one in gone:
            del self.kept[one]
        return len(gone)

    async def session(self, _: str) -> None:
        return None

    async def ask(self, wish: dict[str, str]) -> None:
        self.asked.append(wish)


class Observers:
    """As ``ObserverStore``."""

    def __init__(self) -> None:
        self.kept = {OBSERVER.id: OBSERVER}

    async def add(self, **about: Any) -> KnownObserver:
        number = max(self.kept) + 1
        role = Role.UPLOADER if about["allow_upload"] else Role.OBSERVER
        self.kept[number] = observer(role, number, name=about["name"])
        return self.kept[number]

    async def find(self, number: int) -> KnownObserver | None:
        return self.kept.get(number)

    async def called(self, name: str) -> KnownObserver | None:
        everyone = self.kept.values()
        return next((one for one in everyone if one.name == name), None)

    async def known_by(self, hashtag: KnownHashtag) -> KnownObserver:
        return self.kept.get(hashtag.observer_id, NOBODY)


class Images:
    """As ``ImageStore``."""

    def __init__(self) -> None:
        self.kept: dict[UUID, ImageMeasured | ImageRejected] = {}

    async def put(self, seen: ImageMeasured | ImageRejected) -> None:
        self.kept[seen.frame.upload_id] = seen

    async def of_upload(self, upload: UUID) -> ImageMeasured | ImageRejected | None:
        return self.kept.get(upload)


class Blobs:
    """As ``BlobStore``."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    async def put(self, content: bytes) -> str:
        digest = hashlib.sha256(content).hexdigest()
        self.kept[digest] = content
        return digest

    async def put_file(self, file: BinaryIO) -> str:
        return await self.put(file.read())

    async def get(self, digest: str) -> bytes:
        return self.kept[digest]
