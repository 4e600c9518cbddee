"""The environment of alerts."""

from pathlib import Path

from pydantic import Field, SecretStr

from shared.settings import Listed, ListedByBar, ServiceSettings

__all__ = ["Settings"]


class Settings(ServiceSettings):
    """Which streams to follow, what to take from them, and what to send."""

    rules: Path | None = Field(
        default=None, description="rules of decision (TOML) in place of ours"
    )
    mappings: Path | None = Field(
        default=None, description="folder of further streams that are declared (TOML)"
    )
    avro_schemas: Path | None = Field(
        default=None, description="folder of schemas NUMBER.avsc of a Kafka registry"
    )
    largest_packet: int = Field(
        default=1 << 20, ge=1, description="[bytes] of a packet of a stream"
    )
    ivorn: str = Field(
        default="ivo://example.cpcs",
        pattern=r"^ivo://[A-Za-z0-9._/-]+$",
        description="who we are among VOEvent brokers",
    )
    vtp_upstreams: Listed = Field(
        default=(), description="VTP brokers to follow: host:port,host:port"
    )
    vtp_filters: ListedByBar = Field(
        default=(), description="XPath filters for Comet brokers, parted by |"
    )
    vtp_idle: float = Field(
        default=120.0, gt=0, description="[s] of silence that end a connection"
    )
    vtp_packet: float = Field(
        default=30.0, gt=0, description="[s] that one packet may take"
    )
    vtp_first_wait: float = Field(
        default=1.0, gt=0, description="[s] before the first try to connect again"
    )
    vtp_longest_wait: float = Field(
        default=300.0, gt=0, description="[s] between tries to connect, at most"
    )
    vtp_serve: str = Field(
        default="", description="host:port to serve our own VOEvents at; empty: not"
    )
    spool: Path | None = Field(
        default=None, description="folder whose files are packets; they are taken"
    )
    kafka_brokers: str = Field(
        default="", description="host:port,host:port; as kafka.gcn.nasa.gov"
    )
    kafka_topics: Listed = Field(
        default=(), description="topics, or patterns that begin with ^"
    )
    kafka_group: str = Field(default="cpcs", description="consumer group")
    kafka_client: str = Field(default="", description="OIDC client id; empty: no login")
    kafka_secret: SecretStr = Field(
        default=SecretStr(""), description="OIDC client secret"
    )
    kafka_token_url: str = Field(
        default="https://auth.gcn.nasa.gov/oauth2/token",
        description="where the OIDC token comes from",
    )
    quiet_after: float = Field(
        default=86400.0, gt=0, description="[s] without a packet: a stream is quiet"
    )
