"""What somebody sends: the fields of a form or of an address, and perhaps a file."""

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["Form"]


@dataclass(frozen=True)
class Form:
    """The text fields, and the uploaded file if there is one."""

    fields: Mapping[str, str] = field(default_factory=dict)
    content: bytes = b""
    file_name: str = ""

    @property
    def plain(self) -> bool:
        """Whether a script asks: it takes JSON, and a refusal as plain text."""
        return self.fields.get("outputFormat", "").strip().lower() == "json"
