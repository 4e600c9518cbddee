"""Images: plates and photometry beside peers, in one run.

``python -m bench.images`` prints how many simulated fields each solver solves, how
many wrongly, and in what time; then how far measured stars scatter about the truth, in
units of what an ideal fit of the profile would, with the pulls of their errors. Peers
that are not on this machine are named and left out: astroalign and stdpipe are in
``requirements/bench.txt``, source-extractor and solve-field in Debian.
"""

import resource
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from astropy.io import fits
from astropy.table import Table
from astropy.wcs import WCS
from scipy.spatial import cKDTree

from services.imager.domain.aperture import mad
from services.imager.domain.header import Claims
from services.imager.domain.plate.plane import off_plane
from services.imager.domain.plate.solve import solved
from shared.kernel.arrays import FloatArray
from stack.exposure import Camera
from tests.support.pixels import Field as Exposure
from tests.support.pixels import drawn, noise_of_a_fit, seen_in
from tests.support.plates import Field, field_of

_KINDS = ((5, 10), (10, 20), (20, 40), (30, 150), (60, 200))
_FIELDS = 20
_FEW = 4
_CENTRE = (10.0, 20.0)
_PATIENCE = 20
_EDGES = (600.0, 3000.0, 15_000.0, 500_000.0)
_GAIN = 1.4
_WRONG = 12.0
"""[px] Few stars leave the distortion of the corners open; more is another place."""
_BRIGHT = 30_000.0

Answer = complex | None
"""Where the target is [px], as a solver says."""


def ours(field: Field, rng: np.random.Generator) -> Answer:
    """Solve with the scale known to 20 %."""
    found = solved(field.image, field.chart, field.known_to(0.2, rng))
    return None if found is None else found.plate.pixel_of(0j)


def astroalign(field: Field, _: np.random.Generator) -> Answer:
    """Solve with the brightest 50 stars of the image and 80 of the sky around."""
    import astroalign as peer  # noqa: PLC0415 - only where it is installed

    sky = field.chart.within(0.7 * field.image.diagonal * field.scale).places
    image, sky = field.image.places[:50], sky[:80] / field.scale
    pixels, stars = (np.column_stack([it.real, it.imag]) for it in (image, sky))
    for sign in (1, -1):
        try:
            found, _matched = peer.find_transform(
                stars * (sign, 1), pixels, max_control_points=80
            )
        except Exception:  # noqa: BLE001, S112 - it raises several kinds
            continue
        return complex(*found(np.zeros((1, 2)))[0])
    return None


def solve_field(field: Field, rng: np.random.Generator) -> Answer:
    """Solve by astrometry.net with an index of the very cone."""
    scales = field.known_to(0.2, rng)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _index(folder, field)
        image = field.image.places
        columns = {"X": image.real + 1, "Y": image.imag + 1}
        Table(columns).write(folder / "stars.xyls", format="fits")
        told = [
            *("solve-field", "--config", "config", "--overwrite", "--no-plots"),
            *("--width", str(field.image.width), "--height", str(field.image.height)),
            *("--scale-units", "arcsecperpix", "--scale-low", str(scales.low)),
            *("--scale-high", str(scales.high), "--cpulimit", str(_PATIENCE)),
            *("--ra", str(_CENTRE[0]), "--dec", str(_CENTRE[1]), "--radius", "3"),
            "stars.xyls",
        ]
        subprocess.run(told, cwd=folder, check=False, capture_output=True)
        if not (folder / "stars.wcs").exists():
            return None
        header = fits.getheader(folder / "stars.wcs")
        x, y = WCS(header, naxis=2).all_world2pix([_CENTRE], 0, quiet=True)[0]
        return complex(x, y)


def _index(folder: Path, field: Field) -> None:
    ra, dec = off_plane(field.chart.places, _CENTRE)
    rank = np.arange(len(ra), dtype=float)
    stars = Table({"RA": ra, "DEC": dec, "MAG": rank})
    stars.write(folder / "stars.fits")
    width = field.image.width * field.scale / 60
    preset = int(np.clip(np.floor(2 * np.log2(width / 4 / 2)), -5, 12))
    told = ["build-astrometry-index", "-i", "stars.fits", "-o", "index.fits"]
    told += ["-P", str(preset), "-S", "MAG", "-E", "-I", "1"]
    subprocess.run(told, cwd=folder, check=True, capture_output=True)
    (folder / "config").write_text(f"add_path {folder}\nindex index.fits\n")


def plates() -> None:
    """Print how solvers do on simulated fields."""
    print(f"plates: {len(_KINDS)} kinds of fields, scale wrong by up to 20 %")
    print("  solver        fields  solved  wrong   time: median, worst [s]")
    solvers: list[tuple[str, Callable[..., Answer], int]] = [("ours", ours, _FIELDS)]
    if find_spec("astroalign"):
        solvers.append(("astroalign", astroalign, _FEW))
    else:
        print("  astroalign is not here")
    if shutil.which("build-astrometry-index"):
        solvers.append(("solve-field", solve_field, _FEW))
    else:
        print("  solve-field is not here")
    for name, solver, count in solvers:
        _print_plates(name, solver, count)


def _print_plates(name: str, solver: Callable[..., Answer], count: int) -> None:
    rng, told = np.random.default_rng(1), []
    for width, stars in _KINDS:
        for seed in range(500, 500 + count):
            field = field_of(seed, width, stars, _CENTRE)
            begun = time.perf_counter()
            found = solver(field, rng)
            took = time.perf_counter() - begun
            apart = np.nan if found is None else abs(found - field.target)
            told.append((found is not None, apart > _WRONG, took))
    rows = np.array(told, dtype=float)
    print(
        f"  {name:12} {len(rows):7d} {rows[:, 0].mean():7.1%} {rows[:, 1].sum():6.0f}"
        f"   {np.median(rows[:, 2]):6.2f} {rows[:, 2].max():6.2f}"
    )


