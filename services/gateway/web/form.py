"""What somebody sends: the fields of a form or of an address, and perhaps a file."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from services.gateway.domain.refusal import RefusalError
from services.gateway.web.sent import SentFile

__all__ = ["Form"]


@dataclass(frozen=True)
class Form:
    """The text fields, and the uploaded file if there is one.

    ``refused`` tells why it is shown again, with what was typed.
    """

    fields: Mapping[str, str] = field(default_factory=dict)
    file: SentFile | None = None
    refused: RefusalError | None = None

    @property
    def content(self) -> bytes:
        """The bytes of a small file; none where there is no file."""
        return self.file.whole() if self.file else b""

    def close(self) -> None:
        """Forget the file."""
        if self.file is not None:
            self.file.close()

    @property
    def plain(self) -> bool:
        """Whether a script asks: it takes JSON, and a refusal as plain text."""
        return self.fields.get("outputFormat", "").strip().lower() == "json"
