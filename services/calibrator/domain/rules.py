"""The numbers of the fit, one place for it and its compiled twin."""

from dataclasses import dataclass

from services.calibrator.domain.robust import MAD_TO_SIGMA

__all__ = ["RULES", "TALLY_RULES", "Rules", "TallyRules"]


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


@dataclass(frozen=True)
class TallyRules:
    """How a quick fit of columns to a band is done.

    Attributes
    ----------
    wrong, fewest_wrong, most_wrong
        Fraction of wrong stars: at first, at least and at most.
    anywhere
        Wrong stars are anywhere within so much [mag].
    smallest_scatter
        Least scatter of the good stars [mag].
    shorth_to_sigma, mad_to_sigma
        Sigma of a Gaussian over the width of its shortest half, and over its median
        absolute residual.
    rounds, rounds_to_begin
        How often it is improved, and how often before that without a model.
    """

    wrong: float = 0.15
    fewest_wrong: float = 0.01
    most_wrong: float = 0.6
    anywhere: float = 3.0
    smallest_scatter: float = 0.003
    shorth_to_sigma: float = 0.741
    mad_to_sigma: float = MAD_TO_SIGMA
    rounds: int = 15
    rounds_to_begin: int = 8


TALLY_RULES = TallyRules()
