"""The environment that every service reads, all of it prefixed ``CPCS_``."""

from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

__all__ = ["Listed", "ListedByBar", "ServiceSettings"]


def _parted(given: object, mark: str) -> object:
    if not isinstance(given, str):
        return given
    return tuple(part.strip() for part in given.split(mark) if part.strip())


Listed = Annotated[
    tuple[str, ...], NoDecode, BeforeValidator(lambda given: _parted(given, ","))
]
ListedByBar = Annotated[
    tuple[str, ...], NoDecode, BeforeValidator(lambda given: _parted(given, "|"))
]


class ServiceSettings(BaseSettings):
    """Where the broker, the store and the data folder are."""

    model_config = SettingsConfigDict(env_prefix="CPCS_", extra="ignore")

    amqp_url: str = Field(
        default="amqp://guest:guest@127.0.0.1:5672/", description="RabbitMQ"
    )
    mongo_url: str = Field(
        default="mongodb://127.0.0.1:27017/", description="MongoDB, a replica set"
    )
    data_dir: Path = Field(
        default=Path(".data"), description="files and health sockets of one stack"
    )
    log_level: str = Field(default="INFO", description="least level that is logged")
    log_format: str = Field(default="console", pattern="^(console|json)$")
    prefetch: int = Field(
        default=8, ge=1, description="messages of one queue in work at once"
    )
    retry_delays: tuple[float, ...] = Field(
        default=(1.0, 5.0, 15.0, 60.0),
        description="[s] waits before a failed message is tried again",
    )
    drain_time: float = Field(
        default=4.0, gt=0, description="[s] to finish work in hand when stopping"
    )
