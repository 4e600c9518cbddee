"""Every store of the gateway, over one database."""

from dataclasses import dataclass
from typing import Self

from services.gateway.store.colour_terms import LearnedTerms
from services.gateway.store.curves import CurveStore
from services.gateway.store.feed import FeedStore
from services.gateway.store.hashtags import HashtagStore
from services.gateway.store.images import ImageStore
from services.gateway.store.jobs import JobStore
from services.gateway.store.networks import NetworkCurves
from services.gateway.store.observers import ObserverStore
from services.gateway.store.packed import PackedCurves
from services.gateway.store.packets import PacketStore
from services.gateway.store.pixels import PixelStore
from services.gateway.store.places import PlaceStore
from services.gateway.store.point_lists import PointLists
from services.gateway.store.reports import ReportStore
from services.gateway.store.target_lists import TargetLists
from services.gateway.store.view import ViewStore
from services.gateway.store.webhooks import WebhookStore
from shared.messaging.service import Prepare
from shared.mongo import Database

__all__ = ["Stores"]


@dataclass(frozen=True, kw_only=True)
class Stores:
    """Who observes, what was asked, and the view of all that others keep."""

    observers: ObserverStore
    hashtags: HashtagStore
    jobs: JobStore
    view: ViewStore
    targets: TargetLists
    points: PointLists
    reports: ReportStore
    images: ImageStore
    pixels: PixelStore
    packets: PacketStore
    places: PlaceStore
    curves: CurveStore
    networks: NetworkCurves
    packed: PackedCurves
    feed: FeedStore
    webhooks: WebhookStore
    colour_terms: LearnedTerms

    @classmethod
    def of(cls, database: Database, session_days: int) -> Self:
        """Return the stores; a login lasts so many days."""
        packed = PackedCurves(database)
        return cls(
            observers=ObserverStore(database),
            hashtags=HashtagStore(database, session_days),
            jobs=JobStore(database),
            view=ViewStore(database, packed),
            targets=TargetLists(database),
            points=PointLists(database),
            reports=ReportStore(database),
            images=ImageStore(database),
            pixels=PixelStore(database),
            packets=PacketStore(database),
            places=PlaceStore(database),
            curves=CurveStore(database, packed),
            networks=NetworkCurves(database),
            packed=packed,
            feed=FeedStore(database),
            webhooks=WebhookStore(database),
            colour_terms=LearnedTerms(database),
        )

    def prepares(self) -> tuple[Prepare, ...]:
        """Return what makes them fit for use."""
        return (
            self.observers.prepare,
            self.hashtags.prepare,
            self.jobs.prepare,
            self.view.prepare,
            self.packed.prepare,
            self.networks.prepare,
            self.images.prepare,
            self.pixels.prepare,
            self.packets.prepare,
            self.feed.prepare,
            self.webhooks.prepare,
            self.colour_terms.prepare,
        )
