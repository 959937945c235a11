"""Photos on their way in: checked and cleaned by a program of its own, kept with the request.

Files are written before the transaction commits and removed when it fails, so that a kept
request has its photos and a refused one leaves nothing behind.
"""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from werkzeug.datastructures import FileStorage

from service_desk.service_requests.photos import place_of

MOST, MOST_BYTES = 3, 10 * 1024 * 1024
PATIENCE_S = 10
PROGRAM = Path(__file__).with_name("picture.py")


class BadPhoto(Exception):
    """Not a photo that we take, or too large."""


@dataclass(frozen=True)
class Photo:
    """A cleaned picture; `token` is where it is or will be kept."""

    token: str
    width: int
    height: int
    data: bytes


def read(uploads: Iterable[FileStorage]) -> tuple[Photo, ...]:
    """The pictures of what was uploaded; an input left empty is none. Raises BadPhoto."""
    return tuple(_cleaned(upload) for upload in uploads if upload.filename)


def _cleaned(upload: FileStorage) -> Photo:
    data = upload.stream.read(MOST_BYTES + 1)
    if not 0 < len(data) <= MOST_BYTES:
        raise BadPhoto
    width, height, picture = _converted(data)
    return Photo(secrets.token_urlsafe(32), width, height, picture)


def _converted(data: bytes) -> tuple[int, int, bytes]:
    """A crash, a bomb and a photo that takes too long are all the same: refused."""
    try:
        done = subprocess.run(  # noqa: S603 - our own program, nothing of the resident's in it
            [sys.executable, "-I", str(PROGRAM)],
            input=data,
            capture_output=True,
            check=True,
            timeout=PATIENCE_S,
        )
    except subprocess.SubprocessError as error:
        raise BadPhoto from error
    size, _, picture = done.stdout.partition(b"\n")
    width, height = size.split()
    return int(width), int(height), picture


@contextmanager
def kept(photos: Sequence[Photo]) -> Iterator[None]:
    """The pictures are on disk inside; they stay unless it ends with an exception."""
    try:
        for photo in photos:
            _write(photo)
        yield
    except BaseException:
        discard(photos)
        raise


def discard(photos: Iterable[Photo]) -> None:
    """Removes pictures that no request refers to."""
    for photo in photos:
        place_of(photo.token).unlink(missing_ok=True)


def _write(photo: Photo) -> None:
    handle = os.open(place_of(photo.token), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(photo.data)
        file.flush()
        os.fsync(file.fileno())
