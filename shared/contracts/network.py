"""What a network of telescopes shows: values that its light curve carries."""

from pydantic import Field

from shared.contracts.base import Contract
from shared.contracts.values import Column

__all__ = ["NetworkPoints", "NetworkSetup", "NetworkStars"]


class NetworkPoints(Contract):
    """The target's homogenised magnitudes, equally long columns."""

    observation_id: Column = Field(description="running number of each observation")
    revision: Column = Field(description="of each observation")
    mjd: Column = Field(description="[d], modified Julian date, UTC, mid-exposure")
    setup: Column = Field(description="index of the telescope in ``setups``")
    mag: Column = Field(description="[mag] in the survey's system; of a limit, it")
    total_err: Column = Field(
        description="standard error [mag]; −1 of a limit; NaN of a frame left out"
    )
    colour_err: Column = Field(
        description="the part of it that comes from the target's colour [mag]"
    )
    colour: Column = Field(description="the target's [mag]; NaN where not known")
    colour_from: Column = Field(
        description="who tells it: 0 nobody, 1 the target's points in other bands, "
        "2 the observer, 3 what telescopes of other colour terms see differently"
    )
    noisier: Column = Field(
        description="scatter of its stars over that of the telescope's usual frame"
    )


class NetworkSetup(Contract):
    """A telescope with a filter, as a network's stars show it."""

    observer_id: int = Field(ge=1)
    observer: str = Field(description="name of the observer")
    filter: str = Field(description="as images or observers name it; may be empty")
    part: int = Field(
        ge=0, description="grows where the filter or camera seems to have changed"
    )
    frames: int = Field(ge=0)
    since: float = Field(description="[d], modified Julian date of the first frame")
    until: float = Field(description="[d], modified Julian date of the last frame")
    colour_term: float = Field(
        description="slope of the star's less the measured magnitude with colour"
    )
    colour_term_err: float
    error_scale: float = Field(description="errors are by this larger than told")
    noise_floor: float = Field(description="scatter of a bright star [mag]")
    lasting: float = Field(
        description="by what stars differ in all its frames from other telescopes [mag]"
    )
    wrong: float = Field(description="share of its stars that are others")
    offset: float | None = Field(
        default=None,
        description="of the target's points from other telescopes' near in time [mag]",
    )
    offset_err: float | None = Field(default=None, description="[mag]")
    mjd: Column = Field(description="of its nights [d]")
    term: Column = Field(description="colour term of each night")
    term_err: Column
    noise: Column = Field(description="scatter of a bright star, each night [mag]")


class NetworkStars(Contract):
    """The comparison stars of a network, equally long columns."""

    ra: Column = Field(description="reference position [deg], ICRS")
    dec: Column = Field(description="reference position [deg], ICRS")
    reference: Column = Field(description="the survey's magnitude [mag]")
    mag: Column = Field(description="the network's [mag]")
    mag_err: Column = Field(description="[mag]")
    colour: Column = Field(description="the survey's [mag]; the mean where not known")
    frames: Column = Field(description="how many frames have it")
    ratio: Column = Field(
        description="scatter over what noise explains, 1 of a usual star"
    )
    varies: Column = Field(description="by what noise does not explain [mag]")
    strays: Column = Field(description="how many of its measurements are far off")
    suspect: Column = Field(description="1 where it varies as nothing explains")
    survey_wrong: Column = Field(
        description="probability that the survey's magnitude is not the star's"
    )
