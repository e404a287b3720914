"""The doors as officials see them: the sign-in page while strangers guess, the search at the desk, the auditor's page of looks in sum."""

from __future__ import annotations

import pytest

from tests.browser.barriers import problems
from tests.browser.conftest import City, Open, screenshot
from tests.browser.looking import WITH_DOCUMENT, fill_document, give_reason

SUM = """
    select looks_sum_day(day::date, day at time zone 'Asia/Shanghai', (day + interval '1 day') at time zone 'Asia/Shanghai')
    from generate_series(date_trunc('day', now() at time zone 'Asia/Shanghai') - interval '1 day', now() at time zone 'Asia/Shanghai', '1 day') day
"""
"""The sums of today and yesterday, as the worker makes them."""
SUMMED = """
    select o.name, sum(d.looks) from look_days d join officials o on o.id = d.official_id
    where o.username = %s and d.day > (now() at time zone 'Asia/Shanghai')::date - 7 group by o.name
"""
SORTS = [("zh", "desktop"), ("en", "phone"), ("en", "desktop"), ("zh", "phone")]


@pytest.mark.parametrize(("language", "size"), SORTS)
def test_a_stranger_is_told_how_long_to_wait_and_where_the_code_comes_from(
    open_page: Open, language: str, size: str
) -> None:
    watched = open_page(language, size)
    watched.expected.append("Failed to load resource: the server responded with a status of 429")
    for _ in range(6):
        watched.go("/login/")
        watched.page.fill("[name=username]", f"nobody-{language}-{size}")
        watched.page.fill("[name=password]", "wrong")
        watched.page.click("main form button.is-main")
        watched.settled()
    told = watched.page.inner_text("[role=alert]")
    assert ("分钟后可再试" if language == "zh" else "the next can be tried in") in told
    assert watched.page.locator("[name=code]").is_visible()
    screenshot(watched.page, f"doors-waits-{language}-{size}")
    assert problems(watched.page) == []


def test_an_official_signs_in_again_on_the_same_device_with_its_cookie(open_page: Open, city: City) -> None:
    watched = open_page("zh")
    account = city.accounts["auditor"]
    for _ in range(2):
        watched.go("/login/")
        assert watched.page.locator("[name=code]").is_hidden()
        watched.page.fill("[name=username]", account.username)
        watched.page.fill("[name=password]", account.password)
        watched.page.click("main form button.is-main")
        watched.settled()
        assert "/login/" not in watched.page.url
        kept = {one["name"]: one for one in watched.page.context.cookies(f"{city.address}/login/")}
        assert kept["yimatong-official-device"]["httpOnly"]
        watched.page.click("form[action='/logout/'] button")
        watched.settled()
        names = {one["name"] for one in watched.page.context.cookies(f"{city.address}/login/")}
        assert ("yimatong-official-device" in names, "yimatong-official" in names) == (True, False)


@pytest.mark.parametrize(("language", "size"), SORTS)
def test_the_auditor_sees_looks_in_sum(office: Open, city: City, language: str, size: str) -> None:
    clerk = office(language, role="clerk", start="/people/open/")
    screenshot(clerk.page, f"doors-open-{language}-desktop")
    assert clerk.page.locator("[name=person]:visible").count() == 0
    fill_document(clerk, city, city.value(WITH_DOCUMENT.format("min"), "green"))
    give_reason(clerk)
    clerk.page.wait_for_selector("[data-look]")
    city.rows(SUM)
    auditor = office(language, size, role="auditor", start="/looks/sums/?days=7")
    clerks = city.rows(SUMMED, city.accounts["clerk"].username)
    assert len(clerks) == 1, city.rows("select by_id, at, why from looks order by id desc limit 5")
    name, looks = clerks[0]
    row = auditor.page.locator("#table-sums tbody tr").filter(has_text=name)
    assert row.count() == 1
    assert f"{looks:,}" in row.locator("td").all_inner_texts()
    screenshot(auditor.page, f"doors-sums-{language}-{size}")
    assert problems(auditor.page) == []
    row.locator("a").first.click()
    auditor.settled()
    assert auditor.page.locator("#table-looks tbody tr").count() >= 1
