"""Where the photos of requests lie: outside the web root, under names nobody can guess."""

from __future__ import annotations

import re
from pathlib import Path
from typing import BinaryIO

from service_desk.foundation.faults import NotFound
from service_desk.foundation.settings import settings

CONTENT_TYPE = "image/jpeg"
TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


def folder() -> Path:
    """`DATA_DIR/photos`, made when it is not there; readable by the desk only."""
    path = settings().data_dir / "photos"
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


def place_of(token: str) -> Path:
    """The file of an attachment's token. Raises NotFound for what cannot be a token."""
    if not TOKEN.fullmatch(token):
        raise NotFound
    return folder() / f"{token}.jpg"


def open_photo(token: str) -> BinaryIO:
    """The picture (CONTENT_TYPE). Raises NotFound; who may see it the caller has checked."""
    try:
        return place_of(token).open("rb")
    except FileNotFoundError as error:
        raise NotFound from error
