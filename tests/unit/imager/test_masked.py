"""Areas without sky, targets without pixels, stars out of focus."""

import io
from collections.abc import Callable

import numpy as np
import pytest
from astropy.io import fits

from services.imager.domain.measure import Seen
from stack.exposure import Camera
from tests.support.images import frame

Look = Callable[..., Seen]


@pytest.mark.parametrize(
    ("filling", "kind", "taken_off"),
    [
        (0.0, np.float32, 0),
        (np.nan, np.float32, 0),
        (-1.0, np.int16, 0),
        (0.0, np.float32, 500),
        (-1e3, np.float32, 500),
    ],
)
def test_the_empty_border_of_a_mosaic_is_no_sky(
    filling: float, kind: type, taken_off: int, look: Look
) -> None:
    with fits.open(io.BytesIO(frame(12, 15.0))) as file:
        data = file[0].data.astype(float) - taken_off
        header = file[0].header.copy()
    rows, columns = np.indices(data.shape)
    data[(rows + columns / 2 < 260) | (rows - columns > 600)] = filling
    content = io.BytesIO()
    fits.PrimaryHDU(data.astype(kind), header).writeto(content)
    seen = look(content.getvalue())
    assert seen.fault is None
    assert seen.sources is not None
    assert seen.forced is not None
    assert len(seen.sources) < 160
    whole = look(frame(12, 15.0)).forced
    assert whole is not None
    assert seen.forced.snr == pytest.approx(whole.snr, rel=0.25)


@pytest.mark.parametrize(("radius", "filling"), [(40, 0.0), (150, 0.0), (3, np.nan)])
def test_a_target_without_pixels_has_no_magnitude(
    radius: int, filling: float, look: Look
) -> None:
    place = look(frame(13, 15.0)).forced
    assert place is not None
    with fits.open(io.BytesIO(frame(13, 15.0))) as file:
        data = file[0].data.astype(np.float32) - 500
        header = file[0].header.copy()
    rows, columns = np.indices(data.shape)
    data[np.hypot(columns - place.x, rows - place.y) < radius] = filling
    content = io.BytesIO()
    fits.PrimaryHDU(data, header).writeto(content)
    seen = look(content.getvalue())
    assert "of the pixels at TT Tri are not usable" in str(seen.fault)


def test_a_star_that_is_half_masked_is_refused(look: Look) -> None:
    place = look(frame(14, 15.0)).forced
    assert place is not None
    with fits.open(io.BytesIO(frame(14, 15.0))) as file:
        data, header = file[0].data.astype(np.float32), file[0].header.copy()
    data[:, : round(place.x)] = np.nan
    content = io.BytesIO()
    fits.PrimaryHDU(data, header).writeto(content)
    assert "are not usable" in str(look(content.getvalue()).fault)


def test_a_defocused_target_is_as_bright_as_its_star(look: Look) -> None:
    camera = Camera(width=900, height=800, scale=0.7, fwhm=16.0, turned=40.0)
    seen = look(frame(15, 13.5, camera=camera))
    assert seen.forced is not None
    assert seen.stars is not None
    star = np.argmin(
        np.hypot(seen.stars.x - seen.forced.x, seen.stars.y - seen.forced.y)
    )
    assert seen.forced.flux == pytest.approx(seen.stars.flux[star], rel=0.05)
