"""A case of fraud about somebody's pass: they are asked on their own page, answer in their own words, and the office reads it."""

from __future__ import annotations

import psycopg
import pytest

from tests.browser.conftest import City, Open
from tests.browser.residents import sign_in
from tests.browser.test_desk import ALWAYS, POINT, found
from tests.browser.test_objections import seen


@pytest.mark.parametrize(("language", "size"), [("zh", "phone"), ("en", "desktop")])
def test_the_holder_answers_on_their_phone_and_the_office_reads_it(
    office: Open, open_page: Open, city: City, language: str, size: str
) -> None:
    with psycopg.connect(**city.database) as connection:
        connection.execute("update issuing_points set hours = %s", [ALWAYS])
    holder, wrong = sign_in(city.home, "green", has_document=True), {}
    clerk = office(language, size, role="clerk")
    found(clerk, city, int(city.value(POINT)), holder.people[0])
    clerk.page.keyboard.press("Enter")
    clerk.page.wait_for_selector("[data-number]")
    number = clerk.page.get_attribute("[data-number]", "data-number") or ""
    control = office(language, size, start="/fraud/open/")
    control.page.fill("#id_number", number)
    control.page.select_option("#id_says", "lent")
    control.page.fill("#id_grounds", "2月20日在卡点由他人出示。")
    control.page.locator("main form button.is-main").click()
    control.page.wait_for_selector("[data-state=open]")

    phone = open_page(language, size)
    phone.page.context.add_cookies([{"name": "sessionid", "value": holder.session, "url": city.address}])
    phone.go("/me/home/")
    wrong["home"] = seen(phone, f"hearing-home-{language}-{size}")
    phone.page.click("a[href$='/hearing/']")
    phone.page.wait_for_selector("[data-hearing=open]")
    wrong["asked"] = seen(phone, f"hearing-asked-{language}-{size}")
    phone.page.fill("textarea", "证一直在我身上，没有借给别人。")
    phone.page.click("main form button.is-main")
    phone.page.wait_for_selector("blockquote")
    wrong["answered"] = seen(phone, f"hearing-answered-{language}-{size}")

    control.page.reload()
    control.page.select_option("#id_ground", "fraud")
    control.page.locator("form[action$='/papers/'] [name=words]").fill("case of the pass")
    control.page.click("form[action$='/papers/'] button")
    control.page.wait_for_selector("[data-answer=online]")
    wrong["read"] = seen(control, f"hearing-read-{language}-{size}")
    assert "没有借给别人" in control.page.inner_text("[data-answer=online]")
    assert {name: problems for name, problems in wrong.items() if problems} == {}
