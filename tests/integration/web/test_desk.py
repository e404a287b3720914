"""The clerk's desk for paper passes, as its pages: an adult, a child, somebody red, a lost pass, a stranger to the point."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tests.identities import somebody
from tests.integration.printing.papers import texts
from tests.integration.web.looking import page
from tests.integration.web.town import Town, at, id_number
from yimatong.records import clock
from yimatong.records.models import AuditEntry, Look, Official, Person
from yimatong.stations.declarations.models import Account, Channel, Dependant
from yimatong.stations.issuing import queries
from yimatong.stations.issuing.actions import points
from yimatong.stations.issuing.models import Paper, Point

pytestmark = pytest.mark.django_db(databases=["default", "judge", "owner"])
ALWAYS = [[["00:00", "23:59"]]] * 7


def a_point(town: Town, title: str, *staff: str) -> Point:
    made = points.open_point(
        by=town.office,
        kind="village",
        title=title,
        division=330203001,
        address="月湖街1号",
        hours=ALWAYS,
        now=clock.now(),
    )
    for username in staff:
        points.appoint(by=town.office, point=made.pk, official=Official.objects.get(username=username))
    return made


@pytest.fixture(autouse=True)
def morning(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is 20 February 2020, ten o'clock."""
    monkeypatch.setattr(clock, "now", lambda: at(20, 10))


@pytest.fixture
def point(town: Town, db: None) -> Point:
    """A point with a clerk, open all day."""
    return a_point(town, "月湖社区", "desk")


def found(client: Client, town: Town, point: Point, name: str = "孙绿") -> str:
    """Step 1: type the document; the address of the person's page."""
    document = id_number(list(town.numbers).index(name) + 1)
    words = {"words": "came with the document", "typed": document}
    answer = client.post(reverse("web:desk-point", args=[point.pk]), words)
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def key_in(html: str) -> str:
    return re.findall(r'name="key" value="([^"]+)"', html)[0]


def issued(client: Client, address: str) -> str:
    """Step 2: press the button; the address of the pass."""
    answer = client.post(f"{address}issue/", {"key": key_in(page(client, address))})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def test_a_clerk_chooses_a_point_and_sees_its_figures(signed_in, town, point):
    other = a_point(town, "鼓楼社区")
    html = page(signed_in("desk"), "/desk/")
    assert f'href="/desk/{point.pk}/"' in html
    assert f'href="/desk/{other.pk}/"' not in html
    assert f'href="/desk/{other.pk}/"' in page(signed_in("office"), "/desk/"), "the control office is everywhere"
    assert "numbers left" in page(signed_in("desk"), f"/desk/{point.pk}/")
    for username in ("health", "auditor"):
        assert signed_in(username).get("/desk/").status_code == 403


def test_an_adult_leaves_with_a_pass_that_is_printed_in_every_form(signed_in, town, point):
    client = signed_in("desk")
    address = found(client, town, point)
    assert Look.objects.get(where="desk").why == "paper: came with the document"
    html = page(client, address)
    document = id_number(list(town.numbers).index("孙绿") + 1)
    assert "孙**" in html
    assert document[-4:] in html
    assert "孙绿" not in html
    assert document not in html
    shown = issued(client, address)
    paper = Paper.objects.get()
    assert shown == f"/desk/{point.pk}/passes/{paper.entry.pk}/?done=issued"
    assert paper.number in page(client, shown)
    for form in ("card", "a4", "thermal80", "thermal58"):
        answer = client.get(f"/desk/{point.pk}/passes/{paper.entry.pk}/{form}.pdf")
        assert answer["Content-Type"] == "application/pdf"
        assert answer["Cache-Control"] == "no-store"
        assert answer.content.startswith(b"%PDF-")
        (text,) = texts(answer.content)
        for said in (paper.number, "孙绿", document, "2020年2月20日", "2020年3月20日", "月湖社区"):
            assert said in text, (form, said)
    assert client.get(f"/desk/{point.pk}/passes/{paper.entry.pk}/poster.pdf").status_code == 404
    assert AuditEntry.objects.filter(action="paper.print", subject=f"paper/{paper.number}").count() == 4


