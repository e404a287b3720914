"""Every way to a pass at the desk goes by keys alone, as bench/clerk.py measures it: known, a child declared, somebody new declared."""

from __future__ import annotations

from playwright.sync_api import Browser

from bench import clerk as bench
from tests.browser.conftest import City

EVERYBODY = 10_000


def test_every_way_to_a_pass_goes_by_keys_alone(browser: Browser, city: City) -> None:
    point, numbers, sound = bench.prepared(city.home, EVERYBODY)
    context = browser.new_context(locale="zh-CN")
    clerk = bench.at_work(context, city.home, city.address, f"{city.address}/desk/{point}/")
    before = city.value("select count(*) from papers where never = ''")
    told = [
        bench.known(clerk, numbers[-1]),
        bench.child(clerk, numbers[-2], 0, sound),
        bench.declared(clerk, bench.somebody_new(90), sound),
    ]
    context.close()
    assert city.value("select count(*) from papers where never = ''") == before + 3
    assert [one["clicks"] for one in told] == [0, 0, 0]
    assert told[0]["keys"] <= len(numbers[-1]) + 3, "the number, Enter, Enter, and Enter on the card"
    assert all(one["keys"] < 250 for one in told)
    assert all(one["seconds"] > 0 for one in told)
    assert city.value("select count(*) from papers where child_of_id is not null") > 0
