"""A night's files: catalogues paired with the images of the same stem."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from cpcs.calls import Upload
from cpcs.config import Settings
from cpcs.headers import Exposure, cards_of, exposure_of
from cpcs.models import TargetShown

__all__ = ["Frame", "catalogue_of", "framed", "is_catalogue", "paired"]

_PACKED = re.compile(r"\.(gz|fz|bz2|zip)$", re.IGNORECASE)
_CATALOGUE = re.compile(
    r"\.(cat|txt|ldac|dat|asc|csv|ecsv|tsv|tbl|lst|vot|xml)(\.(gz|bz2|zip))?$",
    re.IGNORECASE,
)
_IMAGE = re.compile(r"\.(fits?|fts)(\.(gz|fz))?$", re.IGNORECASE)
_KINDS = {
    "flat": "a flat field, no image of the sky",
    "bias": "a bias, no image of the sky",
    "dark": "a dark, no image of the sky",
}


@dataclass(frozen=True)
class Frame:
    """One catalogue, its image if there is one, and what is known of the exposure.

    An image that has no catalogue is sent itself, and its stars are measured there.
    """

    catalogue: Path
    image: Path | None
    exposure: Exposure

    @property
    def kind(self) -> str:
        """What an image sent by itself says it is, such as ``flat``; else empty."""
        return self.exposure.kind if self.catalogue == self.image else ""

    @property
    def name(self) -> str:
        """The catalogue's name."""
        return self.catalogue.name

    def order(self, settings: Settings, target: TargetShown | None) -> Upload | None:
        """Return the upload of this frame; ``None`` where it has no time."""
        exposure = self.timed(target).exposure
        if exposure.mjd is None:
            return None
        return Upload(
            name=self.name,
            content=self.catalogue.read_bytes(),
            mjd=exposure.mjd,
            target=target.name if target else settings.target,
            exposure_time=exposure.seconds,
            match_radius=settings.match_radius,
            filter=settings.filter,
            used_filter=settings.used_filter or exposure.filter,
            comment=settings.comment,
        )

    def timed(self, target: TargetShown | None) -> "Frame":
        """Return the frame with a time at the Sun converted, if it has no other."""
        told = self.exposure
        if told.mjd is not None or told.solar is None or target is None:
            return self
        mjd = told.solar.at_telescope(target.ra, target.dec)
        later = 86400 * (mjd - told.solar.mjd)
        by = f"{told.solar.name}, {later:+.1f} s to the telescope"
        return replace(self, exposure=replace(told, mjd=mjd, how=by))


def is_catalogue(path: Path) -> bool:
    """Tell whether a file has the name of a catalogue."""
    return bool(_CATALOGUE.search(path.name)) and not path.name.startswith(".")


def catalogue_of(path: Path) -> str:
    """Return what a catalogue and its image have in common: the stem."""
    return Path(_PACKED.sub("", path.name)).stem.lower()


def paired(
    paths: Iterable[Path], settings: Settings
) -> tuple[list[Frame], list[tuple[Path, str]]]:
    """Return the frames of some files, and the files that make none with the reason."""
    files = sorted(_files(paths))
    catalogues = [path for path in files if is_catalogue(path)]
    images = {catalogue_of(path): path for path in files if _IMAGE.search(path.name)}
    stems = {catalogue_of(path) for path in catalogues}
    alone = [path for stem, path in images.items() if stem not in stems]
    frames = [
        framed(path, images.get(catalogue_of(path)), settings)
        for path in [*catalogues, *alone]
    ]
    dark = [(one.catalogue, _KINDS[one.kind]) for one in frames if one.kind in _KINDS]
    return [one for one in frames if one.kind not in _KINDS], dark


def _files(paths: Iterable[Path]) -> set[Path]:
    found: set[Path] = set()
    for path in paths:
        inside: Sequence[Path] = list(path.iterdir()) if path.is_dir() else [path]
        found.update(one for one in inside if one.is_file())
    return found


def framed(catalogue: Path, image: Path | None, settings: Settings) -> Frame:
    """Return a frame, its exposure by the image's header or the catalogue's own."""
    beside = image or _beside(catalogue)
    cards = cards_of(beside) if beside else {}
    cards = cards or cards_of(catalogue)
    exposure = exposure_of(cards, settings.time, settings.time_keyword)
    return Frame(catalogue, beside, exposure)


def _beside(catalogue: Path) -> Path | None:
    stem = catalogue_of(catalogue)
    near = (one for one in catalogue.parent.iterdir() if _IMAGE.search(one.name))
    return next((one for one in near if catalogue_of(one) == stem), None)
