"""The environment of the gateway."""

from pydantic import Field, SecretStr

from shared.settings import ListedNetworks, ServiceSettings

__all__ = ["Settings"]


class Settings(ServiceSettings):
    """Where it listens, and how much it takes."""

    http_host: str = Field(default="127.0.0.1", description="address to listen on")
    http_port: int = Field(default=8080, ge=0, lt=65536, description="port")
    public_url: str = Field(
        default="",
        pattern=r"^(https?://[^/\s]+/?)?$",
        description="https://HOST by which clients call it, behind a proxy",
    )
    trusted_proxies: ListedNetworks = Field(
        default=(), description="networks whose X-Forwarded-For is believed"
    )
    admin_hashtag: SecretStr | None = Field(
        default=None,
        description="administrator's; otherwise made and kept in admin-hashtag",
    )
    open_data: bool = Field(
        default=False, description="light-curve data and files without a hashtag"
    )
    sesame: str = Field(
        default="",
        pattern=r"^(https?://\S+)?$",
        description="address of Sesame, which knows where names are; else not asked",
    )
    upload_limit: int = Field(
        default=50_000_000, ge=1, description="[bytes] largest upload"
    )
    images: bool = Field(
        default=True, description="take images; without them no imager is needed"
    )
    image_limit: int = Field(
        default=200_000_000, ge=1, description="[bytes] largest image, as it is sent"
    )
    image_days: float = Field(
        default=30.0, gt=0, description="[d] that the pixels of images are kept"
    )
    uploads_at_once: int = Field(
        default=16, ge=1, description="uploads that are kept at the same time"
    )
    busy_timeout: float = Field(
        default=10.0, gt=0, description="[s] as answer_timeout, where many wait"
    )
    head_time: float = Field(
        default=10.0, gt=0, description="[s] that the head of a request may take"
    )
    body_grace: float = Field(
        default=10.0, gt=0, description="[s] that a body may take to get going"
    )
    body_rate: float = Field(
        default=1000.0, gt=0, description="[bytes/s] least rate of a body after that"
    )
    body_time: float = Field(
        default=600.0, gt=0, description="[s] that any body may take"
    )
    slow_bodies: int = Field(
        default=8, ge=1, description="slow bodies of one address at the same time"
    )
    connections: int = Field(
        default=4000, ge=10, description="open connections, as far as the system allows"
    )
    connections_of_one: int = Field(
        default=256, ge=1, description="of one address; then the idle ones are closed"
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

    @property
    def largest_file(self) -> int:
        """[bytes] Of any file that may be sent."""
        return max(self.upload_limit, self.image_limit if self.images else 0)
