"""Survey definitions: one TOML file each, ours and the operator's own."""

import hashlib
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from services.catalog.domain.quality import Condition
from services.catalog.domain.remote import RemoteBand, RemoteTable
from services.catalog.domain.survey import Band, Survey
from services.catalog.domain.transformation import Transformation

__all__ = ["read_definitions"]

_BUILT_IN = Path(__file__).parents[1] / "surveys"


def read_definitions(further: Path | None = None) -> dict[str, Survey]:
    """Return the surveys defined in the TOML files here and in a further folder."""
    folders = [_BUILT_IN] if further is None else [_BUILT_IN, further]
    paths = [path for folder in folders for path in sorted(folder.glob("*.toml"))]
    surveys = [_survey(tomllib.loads(path.read_text("utf-8"))) for path in paths]
    return {survey.name: survey for survey in surveys}


def _survey(definition: Mapping[str, Any]) -> Survey:
    measured = {
        name: Band(band["system"], tuple(band["colour"]) if "colour" in band else None)
        for name, band in definition["bands"].items()
    }
    made = {
        name: _transformed_band(formula)
        for name, formula in definition.get("transformed", {}).items()
    }
    return Survey(
        name=definition["name"],
        title=definition["title"],
        bands=measured | made,
        epoch=definition.get("epoch", 2000.0),
        lists_variables=definition.get("lists_variables", False),
        remote=_remote(definition.get("remote")),
    )


def _remote(content: Mapping[str, Any] | None) -> RemoteTable | None:
    if content is None:
        return None
    bands = {name: RemoteBand(**band) for name, band in content["bands"].items()}
    motion = content.get("motion")
    return RemoteTable(
        table=content["table"],
        ra=content["ra"],
        dec=content["dec"],
        bands=bands,
        motion=None if motion is None else (motion[0], motion[1]),
        where=tuple(_condition(one) for one in content.get("where", ())),
        brightest=content.get("brightest", -10.0),
        cut_by=content.get("cut_by", next(iter(bands), "")),
        declinations=tuple(content.get("declinations", (-90.0, 90.0))),
        version=hashlib.sha256(repr(content).encode()).hexdigest()[:12],
    )


def _condition(content: Mapping[str, Any]) -> Condition:
    return Condition(**{**content, "among": tuple(content.get("among", ()))})


def _transformed_band(formula: Mapping[str, Any]) -> Band:
    blue, red = formula["colour"]
    low, high = formula["valid"]
    made_by = Transformation(
        base=formula["base"],
        colour=(blue, red),
        coefficients=tuple(formula["coefficients"]),
        valid=(low, high),
        scatter=formula["scatter"],
        source=formula["source"],
    )
    return Band(formula["system"], (blue, red), made_by)
