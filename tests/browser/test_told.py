"""`make run`, an order that ends in three minutes, and nobody touches anything: the code turns red and green again on the page, on an open
phone and at the gate, with a message in the inbox and at the phone that gets the texts; in the middle the database is killed once (B4, C1, C2, D8,
H1, H4, S2, S3, S12, S13, E5).
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, expect

from bench.machine import CHECKOUT
from bench.product import PROGRAM, database_of, environment
from tests.browser import aside
from tests.browser.awaiting import awaited
from tests.browser.conftest import City
from tests.browser.minutes import a_phone_of, an_order, gate_answers, new_paper, recalled
from tests.browser.phones import Phone, phones
from tests.browser.residents import Resident, sign_in
from tests.first_start import FirstStart
from tests.integration.products import Product, postmaster, product_in
from yimatong.core.credential import Accepted, Reason
from yimatong.site.demo import read_accounts

MakePhone = Callable[..., Phone]
PATIENCE = 150
NUMBER = "17000000888"
QUIET = 'quiet: {from: "22:00", to: "07:00"}'
SHANGHAI = ZoneInfo("Asia/Shanghai")


def by_day(policies: Path) -> Path:
    """The policies as they are, but that the hours in which only the urgent is told are far from now."""
    shutil.copytree(CHECKOUT / "policies", policies)
    for file in policies.glob("*/messages.yaml"):
        hours = [f"{datetime.now(SHANGHAI) + timedelta(hours=later):%H:%M}" for later in (11, 13)]
        text = file.read_text(encoding="utf-8")
        assert QUIET in text
        file.write_text(text.replace(QUIET, f'quiet: {{from: "{hours[0]}", to: "{hours[1]}"}}'), encoding="utf-8")
    return policies


def enforced(home: Path, folder: Path) -> None:
    """Put the policy of a folder into force in a home, as its control office does at a command."""
    password = next(account.password for account in read_accounts(home) if account.username == "control")
    subprocess.run(
        [sys.executable, "-c", PROGRAM, "policy", "enforce", str(folder), "--by", "control"],
        cwd=CHECKOUT, env=environment(home) | {"YIMATONG_PASSWORD": password}, check=True, timeout=PATIENCE,
    )  # fmt: skip


@pytest.fixture
def product(first_start: FirstStart, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    folder = tmp_path_factory.mktemp("told")
    home, policies = first_start.copied(folder / "home"), by_day(folder / "policies")
    enforced(home, policies / "cn-zj-ningbo")
    with product_in(home, YIMATONG_POLICIES=str(policies)) as found:
        yield found
        aside.end(home)


@pytest.fixture
def city(product: Product) -> City:
    return City(f"http://127.0.0.1:{product.port}", database_of(product.home), {}, product.home)


@pytest.fixture
def make_phone(browser: Browser, city: City) -> Iterator[MakePhone]:
    yield from phones(browser, city)


def texts_at(product: Product) -> list[str]:
    """The texts that came to the phone, as the program beside the pages that plays phones shows them; the oldest first."""
    address = re.search(r"http://127\.0\.0\.1:\d+/messages", product.said())
    assert address, product.said()
    with urllib.request.urlopen(address.group(), timeout=10) as answer:
        page = answer.read().decode()
    shown = [row for row in re.findall(r"<li.*?</li>", page, re.DOTALL) if NUMBER in row]
    return [said for row in reversed(shown) for said in re.findall(r"class='says'>(.*?)</p>", row, re.DOTALL)]


def says_database(code: int, said: str) -> bool:
    """Whether health says that the database is away, or that it was."""
    return "database" in said if code else "part database" in said


def test_an_order_turns_and_tells_and_ends_by_itself_though_the_database_is_killed(
    product: Product, city: City, make_phone: MakePhone
) -> None:
    resident: Resident = sign_in(city.home, "green")
    (person,) = resident.people
    a_phone_of(city, person, NUMBER)
    phone = make_phone(resident)
    phone.open()
    phone.put_everybody_here()
    phone.page.wait_for_selector("[data-colour=green] ~ .qr svg")
    page = phone.context.new_page()
    page.goto(f"{city.address}/me/home/")
    expect(page.locator("[data-colour]").first).to_have_attribute("data-colour", "green")

    paper = new_paper(city, person)
    awaited(lambda: isinstance(gate_answers(city, paper), Accepted), within=PATIENCE)

    over = an_order(city, person, minutes=3)
    phone.page.wait_for_selector("[data-colour=red] ~ .qr svg", timeout=PATIENCE * 1000)
    page.reload()
    expect(page.locator("[data-colour]").first).to_have_attribute("data-colour", "red")
    awaited(lambda: page.reload() and page.locator(".news[data-kind=colour_changed]").count() == 1, within=PATIENCE)
    expect(phone.page.locator(".told")).to_contain_text("颜色有变化")
    told = awaited(lambda: texts_at(product), within=PATIENCE)
    assert "12345" in told[-1]
    assert not re.search("红|黄|绿|http", told[-1])

    assert awaited(lambda: recalled(city, paper), within=PATIENCE).reason is Reason.RECALLED

    os.kill(postmaster(product.home), signal.SIGKILL)
    # It says so while the database is away, and where it was back before health had looked, that it came back.
    assert awaited(lambda: says_database(*product.health()), within=PATIENCE)
    awaited(lambda: product.health()[0] == 0, within=PATIENCE)

    phone.page.wait_for_selector("[data-colour=green] ~ .qr svg", timeout=(180 + PATIENCE) * 1000)
    page.reload()
    expect(page.locator("[data-colour]").first).to_have_attribute("data-colour", "green")
    awaited(lambda: page.reload() and page.locator(".news[data-kind=ended]").count() == 1, within=PATIENCE)
    awaited(lambda: len(texts_at(product)) == len(told) + 1, within=PATIENCE)
    minute = city.value(
        "select extract(epoch from r.as_of)::bigint / 60 from current_verdicts v join runs r on r.number = v.run_id where v.person = %s",
        person,
    )
    assert minute == over, "in its minute, and not before or after"
