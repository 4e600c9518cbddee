"""What can be wrong with an uploaded file, in words for the observer."""

from shared.kernel.sentence import RefusedError

__all__ = ["UnreadableFileError"]


class UnreadableFileError(RefusedError):
    """The file is no usable star list."""
