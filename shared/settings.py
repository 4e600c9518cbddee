"""The environment that every service reads, all of it prefixed ``CPCS_``."""

import os
from pathlib import Path
from typing import Annotated, Any, TypeVar
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, IPvAnyNetwork, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

__all__ = [
    "Listed",
    "ListedByBar",
    "ListedNetworks",
    "ServiceSettings",
    "SettingsError",
    "first_mistake",
    "place_of",
    "settings_of",
]


_SECRETS = Path(os.environ.get("CPCS_SECRETS_DIR", "/run/secrets"))
"""Files in it, such as ``cpcs_amqp_url``, are settings that no process list shows."""


class SettingsError(SystemExit):
    """What the operator set cannot be used: the process ends and says so."""


def _parted(given: object, mark: str) -> object:
    if not isinstance(given, str):
        return given
    return tuple(part.strip() for part in given.split(mark) if part.strip())


Listed = Annotated[
    tuple[str, ...], NoDecode, BeforeValidator(lambda given: _parted(given, ","))
]
ListedNetworks = Annotated[
    tuple[IPvAnyNetwork, ...],
    NoDecode,
    BeforeValidator(lambda given: _parted(given, ",")),
]
ListedByBar = Annotated[
    tuple[str, ...], NoDecode, BeforeValidator(lambda given: _parted(given, "|"))
]


class ServiceSettings(BaseSettings):
    """Where the broker, the store and the data folder are."""

    model_config = SettingsConfigDict(
        env_prefix="CPCS_",
        extra="ignore",
        secrets_dir=_SECRETS if _SECRETS.exists() else None,
    )

    amqp_url: str = Field(
        default="amqp://guest:guest@127.0.0.1:5672/", description="RabbitMQ"
    )
    mongo_url: str = Field(
        default="mongodb://127.0.0.1:27017/", description="MongoDB, a replica set"
    )
    mongo_prefix: str = Field(
        default="cpcs",
        pattern="^[a-z][a-z0-9_]{0,20}$",
        description="how the names of its databases begin: several servers, one store",
    )
    data_dir: Path = Field(
        default=Path(".data"), description="files and health sockets of one stack"
    )
    health_port: int | None = Field(
        default=None,
        gt=0,
        lt=65536,
        description="port of /health, /ready, /metrics; none: a socket in the folder",
    )
    health_host: str = Field(
        default="127.0.0.1", description="address that port listens on"
    )
    health_at: str = Field(
        default="",
        pattern=r"^(https?://[^/\s]*\{service\}[^/\s]*)?$",
        description="http://{service}:PORT where each service says how it is; "
        "none: sockets in the data folder",
    )
    log_level: str = Field(default="INFO", description="least level that is logged")
    log_format: str = Field(default="console", pattern="^(console|json)$")
    prefetch: int = Field(
        default=8,
        ge=1,
        description="messages of one queue in work at once, apart from those in lots",
    )
    retry_delays: tuple[float, ...] = Field(
        default=(1.0, 5.0, 15.0, 60.0),
        description="[s] waits before a failed message is tried again",
    )
    drain_time: float = Field(
        default=4.0, gt=0, description="[s] to finish work in hand when stopping"
    )


def place_of(url: str) -> str:
    """Return host and port of an address, without its login."""
    return urlsplit(url).netloc.rpartition("@")[2]


Some = TypeVar("Some", bound=ServiceSettings)


def settings_of(kind: type[Some]) -> Some:
    """Return the settings that the environment gives.

    Raises
    ------
    SettingsError
        One of them cannot be used.
    """
    try:
        return kind()
    except ValidationError as fault:
        told = first_mistake(fault)
        name, _, what = told.partition(":")
        raise SettingsError(f"CPCS_{name.upper()}:{what}") from fault


def first_mistake(fault: ValidationError) -> str:
    """Return where something is wrong, and what, in one sentence."""
    mistake: Any = fault.errors()[0]
    where = ".".join(str(part) for part in mistake["loc"])
    return f"{where}: {mistake['msg']}."
