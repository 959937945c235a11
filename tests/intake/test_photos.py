"""Photos: cleaned of everything but the picture, kept apart; anything else is refused."""

from __future__ import annotations

import io
import resource
import struct
import zlib
from pathlib import Path

import pytest
import sqlalchemy as sa
from PIL import Image
from pillow_heif import register_heif_opener
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from service_desk.foundation.database import session
from service_desk.intake.photos import MOST_BYTES, Photo, kept
from service_desk.service_requests.models import Attachment
from tests.intake.conftest import picture, told, upload

FAST_CPU_S = 2.0
PLACE, CAMERA = 0x8825, 0x010F


def tagged() -> bytes:
    """A photo that says where and with what it was taken."""
    image = Image.new("RGB", (64, 48), "#993333")
    exif = image.getexif()
    exif[CAMERA] = "SecretCamera"
    exif.get_ifd(PLACE).update({1: "N", 2: (27.0, 49.0, 30.0), 3: "E", 4: (99.0, 42.0, 24.0)})
    file = io.BytesIO()
    image.save(file, "JPEG", exif=exif, comment=b"SecretComment")
    return file.getvalue()


def heic() -> bytes:
    register_heif_opener(thumbnails=False)
    return picture("HEIF")


def bomb() -> bytes:
    """A PNG of a few hundred bytes that would be 14 GB of pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 6, 0, 0, 0)
    body = zlib.compress(b"\0" * 100_000)
    signature = b"\x89PNG\r\n\x1a\n"
    return signature + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def opened(file: Path) -> Image.Image:
    return Image.open(io.BytesIO(file.read_bytes()))


def spent() -> float:
    """Processor seconds of the programs that looked at photos: waiting does not count."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@pytest.fixture
def stored(app, tmp_path):
    """The attachments and the files that are kept."""

    def read() -> tuple[list[Attachment], list[Path]]:
        with app.app_context():
            rows = session.scalars(sa.select(Attachment).order_by(Attachment.id)).all()
        return list(rows), sorted((tmp_path / "data" / "photos").glob("*"))

    return read


@pytest.mark.both_databases
def test_a_photo_is_kept_without_place_or_camera(post, stored, app):
    assert post(photos=upload(tagged())).status_code == 303
    (row,), (file,) = stored()
    assert (row.content_type, row.width, row.height) == ("image/jpeg", 64, 48)
    assert file.stem == row.token
    assert file.stat().st_size == row.size
    assert file.stat().st_mode & 0o077 == 0
    assert not file.is_relative_to(app.static_folder)
    assert b"Secret" not in file.read_bytes()
    assert b"Exif" not in file.read_bytes()
    assert not opened(file).getexif()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_each_kind_of_photo_is_taken(post, stored, kind):
    data = heic() if kind == "HEIF" else picture(kind)
    assert post(photos=upload(data, "whatever.bin")).status_code == 303
    (row,), (file,) = stored()
    assert opened(file).format == "JPEG"
    assert (row.width, row.height) == (64, 48)


def test_a_photo_is_turned_upright_and_made_small(post, stored):
    image = Image.new("RGB", (3000, 1500))
    exif = image.getexif()
    exif[0x0112] = 6
    file = io.BytesIO()
    image.save(file, "JPEG", exif=exif)
    assert post(photos=upload(file.getvalue())).status_code == 303
    (row,), _ = stored()
    assert (row.width, row.height) == (1000, 2000)


def test_what_was_transparent_is_white(post, stored):
    clear = io.BytesIO()
    Image.new("RGBA", (32, 32), (0, 0, 0, 0)).save(clear, "PNG")
    assert post(photos=upload(clear.getvalue())).status_code == 303
    _, (file,) = stored()
    assert opened(file).getpixel((5, 5)) == (255, 255, 255)


def test_three_photos_are_taken_and_an_empty_input_is_none(post, stored):
    three = [upload(picture()) for _ in range(3)]
    assert post(photos=[*three, upload(b"", "")]).status_code == 303
    rows, files = stored()
    assert (len(rows), len(files)) == (3, 3)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"not a picture", id="words"),
        pytest.param(b'<svg xmlns="http://www.w3.org/2000/svg"></svg>', id="svg"),
        pytest.param(picture("GIF"), id="gif"),
        pytest.param(picture("BMP"), id="bmp"),
        pytest.param(picture()[:200], id="cut"),
        pytest.param(picture() + b"<script>alert(1)</script>", id="page behind it"),
        pytest.param(picture() + b"%PDF-1.7", id="document behind it"),
        pytest.param(picture() + b"PK\x05\x06" + b"\0" * 18, id="archive behind it"),
        pytest.param(picture(size=(4, 4)), id="a dot"),
        pytest.param(bomb(), id="pixel bomb"),
    ],
)
def test_anything_else_is_refused_at_once_and_nothing_is_kept(post, stored, counted, data):
    before, begun = counted(), spent()
    answer = post(photos=upload(data))
    assert spent() - begun < FAST_CPU_S
    assert answer.status_code == 422
    assert 'href="#photos"' in answer.text
    assert counted() == before
    assert stored()[1] == []


@pytest.mark.parametrize(("more", "status"), [(0, 303), (1, 422)])
def test_a_photo_of_ten_mebibytes_is_taken_and_no_larger_one(client, stored, more, status):
    photo = picture()
    large = photo + b"\0" * (MOST_BYTES - len(photo) + more)
    fields = {"csrf_token": client.hidden("/requests/new")["csrf_token"], **told()}
    boundary, body = encode_multipart({**fields, "photos": FileStorage(io.BytesIO(large), "a.jpg")})
    kind = f'multipart/form-data; boundary="{boundary}"'
    assert client.post("/requests/new", data=body, content_type=kind).status_code == status
    assert len(stored()[1]) == 1 - more


def test_one_bad_photo_keeps_the_good_ones_out_too(post, stored):
    assert post(photos=[upload(picture()), upload(b"bad")]).status_code == 422
    assert stored() == ([], [])


def test_four_photos_are_too_many(post, stored):
    assert post(photos=[upload(picture()) for _ in range(4)]).status_code == 422
    assert stored() == ([], [])


@pytest.mark.both_databases
def test_the_same_form_again_keeps_no_second_photo(post, stored):
    assert post(photos=upload(picture())).status_code == 303
    before = stored()[1]
    assert post(photos=upload(picture("PNG"))).status_code == 303
    rows, files = stored()
    assert len(rows) == 1
    assert files == before


def test_a_photo_does_not_outlive_a_request_that_fails(app, stored):
    photo = Photo("t" * 43, 64, 48, picture())

    def fail() -> None:
        with kept([photo]):
            assert stored()[1] == [
                app.extensions["settings"].data_dir / f"photos/{photo.token}.jpg"
            ]
            raise RuntimeError

    with app.app_context(), pytest.raises(RuntimeError):
        fail()
    assert stored() == ([], [])
