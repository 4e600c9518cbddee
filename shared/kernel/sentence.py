"""What is wrong and what to do: one sentence for a person, and a hint."""

__all__ = ["LONGEST_SENTENCE", "MissingError", "RefusedError"]

LONGEST_SENTENCE = 100
"""Characters: scripts show a short answer and take a long one for a crash."""


class RefusedError(Exception):
    """Something cannot be done; its text is one sentence of at most 100 characters.

    ``hint`` says what to do about it, where the sentence does not.
    """

    def __init__(self, sentence: str, hint: str = "") -> None:
        short = sentence if len(sentence) <= LONGEST_SENTENCE else sentence[:99] + "…"
        super().__init__(short)
        self.hint = hint


class MissingError(RefusedError):
    """What it is about does not exist."""
