"""What an image is, from its first bytes."""

from typing import NamedTuple


class ImageSize(NamedTuple):
    """`type` as people call it; width and height in pixels, 0 where the first bytes do not tell."""

    type: str
    width: int
    height: int


def image_size(first: bytes) -> ImageSize | None:
    """None for what is no image of a type that is known: PNG, JPEG, GIF, BMP, WebP, TIFF."""
    raise NotImplementedError
