"""What can go wrong, in a sentence each."""

__all__ = ["CpcsError", "RefusedError", "UnreachableError"]


class CpcsError(Exception):
    """Anything that the server or the way to it says no to."""


class UnreachableError(CpcsError):
    """The server does not answer, or asks to come again for too long."""


class RefusedError(CpcsError):
    """The server refuses: its sentence, with the HTTP status and what to do.

    Attributes
    ----------
    status
        HTTP status; 401 and 403 are about who asks.
    hint
        What to do, if the server says so.
    job
        Address of the job that shows more, if there is one.
    """

    def __init__(
        self, status: int, sentence: str, hint: str = "", job: str | None = None
    ) -> None:
        super().__init__(f"{sentence} {hint}.".strip() if hint else sentence)
        self.status = status
        self.sentence = sentence
        self.hint = hint
        self.job = job
