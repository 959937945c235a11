"""What is served is ours alone: no other site, no typeface or crest of GOV.UK, no inline code."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "service_desk" / "static"
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
NAMESPACES = ("http://www.w3.org/",)


def text(name: str) -> str:
    return (STATIC / name).read_text(encoding="utf-8")


def test_styles_load_nothing_from_elsewhere() -> None:
    targets = re.findall(r"url\(([^)]*)\)", text("app.css"))
    assert targets
    for target in targets:
        assert (STATIC / target.strip("\"'")).is_file(), target
    assert "@import" not in text("app.css")


@pytest.mark.parametrize("trace", ["gds transport", "nta-", "crest", "govuk-crown", "/assets/"])
def test_styles_carry_nothing_that_belongs_to_gov_uk(trace: str) -> None:
    assert trace not in text("app.css").lower()


@pytest.mark.parametrize(
    "name", ["app.js", "charts.js", "htmx.min.js", "favicon.svg", "ridge-far.svg"]
)
def test_no_address_of_another_site(name: str) -> None:
    found = re.findall(r"https?://[^\s\"'`)]+", text(name))
    assert [each for each in found if not each.startswith(NAMESPACES)] == []


def test_own_script_makes_no_code_from_text() -> None:
    assert not re.search(r"\beval\(|new Function|innerHTML\s*=|document\.write", text("app.js"))


def test_the_drawing_makes_no_code_from_text_and_stays_light() -> None:
    """ECharts is of use on one page only, so its weight is held against that page."""
    assert not re.search(r"\beval\(|new Function|document\.write", text("charts.js"))
    assert len(gzip.compress((STATIC / "charts.js").read_bytes())) < 200_000
    users = [each.name for each in TEMPLATES if "charts.js'" in each.read_text(encoding="utf-8")]
    assert users == ["board.html"]


def test_styles_stay_light() -> None:
    assert len(text("app.css").encode()) < 120 * 1024


def test_every_file_has_its_licence() -> None:
    licences = text("LICENSES.md")
    for file in STATIC.iterdir():
        stem = re.sub(r"-(\d+|far|near)$", "-*", file.stem)
        known = {file.name, f"{stem}{file.suffix}"}
        assert file.name == "LICENSES.md" or any(name in licences for name in known), file.name


def test_lock_names_no_registry() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    assert all("resolved" not in package for package in lock["packages"].values())


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_templates_have_no_inline_code(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=[\"']|javascript:", source)
    assert not re.search(r"<script(?![^>]*\bsrc=)", source)
