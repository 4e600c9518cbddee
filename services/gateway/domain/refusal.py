"""A request that cannot be served, in one sentence."""

__all__ = ["LONGEST_SENTENCE", "RefusalError"]

LONGEST_SENTENCE = 100


class RefusalError(Exception):
    """What is wrong and what to do, in at most 100 characters of plain text.

    Scripts show a short answer to their user and take a long one for a crash. ``job``
    is the job that shows more, if there is one; ``wait`` [s] when to come again.
    """

    def __init__(
        self,
        status: int,
        sentence: str,
        hint: str = "",
        job: str = "",
        wait: int | None = None,
    ) -> None:
        short = sentence if len(sentence) <= LONGEST_SENTENCE else sentence[:99] + "…"
        super().__init__(short)
        self.status = status
        self.hint = hint
        self.job = job
        self.wait = wait
