"""Nobody walks through the city: pages take no person number, looks and searches have budgets, and who walks rings."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.core import signing
from django.urls import get_resolver, reverse

from tests.acting import an_official, signed_in as browser_of
from tests.identities import somebody
from tests.integration.web.looking import WHY, opened, page, reference
from tests.integration.web.test_desk import a_point
from tests.integration.web.town import Town, at, id_number
from yimatong.edges.web.official import counted, references
from yimatong.records import clock
from yimatong.records.models import Alarm, AuditEntry, Look, Search
from yimatong.stations.declarations.budgets import BUDGETS
from yimatong.stations.issuing.models import Point

pytestmark = pytest.mark.django_db(databases=["default", "judge", "owner"])
NOON = datetime.fromisoformat("2020-02-20T12:00:00+08:00")


@pytest.fixture(autouse=True)
def moment(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """The real instant by which budgets count, noon; in the city it is 20 February, ten o'clock."""
    now = [NOON]
    monkeypatch.setattr(clock, "now", lambda: at(20, 10))
    monkeypatch.setattr(counted, "timezone", type("Clock", (), {"now": staticmethod(lambda: now[0])}))
    return now


@pytest.fixture
def point(town: Town, db: None) -> Point:
    """A point with a clerk, open all day."""
    return a_point(town, "月湖社区", "desk")


def typed(client, point, text):
    return client.post(f"/desk/{point.pk}/", {"words": "came with the document", "typed": text})


def searched(client, document: str, **more: str):
    return client.post(reverse("web:look"), {"id_type": "resident", "id_number": document, **WHY, **more})


def test_sixty_internal_numbers_in_a_row_lead_to_nobody(signed_in, town, point):
    clerk = signed_in("desk")
    for number in range(1, 61):
        assert clerk.post(reverse("web:look"), {"person": number, **WHY}).status_code == 422
        assert clerk.post(reverse("web:permit-find"), {"person": number, **WHY, "ground": "permit"}).status_code == 422
    assert not Look.objects.exists()


@pytest.mark.parametrize("text", ["1", "0000007", "0", "٣"])
def test_the_desk_takes_no_person_number(signed_in, town, point, text):
    assert typed(signed_in("desk"), point, text).status_code == 422
    assert not Look.objects.exists()


def test_no_address_takes_a_persons_number(signed_in, town):
    """Each address that takes a number says in its name of what; none of them is a person's."""
    taken = set()
    for pattern in walk(get_resolver().url_patterns):
        taken |= set(re.findall(r"<(?:\w+:)?(\w+)>", pattern))
    assert taken >= {"look", "number", "entry"}
    assert not taken & {"person", "people", "pk", "id"}


def walk(patterns, before=""):
    for one in patterns:
        if hasattr(one, "url_patterns"):
            yield from walk(one.url_patterns, before + str(one.pattern))
        else:
            yield before + str(one.pattern)


def test_every_page_of_a_look_is_its_officials_alone(signed_in, town, point):
    mine, another = signed_in("office"), signed_in("health")
    look = Look.objects.get(pk=int(opened(mine, town.numbers["孙绿"]).split("/")[-2]))
    addresses = [
        reverse(
            f"web:{one.name}",
            kwargs={"look": look.pk} | ({"number": point.pk} if ":number>" in str(one.pattern) else {}),
        )
        for one in _named_with_look()
    ]
    assert len(addresses) >= 8
    for address in addresses:
        for answer in (another.get(address), another.post(address)):
            assert answer.status_code in (403, 404, 405), address


def _named_with_look():
    from yimatong.edges.web.urls import urlpatterns

    return [one for one in urlpatterns if "<number:look>" in str(one.pattern)]


def test_a_button_of_another_session_or_of_an_hour_ago_opens_nobody(signed_in, town, monkeypatch):
    clerk, other = signed_in("desk"), signed_in("health")
    theirs = reference(other, town.numbers["孙绿"])
    assert clerk.post(reverse("web:look"), {"person": theirs, **WHY}).status_code == 422
    own = reference(clerk, town.numbers["孙绿"])
    forged = signing.dumps(town.numbers["孙绿"], salt="web.person:")
    assert clerk.post(reverse("web:look"), {"person": forged, **WHY}).status_code == 422
    import time

    later = time.time() + references.LASTS + 1
    monkeypatch.setattr("django.core.signing.time.time", lambda: later)
    answer = clerk.post(reverse("web:look"), {"person": own, **WHY})
    assert answer.status_code == 422
    assert "over after half an hour" in answer.content.decode()
    assert 'name="id_number"' in answer.content.decode()
    assert not Look.objects.exists()


def test_a_clerk_who_searches_without_end_is_stopped_within_the_minute(signed_in, town, point):
    clerk = signed_in("desk")
    codes = [typed(clerk, point, f"33020519900101{n:04d}").status_code for n in range(60)]
    most = BUDGETS["search-clerk"]["target"].most
    assert codes == [422] * most + [429] * (60 - most)
    assert Search.objects.filter(sort="refused").count() == 1
    assert Search.objects.exclude(sort="refused").count() == most


def test_the_answer_says_when_it_goes_on_and_whom_to_ask(signed_in, town, point, moment):
    clerk = signed_in("desk")
    for n in range(BUDGETS["search-clerk"]["target"].most):
        typed(clerk, point, id_number(900 + n))
    refused = typed(clerk, point, id_number(1))
    assert refused.status_code == 429
    assert "goes on in 1 minutes" in refused.content.decode()
    assert "ask the control office" in refused.content.decode()
    assert "looks-used-up" in refused.content.decode()
    moment[0] += timedelta(minutes=1)
    assert typed(clerk, point, id_number(1)).status_code == 302


