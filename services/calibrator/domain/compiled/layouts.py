"""The structures of ``bands.h`` and ``zeropoint.h``, as Python hands them over."""

from ctypes import Structure, c_double, c_int64, c_void_p

__all__ = [
    "Band",
    "Compared",
    "Fitted",
    "Held",
    "Hypothesis",
    "Limits",
    "Uploaded",
    "Veto",
    "Weights",
]

_Field = tuple[str, type[c_double | c_int64 | c_void_p]]


def _numbers(*names: str) -> list[_Field]:
    return [(name, c_double) for name in names]


def _counts(*names: str) -> list[_Field]:
    return [(name, c_int64) for name in names]


def _arrays(*names: str) -> list[_Field]:
    return [(name, c_void_p) for name in names]


class Veto(Structure):
    """What rules a star out, where enough others remain."""

    _fields_ = _counts("why", "mark", "enough")


class Uploaded(Structure):
    """The uploaded stars."""

    _fields_ = (
        *_counts("count"),
        *_arrays("mag", "variance", "verdict", "marks"),
    )


class Band(Structure):
    """A band's side of the pairs."""

    _fields_ = (
        *_counts("count"),
        *_arrays("star", "mag", "error", "colour", "blended"),
        *_counts("mark"),
        *_numbers("floor", "unknown"),
    )


class Compared(Structure):
    """Where the stars beside a band are put."""

    _fields_ = (
        *_arrays("star", "difference", "variance", "colour", "verdict"),
        *_numbers("mean_colour"),
        *_counts("has_colour", "count", "entered"),
    )


class Held(Structure):
    """The stars of a band, for its fit and afterwards."""

    _fields_ = (
        *_counts("count"),
        *_arrays("star", "difference", "variance", "colour", "verdict"),
        *_numbers("mean", "sigma"),
    )


class Limits(Structure):
    """How a fit tells outliers and scatter."""

    _fields_ = (*_numbers("even", "tuning"), *_counts("outlier", "bisections"))


class Fitted(Structure):
    """Where a fit is put."""

    _fields_ = (
        *_numbers("centre", "centre_err", "slope", "slope_err", "expected_scatter"),
        *_numbers("scatter", "intrinsic_scatter", "colour_spread"),
        *_counts("used"),
        *_arrays("good", "residual", "verdict"),
    )


class Weights(Structure):
    """How residuals are weighed for the choice."""

    _fields_ = (
        *_counts("last_entered", "scatters"),
        *_arrays("scatter", "log_weight"),
        *_numbers("flat", "far", "mad_to_sigma", "well_covered"),
    )


class Hypothesis(Structure):
    """A hypothesis about an image."""

    _fields_ = _numbers(
        *("scatter", "wrong", "log_prior", "centre", "slope"),
        *("wrong_centre", "wrong_square", "log_posterior"),
    )
