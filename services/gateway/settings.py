"""The environment of the gateway."""

from pydantic import Field, SecretStr

from shared.settings import ServiceSettings

__all__ = ["Settings"]


class Settings(ServiceSettings):
    """Where it listens, and how much it takes."""

    http_host: str = Field(default="127.0.0.1", description="address to listen on")
    http_port: int = Field(default=8080, ge=0, lt=65536, description="port")
    admin_hashtag: SecretStr | None = Field(
        default=None,
        description="administrator's; otherwise made and kept in admin-hashtag",
    )
    upload_limit: int = Field(
        default=50_000_000, ge=1, description="[bytes] largest upload"
    )
    uploads_at_once: int = Field(
        default=16, ge=1, description="uploads that are read at the same time"
    )
    answer_timeout: float = Field(
        default=60.0, gt=0, description="[s] before an upload is answered by a link"
    )
    publish_timeout: float = Field(
        default=10.0, gt=0, description="[s] before a silent broker is told of"
    )
    rate_of_requests: str = Field(
        default="3000/minute", description="of one address, all told"
    )
    rate_of_changes: str = Field(
        default="600/minute", description="of one observer, uploads too"
    )
    rate_of_failed_logins: str = Field(
        default="20/minute", description="of one address, with unknown hashtags"
    )
    webhooks_inside: bool = Field(
        default=False, description="let webhooks be in our own network: for trials"
    )
    session_days: int = Field(default=30, ge=1, description="[d] a login lasts")