Measured = tuple[FloatArray, FloatArray, FloatArray, FloatArray]
"""x, y [px], light and its error [e⁻] of an image's stars."""


def our_photometry(field: Exposure) -> Measured:
    """Measure as imager does."""
    stars = seen_in(field.pixels, Claims(_GAIN, surely=True, saturation=None)).stars
    clean = (stars.quality & 7) == 0
    light, error = stars.flux[clean] * _GAIN, stars.error[clean] * _GAIN
    return stars.x[clean], stars.y[clean], light, error


def source_extractor(field: Exposure) -> Measured:
    """Measure MAG_AUTO's light by source-extractor with its usual settings."""
    names = ("X_IMAGE", "Y_IMAGE", "FLUX_AUTO", "FLUXERR_AUTO", "FLAGS")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        fits.writeto(folder / "image.fits", field.pixels)
        (folder / "wanted").write_text("\n".join(names))
        told = ["source-extractor", "image.fits", "-CATALOG_NAME", "out.fits"]
        told += ["-CATALOG_TYPE", "FITS_1.0", "-PARAMETERS_NAME", "wanted"]
        told += ["-GAIN", str(_GAIN), "-SATUR_LEVEL", "58000", "-FILTER", "N"]
        told += ["-DETECT_THRESH", "2.5"]
        subprocess.run(told, cwd=folder, check=True, capture_output=True)
        rows: Any = Table.read(folder / "out.fits")
    rows = rows[rows["FLAGS"] == 0]
    x, y, flux, error = (np.array(rows[it], dtype=float) for it in names[:4])
    return x - 1, y - 1, flux * _GAIN, error * _GAIN


def stdpipe(field: Exposure) -> Measured:
    """Measure by stdpipe, an aperture of one FWHM and an annulus, as it advises."""
    from stdpipe import photometry as peer  # noqa: PLC0415 - only where installed

    found = peer.get_objects_sep(field.pixels, gain=_GAIN, aper=3.0, verbose=False)
    fwhm = float(np.median(np.asarray(found["fwhm"])))
    told = peer.measure_objects(
        found, field.pixels, aper=1.0, fwhm=fwhm, bkgann=[5, 7], gain=_GAIN
    )
    told = told[np.asarray(told["flags"]) == 0]
    columns = ("x", "y", "flux", "fluxerr")
    x, y, flux, error = (np.array(told[it], dtype=float) for it in columns)
    return x, y, flux * _GAIN, error * _GAIN


def photometry() -> None:
    """Print how measured stars scatter about the truth."""
    peers: dict[str, Callable[[Exposure], Measured]] = {"ours": our_photometry}
    if shutil.which("source-extractor"):
        peers["source-extractor"] = source_extractor
    else:
        print("  source-extractor is not here")
    if find_spec("stdpipe"):
        peers["stdpipe"] = stdpipe
    else:
        print("  stdpipe is not here")
    cameras: Mapping[str, Camera] = {
        "3.5 px": Camera(fwhm=3.5),
        "2.2 px": Camera(fwhm=2.2),
        "3.5 px, 30 % larger in the corners": Camera(fwhm=3.5, seeing_off=0.3),
    }
    print("photometry: scatter over an ideal fit / pull, faint to bright; time [s]")
    for about, camera in cameras.items():
        print(f"  FWHM {about}")
        fields = [drawn(seed, camera, 450) for seed in range(3)]
        for name, measure in peers.items():
            _print_photometry(name, measure, fields)


def _print_photometry(
    name: str, measure: Callable[[Exposure], Measured], fields: list[Exposure]
) -> None:
    begun = time.process_time() + _children()
    rows = [_held_against(field, measure(field)) for field in fields]
    took = time.process_time() + _children() - begun
    truth, off, pull = np.concatenate(rows, axis=1)
    told = []
    for low, high in pairwise(_EDGES):
        some = (truth >= low) & (truth < high)
        told.append(f"{mad(off[some]):5.2f}/{mad(pull[some]):4.2f}")
    print(f"    {name:17} {'  '.join(told)}   {took / len(fields):.2f}")


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _held_against(field: Exposure, measured: Measured) -> FloatArray:
    """Return truth, error over an ideal fit's, and pull of stars that stand alone."""
    x, y, light, error = measured
    tree = cKDTree(np.column_stack([field.x, field.y]))
    away, star = tree.query(np.column_stack([x, y]), distance_upper_bound=1.0)
    near = np.asarray(tree.query(np.column_stack([field.x, field.y]), k=[1, 2])[0])
    good = np.isfinite(away) & (light > 0) & (error > 0)
    star = np.where(good, star, 0)
    good &= near[star, 1] > 6 * field.camera.fwhm
    rim = 30
    good &= (x > rim) & (x < field.camera.width - rim)
    good &= (y > rim) & (y < field.camera.height - rim)
    truth = field.electrons[star[good]]
    bright = truth > _BRIGHT
    unit = float(np.median(light[good][bright] / truth[bright]))
    off = light[good] / unit - truth
    ideal = noise_of_a_fit(field.camera, truth)
    return np.array([truth, off / ideal, off / (error[good] / unit)])


if __name__ == "__main__":
    plates()
    photometry()
