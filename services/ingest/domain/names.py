"""What programs call their columns, in the words of SExtractor."""

import re
from collections.abc import Iterable, Mapping

__all__ = ["canonical", "mean_something", "named"]

_USUAL: Mapping[str, tuple[str, ...]] = {
    "ALPHA_J2000": (
        *("ra", "raj2000", "raicrs", "radeg", "ra0360", "alphaj2000", "alpha"),
        *("rightascension", "rajd", "gaiara", "skycentroidra", "raobs", "rt1ra"),
    ),
    "DELTA_J2000": (
        *("dec", "de", "decj2000", "dej2000", "decicrs", "deicrs", "decdeg", "dedeg"),
        *("dec0360", "deltaj2000", "delta", "declination", "decl", "skycentroiddec"),
    ),
    "MAG_AUTO": (
        *("mag", "magnitude", "instmag", "maginst", "instrumentalmag"),
        *("instrumentalmagnitude", "maginstrumental", "magraw", "rawmag", "minst"),
        *("psfmag", "apermag"),
    ),
    "MAGERR_AUTO": (
        *("magerr", "errmag", "emag", "merr", "magerror", "magnitudeerror", "dmag"),
        *("err", "error", "sigmamag", "magsigma", "instmagerr", "maginsterr", "magunc"),
        *("sigma", "uncertainty", "psfmagerr", "apermagerr"),
        *("instrumentalmagerr", "magnitudeerr", "einstmag", "errinstmag"),
    ),
    "FLUX_AUTO": (
        *("flux", "flux0", "fluxfit", "aperturesum", "sourcesky"),
        *("segmentflux", "instflux", "counts", "netflux"),
    ),
    "FLUXERR_AUTO": (
        *("fluxerr", "errflux", "eflux", "fluxerror", "fluxunc", "aperturesumerr"),
        *("segmentfluxerr", "sourceerror", "dflux", "fluxfiterr", "fluxsigma"),
    ),
    "SNR_WIN": ("snr", "sn", "signaltonoise", "snratio"),
    "FLAGS": ("flags", "flag"),
    "FWHM_IMAGE": ("fwhm",),
}
_KNOWN = {alias: name for name, aliases in _USUAL.items() for alias in aliases}
_UNIT = re.compile(r"\((deg|degrees|mag|°)\)|\[(deg|degrees|mag|°)\]")
_OTHER = re.compile(r"[^a-z0-9]")


def canonical(name: str) -> str:
    """Return SExtractor's name for a column, or the column's own in capitals."""
    plain = _OTHER.sub("", _UNIT.sub("", name.strip().casefold()))
    return _KNOWN.get(plain, name.strip().upper())


def mean_something(names: Iterable[str]) -> bool:
    """Tell whether any column is one that is known by name."""
    return any(canonical(name) in _USUAL or "_T1" in name for name in names)


def named(names: Iterable[str]) -> dict[str, int]:
    """Return the first place of each column, by SExtractor's names for them.

    A column that has such a name of its own goes before one that is only like it.
    """
    given = [name.strip() for name in names]
    places: dict[str, int] = {}
    for place, name in enumerate(given):
        places.setdefault(name.upper(), place)
    for place, name in enumerate(given):
        places.setdefault(canonical(name), place)
    return places
