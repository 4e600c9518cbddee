"""The numbers of the fit, one place for it and its compiled twin."""

from dataclasses import dataclass

__all__ = ["RULES", "Rules"]


@dataclass(frozen=True)
class Rules:
    """How hypotheses about an image are weighed, moved and forgotten.

    Attributes
    ----------
    wrong_width
        Usual width of the law of wrong stars [mag].
    worth
        How many stars its prior, and that of its centre, is worth.
    least_weight
        That every star keeps [mag⁻²].
    flattest
        Least part of its weight that a star between good and wrong leaves to the
        curvature.
    tolerance
        A hypothesis is at its peak when its centre moves by less, in its errors.
    close
        A step [errors] from which on no more than ``negligible`` is forgiven.
    negligible, negligible_in_sample
        A hypothesis with a log posterior so far below the best is forgotten.
    rounds, forget_every
        Most rounds, and how many of them between looks for negligible ones.
    many
        Of more stars, so many are asked first which hypotheses matter.
    """

    wrong_width: float = 0.4
    worth: float = 3.0
    least_weight: float = 1e-9
    flattest: float = 0.2
    tolerance: float = 0.05
    close: float = 2.0
    negligible: float = 12.0
    negligible_in_sample: float = 6.0
    rounds: int = 40
    forget_every: int = 2
    many: int = 150


RULES = Rules()
