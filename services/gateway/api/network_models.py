"""What the API says of networks: part of the source of ``docs/openapi.yaml``."""

from pydantic import Field

from services.gateway.api.model import Model

__all__ = [
    "BandNetworkShown",
    "NetworkPointsShown",
    "NetworkSetupShown",
    "NetworkShown",
    "NetworkStarsShown",
    "ObservatoryNetworksShown",
    "TargetSetupShown",
]

Numbers = list[float | None]


class NetworkPointsShown(Model):
    """Homogenised magnitudes as equally long columns; null where there is none."""

    id: list[int] = Field(description="number of each observation")
    revision: list[int] = Field(description="of each observation")
    mjd: list[float] = Field(description="[d], UTC, mid-exposure")
    setup: list[int] = Field(description="index of the telescope in setups")
    mag: Numbers = Field(description="[mag]; of a limit, it")
    total_err: Numbers = Field(description="standard error [mag]; −1 of a limit")
    colour_err: Numbers = Field(
        description="the part of it that comes from the target's colour [mag]"
    )
    colour: Numbers = Field(description="the target's [mag]")
    colour_from: list[int] = Field(
        description="who tells it: 0 nobody, 1 points in other bands, 2 the observer, "
        "3 what telescopes of other colour terms see differently"
    )
    noisier: Numbers = Field(
        description="scatter of its stars over that of the telescope's usual frame"
    )


class NetworkSetupShown(Model):
    """A telescope with a filter, as a network's stars show it."""

    observer: int = Field(description="number of the observatory")
    observatory: str
    filter: str
    part: int = Field(description="grows where filter or camera seem to have changed")
    frames: int
    since: float = Field(description="[d], MJD")
    until: float = Field(description="[d], MJD")
    colour_term: float
    colour_term_err: float
    error_scale: float = Field(description="errors are by this larger than told")
    noise_floor: float = Field(description="scatter of a bright star [mag]")
    lasting: float = Field(description="by what its stars lastingly differ [mag]")
    wrong: float = Field(description="share of its stars that are others")
    offset: float | None = Field(
        description="of its points from other telescopes' near in time [mag]"
    )
    offset_err: float | None = Field(description="[mag]")
    nights: list[Numbers] = Field(
        description="MJD, colour term, its error and noise floor of each night"
    )


class NetworkStarsShown(Model):
    """The comparison stars as equally long columns."""

    ra: list[float] = Field(description="[deg], ICRS")
    dec: list[float] = Field(description="[deg], ICRS")
    reference: Numbers = Field(description="the survey's magnitude [mag]")
    mag: Numbers = Field(description="the network's [mag]")
    mag_err: Numbers = Field(description="[mag]")
    colour: Numbers = Field(description="[mag]")
    frames: list[int] = Field(description="how many frames have it")
    ratio: Numbers = Field(description="scatter over what noise explains")
    varies: Numbers = Field(description="by what noise does not explain [mag]")
    strays: Numbers = Field(description="how many measurements are far off")
    suspect: list[bool] = Field(description="whether it varies as nothing explains")
    survey_wrong: Numbers = Field(
        description="probability that the survey's magnitude is not the star's"
    )


class BandNetworkShown(Model):
    """A target's network in one band."""

    band: str
    survey: str = Field(description="whose system the magnitudes are in")
    system: str = Field(description="Vega or AB")
    version: int = Field(description="grows with every change of the target's")
    colour_name: str = Field(description="such as g-r; empty without")
    mean_colour: float = Field(description="of the stars [mag]")
    survey_scatter: float = Field(description="beyond its errors [mag]")
    points: NetworkPointsShown | None
    setups: list[NetworkSetupShown]
    stars: NetworkStarsShown | None
    left_out: dict[str, str] = Field(
        description="by number of the observation: why it takes no part"
    )


class NetworkShown(Model):
    """A target's light curve as one network of telescopes, band by band."""

    name: str
    bands: list[BandNetworkShown]


class TargetSetupShown(NetworkSetupShown):
    """A telescope as the network of one target and band shows it."""

    target: str
    target_id: int
    band: str
    survey: str
    colour_name: str


class ObservatoryNetworksShown(Model):
    """An observatory in every network that it is part of."""

    observer: int
    observatory: str
    setups: list[TargetSetupShown]
    warnings: list[str]
