"""The control office moves an issuing point by a click on its map and closes it for a day; residents see both."""

from __future__ import annotations

import psycopg
import pytest

from tests.browser.conftest import City, Open
from tests.browser.test_desk import ALWAYS, POINT
from tests.browser.test_objections import seen


@pytest.mark.parametrize(("language", "size"), [("zh", "desktop"), ("en", "phone")])
def test_a_click_moves_a_point_and_a_day_is_closed(
    office: Open, open_page: Open, city: City, language: str, size: str
) -> None:
    with psycopg.connect(**city.database) as connection:
        connection.execute("update issuing_points set hours = %s", [ALWAYS])
    point, wrong = int(city.value(POINT)), {}
    control = office(language, size, start=f"/points/{point}/")
    page = control.page
    before = [page.input_value(f"[name={name}]") for name in ("longitude", "latitude")]
    page.locator("[data-placing]").scroll_into_view_if_needed()
    box = page.locator("[data-placing]").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.4)
    after = [float(page.input_value(f"[name={name}]")) for name in ("longitude", "latitude")]
    east, north = (now - float(then) for now, then in zip(after, before, strict=True))
    assert 0.0005 < east < 0.01, "a tenth of the map to the east"
    assert 0.0005 < north < 0.01
    assert page.locator("[data-mark]").get_attribute("display") is None
    wrong["clicked"] = seen(control, f"point-clicked-{language}-{size}")
    page.click("form[action*='/move/'] button")
    page.wait_for_selector("[role=status]")
    assert page.locator("[data-position]").count() >= 2
    assert city.rows("select longitude, latitude from issuing_points where id = %s", point) == [tuple(after)]
    assert city.value("select how from issuing_positions where point_id = %s order by id desc limit 1", point) == "map"

    today = page.get_attribute("[name=first]", "min") or ""
    page.fill("[name=first]", today)
    page.fill("[name=why]", "设备检修")
    page.click("form[action$='/days/'] button")
    page.wait_for_selector(f"[data-day='{today}']")
    wrong["closed"] = seen(control, f"point-closed-{language}-{size}")
    phone = open_page(language, size)
    phone.go("/me/points/")
    assert phone.page.locator(f"[data-point='{point}'] .state.is-open").count() == 0
    assert "设备检修" in phone.page.inner_text(f"[data-point='{point}']")
    wrong["residents"] = seen(phone, f"point-residents-{language}-{size}")
    phone.go(f"/me/points/{point}/")
    wrong["resident"] = seen(phone, f"point-resident-{language}-{size}")
    page.fill("[name=first]", today)
    page.check("[name=what][value=week]")
    page.click("form[action$='/days/'] button")
    page.wait_for_selector("[role=status]")
    phone.go("/me/points/")
    assert phone.page.locator(f"[data-point='{point}'] .state.is-open").count() == 1
    assert {name: problems for name, problems in wrong.items() if problems} == {}
