"""A request that cannot be served, in one sentence."""

import re

from shared.kernel.sentence import RefusedError

__all__ = ["RefusalError"]

_FIELD = re.compile(r"(?:The field )?(\w+)")


class RefusalError(RefusedError):
    """What is wrong and what to do, with the HTTP status that says so.

    ``job`` is the job that shows more, if there is one; ``wait`` [s] when to come
    again.
    """

    def __init__(
        self,
        status: int,
        sentence: str,
        hint: str = "",
        job: str = "",
        wait: int | None = None,
    ) -> None:
        super().__init__(sentence, hint)
        self.status = status
        self.job = job
        self.wait = wait

    @property
    def field(self) -> str:
        """The word that the sentence begins with: the field it is about, if it is."""
        found = _FIELD.match(str(self))
        return found[1] if found else ""
