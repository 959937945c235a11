"""Makes a harmless picture of a photo. A program of its own: file in, picture out.

Photos come from strangers, so they are decoded in a short-lived process with limits on memory
and time; what comes out is pixels only: no place, no camera, nothing hidden behind the image.
Exit status 0: `width height` and a newline, then a JPEG. 1: refused.
"""

from __future__ import annotations

import io
import re
import resource
import sys
from collections.abc import Callable

from PIL import Image, ImageOps
from pillow_heif import register_heif_opener

FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
SHORTEST, LONGEST = 8, 2000
MOST_PIXELS, MOST_JPEG_PIXELS = 26_000_000, 64_000_000
MOST_SCANS = 60
QUALITY = 82
MEMORY_BYTES, CPU_S = 512 * 1024**2, 2
START_OF_SCAN = b"\xff\xda"
# Bytes that make a photo something else as well: a page, a script, a document, an archive.
DISGUISES = re.compile(rb"(?i)<(?:script|html|!doctype|svg[\s>]|\?php|iframe)|%PDF-\d")
ARCHIVE_END, ARCHIVE_TAIL = b"PK\x05\x06", 66_000


Image.MAX_IMAGE_PIXELS = None  # `refuse_bombs` is stricter


class Unfit(Exception):
    """This is no photo that we take."""


def convert(data: bytes) -> tuple[int, int, bytes]:
    """Width, height and a JPEG of at most 2,000 pixels a side. Raises Unfit."""
    refuse_disguises(data)
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            refuse_bombs(image, data)
            return encoded(upright(image))
    except (OSError, ValueError, SyntaxError, RuntimeError, MemoryError) as error:
        raise Unfit from error


def refuse_disguises(data: bytes) -> None:
    if DISGUISES.search(data) or ARCHIVE_END in data[-ARCHIVE_TAIL:]:
        raise Unfit


def refuse_bombs(image: Image.Image, data: bytes) -> None:
    """Judged by the header, before a pixel is decoded."""
    jpeg = image.format == "JPEG"
    roomy = jpeg and not image.info.get("progressive")
    if image.width * image.height > (MOST_JPEG_PIXELS if roomy else MOST_PIXELS):
        raise Unfit
    # A film behind a phone's photo holds these two bytes by chance: one in 65,536.
    too_many_scans = jpeg and data.count(START_OF_SCAN) > MOST_SCANS + len(data) // 30_000
    if too_many_scans or min(image.size) < SHORTEST:
        raise Unfit


def upright(image: Image.Image) -> Image.Image:
    """Small, the right way up, on white, in plain colours."""
    image.draft("RGB", (LONGEST, LONGEST))
    image.thumbnail((LONGEST, LONGEST))
    turned = ImageOps.exif_transpose(image)
    if "A" not in turned.mode and "transparency" not in turned.info:
        return turned.convert("RGB")
    ground = Image.new("RGBA", turned.size, "white")
    ground.alpha_composite(turned.convert("RGBA"))
    return ground.convert("RGB")


def encoded(image: Image.Image) -> tuple[int, int, bytes]:
    clean = Image.frombytes("RGB", image.size, image.tobytes())
    output = io.BytesIO()
    clean.save(output, "JPEG", quality=QUALITY, optimize=True)
    return clean.width, clean.height, output.getvalue()


def limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main(read: Callable[[], bytes], write: Callable[[bytes], object]) -> int:
    """The status to end with."""
    register_heif_opener(thumbnails=False)
    try:
        width, height, picture = convert(read())
    except Unfit:
        return 1
    write(f"{width} {height}\n".encode() + picture)
    return 0


if __name__ == "__main__":
    limit()
    sys.exit(main(sys.stdin.buffer.read, sys.stdout.buffer.write))