def test_results_of_a_name_count_one_by_one_and_are_recorded_together(signed_in, town, point):
    for n in range(12):
        somebody(name=f"王甲{n}", id_type="resident", division=330203001, document=id_number(700 + n))
    clerk = signed_in("desk")
    codes = [typed(clerk, point, "王甲").status_code for _ in range(5)]
    assert codes == [200, 200, 200, 429, 429]
    assert Look.objects.filter(by__username="desk").values("at").distinct().count() == 3
    assert Look.objects.filter(by__username="desk").count() == 30


def test_a_slow_walk_uses_up_the_hour_and_rings(signed_in, town, point, moment):
    clerk, told = signed_in("desk"), []
    for minute in range(20):
        moment[0] = NOON + timedelta(minutes=minute)
        told += [typed(clerk, point, id_number(10_000 + 37 * n + 401 * minute)).status_code for n in range(14)]
    assert told.count(422) == 180
    assert Alarm.objects.filter(sort="budget", official__username="desk").count() == 1
    assert AuditEntry.objects.filter(action="alarm.budget").count() == 1


def test_the_budget_is_the_officials_own(signed_in, town, point):
    clerk = signed_in("desk")
    for n in range(16):
        typed(clerk, point, id_number(900 + n))
    assert typed(signed_in("desk"), point, id_number(1)).status_code == 429
    assert searched(signed_in("health"), id_number(1)).status_code == 302


def test_a_city_that_traces_more_gives_more(signed_in, town, point, settings):
    settings.YIMATONG_LOOKS = 2
    clerk = signed_in("desk")
    codes = [typed(clerk, point, id_number(900 + n)).status_code for n in range(32)]
    assert codes == [422] * 30 + [429] * 2


def test_a_list_that_is_too_long_for_the_budget_is_not_shown(signed_in, town, monkeypatch):
    monkeypatch.setitem(
        BUDGETS, "list-office", {"target": BUDGETS["list-office"]["target"].__class__(5, timedelta(hours=1))}
    )
    client = signed_in("office")
    client.post("/people/", WHY)
    assert client.get("/people/").status_code == 429
    assert not Look.objects.exists()


def test_no_page_looks_past_its_officials_budget():
    """Only the two modules that count write looks; a station that looks on a page's behalf is counted by the page."""
    web = Path(counted.__file__).parents[1]
    looking = {path.name for path in web.rglob("*.py") if re.search(r"\baudit\.looks?\(", path.read_text())}
    assert looking == {"counted.py", "day_prints.py"}
    for name, call in (
        ("office/objections", "read_dispute("),
        ("office/hand_overs", "open_details("),
        ("desk/registers", "DayPrint.of("),
    ):
        text = (web / f"{name}.py").read_text()
        assert text.count("counted.spend(") == text.count(call)


def test_documents_beside_each_other_ring_in_whatever_order(signed_in, town, point):
    clerk = signed_in("desk")
    for n in (5, 1, 9, 3, 7, 2, 8, 4, 6):
        typed(clerk, point, f"33020519900101{n:04d}")
    (alarm,) = Alarm.objects.filter(sort="walk")
    assert (alarm.official.username, alarm.count) == ("desk", 9)


def test_the_same_document_again_and_again_is_no_walk(signed_in, town, point):
    clerk = signed_in("desk")
    for _ in range(14):
        typed(clerk, point, id_number(1))
    assert not Alarm.objects.exists()


def test_names_in_the_order_of_the_alphabet_ring(signed_in, town, point):
    clerk = signed_in("desk")
    for name in ("ba", "bei", "chen", "chu", "ding", "fan", "gao", "hao", "jin", "kang", "lei", "mao"):
        typed(clerk, point, name)
    assert [(one.official.username, one.count) for one in Alarm.objects.filter(sort="walk")] == [("desk", 12)]
    assert "mao" not in str(clerk.session["web.order"])


def test_names_as_they_come_do_not_ring(signed_in, town, point):
    clerk = signed_in("desk")
    for name in ("wang", "li", "zhao", "ba", "sun", "qian", "zhou", "wu", "zheng", "chen", "yang", "lin"):
        typed(clerk, point, name)
    assert not Alarm.objects.filter(sort="walk").exists()


def test_many_searches_that_find_nobody_ring(signed_in, town, point, moment):
    clerk = signed_in("desk")
    for n in range(22):
        moment[0] = NOON + timedelta(seconds=10 * n)
        typed(clerk, point, f"E{(n * 7919) % 9000 + 1000}{n}ZZZ")
    assert Alarm.objects.filter(sort="misses", official__username="desk").exists()


def test_a_look_carries_what_it_was_made_through(signed_in, town):
    client = signed_in("desk")
    opened(client, town.numbers["孙绿"])
    searched(client, id_number(900))
    assert re.fullmatch(r"browser \d+", Look.objects.get().through)
    assert Search.objects.get().through == Look.objects.get().through


def test_nothing_that_was_typed_stays(signed_in, town, point):
    clerk = signed_in("desk")
    typed(clerk, point, id_number(901))
    rows = [str(one) for table in (Search, Alarm, AuditEntry) for one in table.objects.values_list()]
    assert not [row for row in rows if id_number(901) in row]
    assert id_number(901) not in str(dict(clerk.session.items()))


def test_the_page_of_one_person_asks_for_no_number(signed_in, town):
    html = page(signed_in("desk"), "/people/open/")
    assert 'type="hidden" name="person"' in html
    assert "Person number" not in html


def test_an_official_who_is_new_has_a_budget_of_their_role(town, db):
    client = browser_of(an_official("fresh", "health"))
    codes = [searched(client, id_number(900 + n)).status_code for n in range(31)]
    assert codes == [422] * 30 + [429]
