"""U7: the pages that a device keeps, in a language that nobody speaks: built with its catalogue, and nothing else changed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route

from tests import pseudo
from tests.browser.conftest import ROOT, SIZES, City, screenshot

MINE = re.compile(r"/(code|scan|desk)-\w+\.js(\?|$)")
SPEAKS = f"""Object.defineProperty(navigator, "language", {{ get: () => "{pseudo.TAG}" }});
Object.defineProperty(navigator, "languages", {{ get: () => ["{pseudo.TAG}"] }});"""
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec January February March April June July August September October November December"
DAYS = "Mon Tue Wed Thu Fri Sat Sun Monday Tuesday Wednesday Thursday Friday Saturday Sunday"
APART = {"一码通", "中文", "English", pseudo.TAG, *MONTHS.split(), *DAYS.split()}
"""The product's mark, languages by their own names, and what a browser calls days in a language that it does not know."""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages' scripts as set-up builds them where one more catalogue lies."""
    house = tmp_path_factory.mktemp("house")
    shutil.copytree(ROOT / "web", house / "web", ignore=shutil.ignore_patterns("generated", "test"))
    (house / "tools").mkdir()
    shutil.copy(ROOT / "tools" / "messages.py", house / "tools")
    for name in ("src", "node_modules", "package.json"):
        (house / name).symlink_to(ROOT / name)
    environment = {**os.environ, "YIMATONG_LOCALES": str(pseudo.made(house / "locales"))}
    subprocess.run([sys.executable, house / "tools" / "messages.py"], env=environment, check=True)
    subprocess.run(["node", house / "web" / "build.mjs", house / "static"], env=environment, check=True)
    return house / "static" / "web"


@pytest.fixture
def page(browser: Browser, built: Path) -> Iterator[Page]:
    """A window whose browser asks for the language, and gets those scripts."""

    def other(route: Route) -> None:
        found = MINE.search(route.request.url)
        assert found is not None
        (script,) = (built / found[1]).glob(f"{found[1]}-*.js")
        route.fulfill(path=script, content_type="text/javascript")

    width, height = SIZES["phone"]
    context = browser.new_context(viewport={"width": width, "height": height}, service_workers="block")
    context.add_init_script(SPEAKS)
    context.route(MINE, other)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize(("address", "drawn"), [("/code/", "main"), ("/scan/", ".shell"), ("/desk/app/", ".shell")])
def test_a_page_on_a_device_says_nothing_that_no_catalogue_translates(
    page: Page, city: City, address: str, drawn: str
) -> None:
    page.goto(city.address + address)
    page.wait_for_selector(drawn)
    page.wait_for_function("/[\\u1e00-\\u1eff\\u0180-\\u024f]/.test(document.body.innerText)")
    screenshot(page, f"another-language{address.replace('/', '-')}")
    texts = pseudo.texts_of(page.inner_html("body"))
    assert len(texts) > 5
    assert pseudo.leftovers(texts, APART) == []
