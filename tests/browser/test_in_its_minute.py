"""Nobody touches anything: an order turns somebody red in the minute after it was recorded and ends in its minute, on the page and at the gate.

The worker is killed in between, and the city has more people than a day's run is quickest with; tests/browser/test_told.py does it with a small one.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from bench.product import running
from tests.browser.awaiting import awaited
from tests.browser.minutes import (
    PATIENCE,
    Parts,
    an_order,
    colour,
    gate_answers,
    new_paper,
    parts_of,
    recalled,
    seconds_late,
)
from tests.browser.residents import sign_in
from yimatong.core.credential import Accepted, Reason

pytestmark = pytest.mark.soak
PEOPLE = 20_000


@pytest.fixture
def parts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parts]:
    home = tmp_path_factory.mktemp("minute") / "home"
    with running(home, PEOPLE):
        pass
    with parts_of(home) as found:
        yield found


def shown(page: Page, address: str) -> str:
    """The colour on the resident's first page."""
    page.goto(f"{address}/me/")
    return page.locator("[data-colour]").first.get_attribute("data-colour") or ""


def test_an_order_is_there_and_over_in_its_minutes_though_the_worker_is_killed(parts: Parts, browser: Browser) -> None:
    city = parts.city
    resident = sign_in(city.home, "green")
    (person,) = resident.people
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN")
    context.add_cookies([{"name": "sessionid", "value": resident.session, "url": city.address}])
    page = context.new_page()
    text = new_paper(city, person)
    assert shown(page, city.address) == "green"
    awaited(lambda: isinstance(gate_answers(city, text), Accepted), within=PATIENCE)

    over = an_order(city, person)
    awaited(lambda: colour(city, person) == "red", within=PATIENCE)
    late, minute = seconds_late(city, person)
    assert minute < over, "it was judged before it was over"
    assert late < 60
    assert shown(page, city.address) == "red"
    refused = awaited(lambda: recalled(city, text), within=PATIENCE)
    assert refused.reason is Reason.RECALLED
    parts.kill_the_worker()

    awaited(lambda: colour(city, person) == "green", within=PATIENCE)
    late, minute = seconds_late(city, person)
    assert minute == over, "in its minute, and not before or after"
    assert late < 60
    assert shown(page, city.address) == "green"
    again = new_paper(city, person)
    awaited(lambda: isinstance(gate_answers(city, again), Accepted), within=PATIENCE)
    assert recalled(city, text), "the pass that was taken back is not given back; a new one is issued at once"
    assert city.value("select count(*) from runs where state = 'failed'") == 0
    context.close()
