"""What can be wrong with an uploaded file, in words for the observer."""

__all__ = ["UnreadableFileError"]

_LONGEST = 100


class UnreadableFileError(Exception):
    """The file is no usable star list; the text is one sentence for the observer."""

    def __init__(self, sentence: str, hint: str = "") -> None:
        short = sentence if len(sentence) <= _LONGEST else sentence[:99] + "…"
        super().__init__(short)
        self.hint = hint
