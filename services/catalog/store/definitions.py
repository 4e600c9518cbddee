"""Survey definitions: one TOML file each, ours and the operator's own."""

import hashlib
import math
import tomllib
from collections.abc import Mapping
from dataclasses import field, fields
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator
from pydantic.dataclasses import dataclass

from services.catalog.domain.quality import Condition
from services.catalog.domain.remote import RemoteBand, RemoteTable
from services.catalog.domain.survey import ANY_SURVEY, Band, Survey
from services.catalog.domain.transformation import Transformation
from shared.contracts.values import SurveyName
from shared.settings import SettingsError, first_mistake

__all__ = ["read_definitions"]

_BUILT_IN = Path(__file__).parents[1] / "surveys"
System = Literal["Vega", "AB"]
_STRICT = ConfigDict(extra="forbid")


@dataclass(config=_STRICT, frozen=True)
class _Columns(RemoteBand):
    @model_validator(mode="after")
    def _whole(self) -> Self:
        if bool(self.flux) != bool(self.flux_err):
            raise ValueError("flux and flux_err go together")
        if self.least_snr and not self.flux:
            raise ValueError("least_snr needs flux and flux_err")
        return self


@dataclass(config=_STRICT, frozen=True)
class _Condition(Condition):
    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.adql() or math.isnan(self.above) or math.isnan(self.below):
            raise ValueError("say among, unlike, above or below")
        return self


class _Band(BaseModel, extra="forbid"):
    system: System
    colour: tuple[str, str] | None = None


@dataclass(config=_STRICT, frozen=True)
class _Formula(Transformation):
    system: System


@dataclass(config=_STRICT, frozen=True)
class _Remote(RemoteTable):
    where: tuple[_Condition, ...] = ()
    bands: Mapping[str, _Columns] = field(default_factory=dict)
    version: Literal[""] = ""

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if bool(self.table) == bool(self.hats):
            raise ValueError("either table or hats says where the stars are")
        if self.cut_by not in {"", *self.bands}:
            raise ValueError(f"cut_by: there is no band {self.cut_by}")
        if self.declinations[0] >= self.declinations[1]:
            raise ValueError("declinations are the southern and the northern limit")
        return self


class _Definition(BaseModel, extra="forbid"):
    name: SurveyName
    title: str
    epoch: float = 2000.0
    lists_variables: bool = False
    preference: int = 99
    bands: dict[str, _Band] = {}
    transformed: dict[str, _Formula] = {}
    remote: _Remote | None = None

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        if self.name == ANY_SURVEY:
            raise ValueError(f"{ANY_SURVEY} means the richest survey")
        twice = self.bands.keys() & self.transformed.keys()
        if twice:
            raise ValueError(f"{min(twice)} is measured or transformed, not both")
        nameless = self.remote.bands.keys() - self.bands.keys() if self.remote else ()
        if nameless:
            raise ValueError(f"bands: the system of {min(nameless)} is not told")
        return self


def read_definitions(further: Path | None = None) -> dict[str, Survey]:
    """Return the surveys defined in the TOML files here and in a further folder.

    Raises
    ------
    SettingsError
        A file is no survey definition.
    """
    if further is not None and not further.is_dir():
        raise SettingsError(f"CPCS_SURVEYS_DIR: there is no folder {further}.")
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
        name: Band(formula.system, formula.colour, formula)
        for name, formula in definition.transformed.items()
    }
    return Survey(
        name=definition.name,
        title=definition.title,
        bands=measured | made,
        epoch=definition.epoch,
        lists_variables=definition.lists_variables,
        preference=definition.preference,
        remote=None
        if definition.remote is None
        else _versioned(definition.remote, repr(remote)),
    )


def _versioned(remote: RemoteTable, content: str) -> RemoteTable:
    parts = {one.name: getattr(remote, one.name) for one in fields(RemoteTable)}
    parts["cut_by"] = remote.cut_by or next(iter(remote.bands), "")
    parts["version"] = hashlib.sha256(content.encode()).hexdigest()[:12]
    return RemoteTable(**parts)