def test_the_button_pressed_twice_issues_once(signed_in, town, point):
    client = signed_in("desk")
    address = found(client, town, point)
    key = key_in(page(client, address))
    first, second = (client.post(f"{address}issue/", {"key": key}) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert Paper.objects.count() == 1


def test_somebody_red_is_refused_with_the_reason_in_words_and_a_remedy(signed_in, town, point):
    client = signed_in("desk")
    address = found(client, town, point, "李确诊")
    html = page(client, address)
    assert 'data-refused="not-green"' in html
    assert "Read aloud" in html
    assert "object here" in html
    assert "Confirmed" in html or "confirmed" in html
    assert "issue/" not in html
    answer = client.post(f"{address}issue/", {"key": "x"})
    assert answer.status_code == 422
    assert not Paper.objects.exists()
    chinese = signed_in("desk", "zh-hans")
    assert "申诉" in page(chinese, found(chinese, town, point, "李确诊"))


def test_a_child_has_a_pass_of_its_own_on_the_parents_document(signed_in, town, point):
    child = somebody(name="孙小宝", id_type="none", division=330203001)
    parent = Person.objects.get(pk=town.numbers["孙绿"])
    channel = Channel.objects.create(slug="test", kind="browser", title_zh="浏览器", title_en="Browser")
    account = Account.objects.create(channel=channel, subject_key="00000000-0000-0000-0000-000000000001", subject_sealed=b"-", person=parent)  # fmt: skip
    link = Dependant.objects.create(
        account=account, person=child, relation="child", since=clock.now() - timedelta(days=3)
    )
    town_fact(town, child)
    client = signed_in("desk")
    address = found(client, town, point)
    assert "Go on with 孙**" in page(client, address)
    answer = client.post(f"{address}child/", {"dependant": link.pk})
    assert answer.status_code == 302
    assert "child without a document" in page(client, answer["Location"])
    issued(client, answer["Location"])
    paper = Paper.objects.get()
    assert (paper.person_id, paper.child_of_id, paper.document_tail) == (child.pk, parent.pk, parent.id_tail)
    assert client.post(f"{address}child/", {"dependant": "0"}).status_code == 404


def test_a_lost_pass_is_dead_and_a_new_one_has_another_number(signed_in, town, point):
    client = signed_in("desk")
    shown = issued(client, found(client, town, point))
    old = Paper.objects.get()
    address = found(client, town, point)
    html = page(client, address)
    assert 'data-refused="has-one-already"' in html
    answer = client.post(f"{address}replace/", {"key": key_in(html), "entry": old.entry.pk, "why": "lost"})
    assert answer.status_code == 302, answer.content.decode()
    new = Paper.objects.get(replaces=old)
    assert new.number != old.number
    assert f"The old pass {old.number} is dead" in page(client, answer["Location"])
    old.refresh_from_db()
    assert queries.state_of(Paper.objects.select_related("credential").get(pk=old.pk), clock.now()) == (
        "recalled",
        "lost",
    )
    assert "is not printed" in page(client, shown)
    assert client.get(f"/desk/{point.pk}/passes/{old.entry.pk}/card.pdf").status_code == 302


def test_another_points_clerk_and_another_officials_look_are_refused(signed_in, town, point):
    other = a_point(town, "鼓楼社区")
    client = signed_in("desk")
    address = found(client, town, point)
    foreign = client.get(f"/desk/{other.pk}/")
    assert foreign.status_code == 422
    assert "not-staff" in foreign.content.decode()
    assert client.get(address.replace(f"/desk/{point.pk}/", f"/desk/{other.pk}/")).status_code == 422
    assert signed_in("office").get(address).status_code == 404
    paper = issued(client, address)
    assert signed_in("office").get(paper.replace(f"/{point.pk}/", f"/{other.pk}/")).status_code == 404


def test_the_register_of_a_day_is_masked_on_the_page_and_whole_on_paper(signed_in, town, point):
    client = signed_in("desk")
    assert client.get(f"/desk/{point.pk}/register.pdf").status_code == 404
    issued(client, found(client, town, point))
    html = page(client, f"/desk/{point.pk}/register/")
    assert Paper.objects.get().number in html
    assert "孙**" in html
    assert "孙绿" not in html
    before = Look.objects.filter(where="register").count()
    answer = client.get(f"/desk/{point.pk}/register.pdf")
    assert answer.content.startswith(b"%PDF-")
    assert Look.objects.filter(where="register").count() == before + 1
    assert "Nothing was issued" in page(client, f"/desk/{point.pk}/register/?day=2020-01-01")


def test_whoever_is_not_recorded_is_offered_to_declare_here(signed_in, town, point):
    answer = signed_in("desk").post(f"/desk/{point.pk}/", {"words": "came", "typed": id_number(900)})
    assert answer.status_code == 422
    html = answer.content.decode()
    assert "declare here" in html
    assert html.count(id_number(900)) == 2, "in the box, to be mended, and for the declaration"
    assert not Look.objects.filter(where="desk").exists()


def town_fact(town: Town, child: Person) -> None:
    """The child's declaration."""
    town.numbers["孙小宝"] = child.pk
    try:
        town.fact("孙小宝", "declaration", "self", clock.now() - timedelta(days=1))
    finally:
        del town.numbers["孙小宝"]
