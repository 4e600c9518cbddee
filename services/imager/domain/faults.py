"""What can be wrong with an image, in words for the observer."""

from shared.kernel.sentence import RefusedError

__all__ = ["UnusableImageError"]


class UnusableImageError(RefusedError):
    """No magnitude can be measured on the image."""
