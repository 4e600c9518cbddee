"""Survey definitions: one TOML file each, ours and the operator's own."""

import hashlib
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator
from pydantic.dataclasses import dataclass

from services.catalog.domain.quality import Condition
from services.catalog.domain.remote import RemoteBand, RemoteTable
from services.catalog.domain.survey import Band, Survey
from services.catalog.domain.transformation import Transformation
from shared.settings import SettingsError, first_mistake

__all__ = ["read_definitions"]

_BUILT_IN = Path(__file__).parents[1] / "surveys"
_STRICT = ConfigDict(extra="forbid")

_Columns = dataclass(config=_STRICT, frozen=True)(RemoteBand)
_Condition = dataclass(config=_STRICT, frozen=True)(Condition)


class _Band(BaseModel, extra="forbid"):
    system: str
    colour: tuple[str, str] | None = None


class _Formula(BaseModel, extra="forbid"):
    system: str
    base: str
    colour: tuple[str, str]
    coefficients: tuple[float, ...]
    valid: tuple[float, float]
    scatter: float
    source: str


class _Remote(BaseModel, extra="forbid"):
    table: str = ""
    hats: str = ""
    ra: str
    dec: str
    motion: tuple[str, str] | None = None
    where: tuple[_Condition, ...] = ()  # type: ignore[valid-type]
    brightest: float = -10.0
    cut_by: str = ""
    declinations: tuple[float, float] = (-90.0, 90.0)
    bands: dict[str, _Columns]  # type: ignore[valid-type]

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if bool(self.table) == bool(self.hats):
            raise ValueError("either table or hats says where the stars are")
        if self.cut_by not in {"", *self.bands}:
            raise ValueError(f"cut_by: there is no band {self.cut_by}")
        return self


class _Definition(BaseModel, extra="forbid"):
    name: str
    title: str
    epoch: float = 2000.0
    lists_variables: bool = False
    bands: dict[str, _Band]
    transformed: dict[str, _Formula] = {}
    remote: _Remote | None = None


def read_definitions(further: Path | None = None) -> dict[str, Survey]:
    """Return the surveys defined in the TOML files here and in a further folder.

    Raises
    ------
    SettingsError
        A file is no survey definition.
    """
    folders = [_BUILT_IN] if further is None else [_BUILT_IN, further]
    paths = [path for folder in folders for path in sorted(folder.glob("*.toml"))]
    surveys = [_read(path) for path in paths]
    return {survey.name: survey for survey in surveys}


def _read(path: Path) -> Survey:
    try:
        content = tomllib.loads(path.read_text("utf-8"))
        return _survey(_Definition.model_validate(content), content.get("remote"))
    except ValidationError as fault:
        raise SettingsError(f"{path.name}: {first_mistake(fault)}") from fault
    except (OSError, ValueError) as fault:
        raise SettingsError(f"{path.name}: {fault}") from fault


def _survey(definition: _Definition, remote: Mapping[str, Any] | None) -> Survey:
    measured = {
        name: Band(band.system, band.colour) for name, band in definition.bands.items()
    }
    made = {
        name: _transformed_band(formula)
        for name, formula in definition.transformed.items()
    }
    return Survey(
        name=definition.name,
        title=definition.title,
        bands=measured | made,
        epoch=definition.epoch,
        lists_variables=definition.lists_variables,
        remote=None
        if definition.remote is None
        else _remote(definition.remote, repr(remote)),
    )


def _remote(definition: _Remote, content: str) -> RemoteTable:
    parts = {name: getattr(definition, name) for name in type(definition).model_fields}
    parts["cut_by"] = definition.cut_by or next(iter(definition.bands), "")
    version = hashlib.sha256(content.encode()).hexdigest()[:12]
    return RemoteTable(**parts, version=version)


def _transformed_band(formula: _Formula) -> Band:
    parts = formula.model_dump(exclude={"system"})
    return Band(formula.system, formula.colour, Transformation(**parts))
