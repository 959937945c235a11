"""`python -m tests.pictures`: takes the pictures of the README from the running product.

Starts a desk of its own with the demo's data, looks at it as people do, and stops it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from service_desk.foundation.clock import local, now
from tests.support.browser import FIND
from tests.support.desk import PASSWORD
from tests.support.live import free_port
from tests.support.waiting import eventually
from tools.run import answers

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs" / "pictures"
PHONE, DESK = {"width": 390, "height": 780}, {"width": 1360, "height": 860}


@contextmanager
def desk(folder: str) -> Iterator[str]:
    """The address of a desk that has just begun."""
    port = free_port()
    told = {"DATA_DIR": folder, "PORT": str(port), "DEMO_PASSWORD": PASSWORD}
    with subprocess.Popen(
        [sys.executable, "-m", "tools.run"], cwd=ROOT, env={**os.environ, **told}
    ) as process:
        try:
            eventually(lambda: answers("127.0.0.1", port), 120)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def form(browser: Browser, url: str) -> None:
    page = browser.new_page(viewport=PHONE, device_scale_factor=2)
    page.goto(f"{url}/requests/new")
    keep(page, "danger")
    page.click("button[name=danger][value=no]")
    page.check("input[name=category][value=ELDER]", force=True)
    keep(page, "form")


def queue(browser: Browser, url: str) -> None:
    page = signed_in(browser, url, "lead.jiantang")
    page.goto(f"{url}/queue?scope=area")
    page.click("li[data-urgency=P2] a >> nth=0")
    page.wait_for_load_state("networkidle")
    keep(page, "queue")


def report(browser: Browser, url: str) -> None:
    last_month = local(now()).replace(day=1) - timedelta(days=1)
    page = signed_in(browser, url, "county.xgll")
    page.goto(f"{url}/reports/{last_month:%Y-%m}")
    keep(page, "report")


def signed_in(browser: Browser, url: str, username: str) -> Page:
    page = browser.new_page(viewport=DESK)
    page.goto(f"{url}/login")
    page.fill("[name=username]", username)
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    return page


def keep(page: Page, name: str) -> None:
    page.screenshot(path=FOLDER / f"{name}.png")


def main() -> None:
    path = subprocess.run([str(FIND)], check=True, capture_output=True, text=True).stdout.strip()
    FOLDER.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        desk(folder) as url,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        for take in (form, queue, report):
            take(browser, url)
        browser.close()


if __name__ == "__main__":
    main()
