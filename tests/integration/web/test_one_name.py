"""One fact has the same words wherever it is read: policy, person, office, desk, appeal, message; in Chinese and in English."""

from __future__ import annotations

import html
import re
from datetime import date
from typing import Any

import pytest

from tests.integration.web.looking import opened, page
from tests.integration.web.residents import Resident, shown_lines
from tests.integration.web.test_desk import a_point, found
from tests.integration.web.town import at
from yimatong.core.names import name_of
from yimatong.core.policy.explain import explain
from yimatong.edges.web.everybody.policies import policy_in_force
from yimatong.records import clock
from yimatong.stations.declarations import wording
from yimatong.stations.notifications.models import Notification
from yimatong.stations.notifications.words import words_of

pytestmark = pytest.mark.django_db(databases=["default", "judge", "owner"])
FACTS = {"李确诊": ("case", "confirmed"), "赵武汉": ("visit", "key"), "陈邻居": ("neighbour", "case")}
"""One that was recorded, two that were derived."""
RULES = {"李确诊": "red.confirmed", "赵武汉": "red.key_area", "陈邻居": "yellow.stairwell"}


@pytest.fixture(autouse=True)
def morning(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is 20 February 2020, ten o'clock."""
    monkeypatch.setattr(clock, "now", lambda: at(20, 10))


def said(kind: str, detail: str, language: str) -> str:
    """The one name, as a line begins with it."""
    text = name_of(kind, detail).begun
    return text.of(language)


def lines(text: str) -> str:
    return html.unescape(shown_lines(text))


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("who", FACTS)
def test_a_fact_has_the_same_words_on_every_page(signed_in, town, who, language):
    name = said(*FACTS[who], language)
    resident = Resident(person=town.numbers[who], language=language)
    office = signed_in("office", language)
    clause = re.search(rf'id="rule-{re.escape(RULES[who])}".*?</article>', page(office, "/policy/"), re.DOTALL)
    assert clause is not None
    point = a_point(town, "月湖社区", "desk")
    desk = signed_in("desk", language)
    at_the_desk = page(desk, found(desk, town, point, who))
    their_own, form = resident.see("why", "self"), resident.see("dispute", "self", 1)
    (evidence,) = re.findall(r'name="evidence" value="([^"]+)"', form)
    assert resident.client.post("/me/self/why/1/", {"evidence": evidence, "words": "不对"}).status_code == 302
    told = {
        "policy": clause.group(),
        "person": their_own,
        "appeal": form,
        "appeals of the person": resident.see("why", "self"),
        "appeals of the office": page(office, "/objections/"),
        "explanation": page(office, opened(office, town.numbers[who])),
        "desk": at_the_desk,
    }
    assert [where for where, text in told.items() if where != "policy" and name not in lines(text)] == []
    among_others = name[0].lower() + name[1:]
    assert among_others in lines(told["policy"])
    book = explain(policy_in_force(), "zh" if language == "zh-hans" else "en")
    assert among_others in book


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_test_has_the_same_words_on_the_page_and_in_the_message(signed_in, town, language):
    name = said("test", "negative", language)
    office = signed_in("office", language)
    html = page(office, opened(office, town.numbers["赵武汉"]))
    assert name in lines(html)
    one = Notification(kind=Notification.Kind.TEST_COUNTED, details={"result": "negative", "sampled": 0})
    card: Any = words_of(one, wording.telling(), policy_in_force().palette).card
    assert name.casefold() in card.of(language).casefold()


def test_every_ground_of_the_policy_is_said_by_its_one_name(signed_in):
    shown = lines(page(signed_in("office", "en"), "/policy/"))
    rules = [rule for rule, _entry in policy_in_force().rules_on(date(2020, 2, 18))]
    grounds = {(when.fact, detail) for rule in rules for when in rule.when for detail in when.details}
    assert len(grounds) > 10
    assert [ground for ground in grounds if name_of(*ground).of("en") not in shown] == []
