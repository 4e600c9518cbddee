"""What every model of the API is."""

from pydantic import BaseModel, ConfigDict

__all__ = ["Model"]


class Model(BaseModel):
    """Something that the API says; it never changes once it is made."""

    model_config = ConfigDict(frozen=True)
