"""Pictures of an image for people: grey, north wherever the telescope had it."""

import io

import numpy as np
from PIL import Image

from services.imager.domain.pixels import PixelArray
from services.imager.domain.sky import Ground
from shared.kernel.arrays import FloatArray

__all__ = ["cutout_of", "preview_of"]

_WIDEST = 1024
_DARKEST = 2.0
_BRIGHTEST = 0.9985
_SOFTENING = 10.0
_QUALITY = 82
_AWAY = 10.0
_ENLARGED = 4
_WIDEST_CUTOUT = 600


def preview_of(ground: Ground) -> bytes:
    """Return the whole image, at most 1024 pixels wide, as a WebP."""
    step = -(-max(ground.light.shape) // _WIDEST)
    return _drawn(_binned(ground.light, step), ground)


def cutout_of(ground: Ground, place: tuple[float, float], hfd: float) -> bytes:
    """Return what is within ten half-flux diameters of a place [px], enlarged."""
    half = max(16, round(_AWAY * hfd))
    column, row = round(place[0]), round(place[1])
    height, width = ground.light.shape
    rows = np.clip(np.arange(row - half, row + half + 1), 0, height - 1)
    columns = np.clip(np.arange(column - half, column + half + 1), 0, width - 1)
    times = max(1, min(_ENLARGED, _WIDEST_CUTOUT // (2 * half + 1)))
    return _drawn(ground.light[np.ix_(rows, columns)], ground, times)


def _binned(light: PixelArray, step: int) -> PixelArray:
    """Return the means of squares of pixels."""
    height, width = (length // step * step for length in light.shape)
    if not height or not width or step == 1:
        return light
    squares = light[:height, :width].reshape(height // step, step, width // step, step)
    return np.asarray(squares.mean(axis=(1, 3)), dtype=np.float32)


def _drawn(light: PixelArray, ground: Ground, times: int = 1) -> bytes:
    """Return light as a WebP, stretched by an arcsinh, its first row at the bottom."""
    dark = -_DARKEST * ground.sigma
    bright = max(float(np.quantile(light, _BRIGHTEST)), 10 * ground.sigma)
    share = np.clip((light - dark) / (bright - dark), 0, None)
    grey: FloatArray = np.arcsinh(_SOFTENING * share) / np.arcsinh(_SOFTENING)
    pixels = (255 * np.clip(grey, 0, 1)).astype(np.uint8)[::-1]
    if times > 1:
        pixels = np.repeat(np.repeat(pixels, times, 0), times, 1)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "WEBP", quality=_QUALITY, method=2)
    return file.getvalue()
