"""A catalog that fetches, over a folder, and the sky it fetches from."""

from pathlib import Path

from services.catalog.cones import ConeStore
from services.catalog.domain.cone import Cone
from services.catalog.domain.remote import RemoteTable
from services.catalog.domain.sky import Sky
from services.catalog.domain.survey import Survey
from services.catalog.remote.fetcher import Fetcher
from services.catalog.remote.footprint import Footprints
from services.catalog.remote.hats import HatsArchive
from services.catalog.remote.tap import TapClient
from services.catalog.store.definitions import read_definitions
from services.catalog.store.tiles import TileStore
from tests.support.cones import cones_of
from tests.support.tap import random_sky

RA, DEC = 150.0, 20.0
APASS = {"APASS": read_definitions()["APASS"]}
SKY = random_sky(4000, RA, DEC, 1.5)


class Room:
    """A catalog that fetches, over a folder."""

    def __init__(
        self,
        folder: Path,
        *urls: str,
        timeout: float = 5,
        most: int = 100_000,
        patience: float = 20,
        surveys: dict[str, Survey] | None = None,
        days: float = 100,
        most_bytes: int = 10**9,
        archive: str = "",
        footprints: str = "",
    ) -> None:
        self.tiles = TileStore(folder, days, most_bytes)
        clients = [TapClient(url, "cpcs/test", timeout, most) for url in urls]
        archives = {archive: HatsArchive(archive, "cpcs/test", timeout, most)}
        self.footprints = Footprints(folder, footprints, "cpcs/test", days)
        self.fetcher = Fetcher(
            clients,
            archives,
            at_once=4,
            shelf=self.tiles,
            covers=self.footprints.covers,
            pause=lambda _: None,
        )
        self.cones = cones_of(
            folder,
            surveys or APASS,
            tiles=self.tiles,
            fetcher=self.fetcher,
            patience=patience,
        )

    def sky(self, ra: float, dec: float, radius: float) -> Sky:
        """Return what is here, without asking anybody."""
        return self.cones.around(Cone(ra, dec, radius), 2020.0, fetch=False)

    def table(self) -> RemoteTable:
        table = APASS["APASS"].remote
        assert table is not None
        return table


def stars(cones: ConeStore, radius: float = 0.2) -> int:
    found = cones.around(Cone(RA, DEC, radius), 2020.0).stars
    return len(found["APASS"]) if "APASS" in found else 0
