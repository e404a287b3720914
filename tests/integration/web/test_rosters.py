"""A company's roster as its pages: files, consent, tests; and what a hostile company learns by trying: nothing."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from tests.integration.web.looking import page
from tests.integration.web.residents import Resident
from tests.integration.web.town import Town, appoint, at, id_number
from yimatong.core.errors import YimatongError
from yimatong.records import clock
from yimatong.records.models import Fact, Official
from yimatong.stations.issuing import companies
from yimatong.stations.issuing.actions import points
from yimatong.stations.issuing.models import Point, RosterAsked, RosterLine

pytestmark = pytest.mark.django_db(databases=["default", "judge", "owner"])
ALWAYS = [[["00:00", "23:59"]]] * 7


@pytest.fixture(autouse=True)
def morning(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is 20 February 2020, ten o'clock, and nobody is drawn by lot."""
    monkeypatch.setattr(clock, "now", lambda: at(20, 10))
    monkeypatch.setattr(companies, "drawn", lambda *_: False)


@pytest.fixture
def company(town: Town, db: None) -> Point:
    """A company's point, with who speaks for it and a clerk."""
    made = points.open_point(
        by=town.office, kind="company", title="甬江制造", division=330203001, address="江厦街28号", hours=ALWAYS, scope="roster", now=clock.now(),
    )  # fmt: skip
    appoint(town, "company", "employer")
    for username in ("company", "desk"):
        points.appoint(by=town.office, point=made.pk, official=Official.objects.get(username=username))
    return made


def document(town: Town, name: str) -> str:
    return id_number(list(town.numbers).index(name) + 1)


def uploaded(
    client: Client, company: Point, *rows: str, header: str = "姓名,证件号码,检测分类", to: str = "roster-upload"
) -> str:
    text = "\n".join([header, *rows]).encode()
    answer = client.post(reverse(f"web:{to}", args=[company.pk]), {"file": SimpleUploadedFile("w.csv", text)})
    assert answer.status_code == 302, answer.content.decode()[:800]
    return page(client, answer["Location"])


def seen(client: Client, company: Point) -> str:
    """The company's page without tokens that change at each look."""
    html = page(client, reverse("web:roster", args=[company.pk]))
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"|/rosters/\d+/\d+/', "", html)


def agreed(town: Town, name: str, at_company: Point, go: str = "agree") -> Resident:
    worker = Resident(subject=f"1700000{town.numbers[name] % 10000:04}", person=town.numbers[name])
    asked = RosterAsked.objects.get(point=at_company, tail=document(town, name)[-4:], dropped_at=None)
    assert worker.client.post(reverse("me:work"), {"asked": asked.pk, "go": go}).status_code == 302
    return worker


def test_a_file_in_either_language_is_taken_and_bad_rows_stand_in_the_report(signed_in, town, company):
    client = signed_in("company")
    html = uploaded(
        client, company, f"孙绿,{document(town, '孙绿')},省外返甬", "周绿,12345,省外返甬", ",,", "王,1,外星"
    )
    assert RosterAsked.objects.get().category == "province"
    assert "id-number-shape" in html
    assert "word-unknown" in html
    assert "12345" not in html
    english = uploaded(client, company, f"Sun,{document(town, '周绿')},local", header="name,id number,category")
    assert 'data-report="0"' in english
    assert RosterAsked.objects.count() == 2
    uploaded(client, company, f"Sun,{document(town, '周绿')},local", header="name,id number,category")
    assert RosterAsked.objects.count() == 2, "the same names again change nothing"
    assert client.get(reverse("web:roster-template")).content.startswith(b"PK")


def test_a_company_is_told_nothing_of_who_is_recorded_or_said_no(signed_in, town, company):
    client = signed_in("company")

    def said(document_number: str) -> str:
        uploaded(client, company, f"某人,{document_number},一直在甬")
        html = re.sub(r"\d\d-\d\d \d\d:\d\d", "", seen(client, company)).replace(document_number[-4:], "")
        client.post(
            reverse("web:roster-worker", args=[company.pk, RosterAsked.objects.latest("pk").pk]), {"go": "drop"}
        )
        return html

    stranger, red, green = said(id_number(900)), said(document(town, "李确诊")), said(document(town, "孙绿"))
    assert stranger == red == green
    uploaded(client, company, f"某人,{document(town, '孙绿')},一直在甬")
    before = seen(client, company)
    agreed(town, "孙绿", company, "decline")
    assert seen(client, company) == before, "a no is no answer"


def test_a_worker_agrees_on_their_own_phone_and_takes_it_back(signed_in, town, company):
    client = signed_in("company")
    uploaded(client, company, f"孙绿,{document(town, '孙绿')},省外返甬")
    before = seen(client, company)
    worker = agreed(town, "孙绿", company)
    assert RosterLine.objects.get().consent == "online"
    assert Fact.objects.get(kind="permit", source=f"roster:{company.pk}").end is None
    assert "What it never sees" in worker.see("work")
    assert 'href="/me/work/"' in worker.see("home")
    assert seen(client, company) != before
    worker.client.post(reverse("me:work"), {"asked": RosterAsked.objects.get().pk, "go": "decline"})
    assert seen(client, company) == before
    assert Fact.objects.get(kind="permit", source=f"roster:{company.pk}").end is not None
    other = Resident(subject="17000009999", person=town.numbers["李确诊"])
    assert (
        other.client.post(reverse("me:work"), {"asked": RosterAsked.objects.get().pk, "go": "agree"}).status_code == 422
    )


def test_red_yellow_and_green_without_a_code_look_alike(signed_in, town, company):
    client = signed_in("company")
    names = ("李确诊", "陈邻居", "孙绿")
    pages = []
    for name in names:
        uploaded(client, company, f"某人,{document(town, name)},一直在甬")
        agreed(town, name, company)
        pages.append(seen(client, company).replace(document(town, name)[-4:], ""))
        client.post(
            reverse("web:roster-worker", args=[company.pk, RosterAsked.objects.latest("pk").pk]), {"go": "drop"}
        )
    assert pages[0] == pages[1] == pages[2]
    assert "look at their own page" in pages[0]


def test_adding_and_removing_somebody_tells_nothing(signed_in, town, company, monkeypatch):
    client = signed_in("company")
    monkeypatch.undo()
    monkeypatch.setattr(clock, "now", lambda: at(20, 10))
    answers = set()
    for _ in range(3):
        uploaded(client, company, f"某人,{document(town, '孙绿')},一直在甬")
        agreed(town, "孙绿", company)
        answers.add(seen(client, company))
        client.post(
            reverse("web:roster-worker", args=[company.pk, RosterAsked.objects.latest("pk").pk]), {"go": "drop"}
        )
    assert len(answers) == 1, "no new lot is drawn"
    drawn = [companies.drawn(company.pk, person, at(20, 10)) for person in range(1, 2001)]
    assert 0.15 < sum(drawn) / len(drawn) < 0.25


def test_tests_become_facts_and_the_company_sees_no_change(signed_in, town, company):
    client, health = signed_in("company"), signed_in("health")
    uploaded(client, company, f"钱广州,{document(town, '钱广州')},省外返甬")
    agreed(town, "钱广州", company)
    before = seen(client, company)
    header = "证件号码,检测结果,采样时间"
    rows = (f"{document(town, '钱广州')},阴性,2020-02-19 09:00", f"{document(town, '孙绿')},阳性,2020-02-19 09:00")
    html = uploaded(health, company, *rows, header=header, to="roster-tests")
    assert "not-on-the-roster" in html
    fact = Fact.objects.get(kind="test", source=f"roster:{company.pk}")
    assert (fact.person_id, fact.detail) == (town.numbers["钱广州"], "negative")
    assert seen(client, company) == before
    assert client.post(reverse("web:roster-tests", args=[company.pk])).status_code == 403


def test_who_has_no_smartphone_signs_on_paper_before_the_clerk(signed_in, town, company):
    uploaded(signed_in("company"), company, f"孙绿,{document(town, '孙绿')},一直在甬")
    address = reverse("web:roster-worker", args=[company.pk, RosterAsked.objects.get().pk])
    assert signed_in("company").post(address, {"go": "signed"}).status_code == 403
    assert signed_in("desk").post(address, {"go": "signed"}).status_code == 302
    assert RosterLine.objects.get(removed_at=None).consent == "signed"
    signed_in("desk").post(address, {"go": "withdrawn"})
    assert not RosterLine.objects.filter(removed_at=None).exists()


def test_who_speaks_for_a_company_opens_its_roster_and_nothing_else(signed_in: Callable[..., Client], town, company):
    client = signed_in("company")
    for name in (
        "overview",
        "runs",
        "people",
        "look",
        "policy",
        "deliveries",
        "places",
        "looks",
        "desk",
        "permits",
        "declarations",
    ):
        assert client.get(reverse(f"web:{name}")).status_code == 403, name
    other = points.open_point(
        by=town.office, kind="company", title="别家", division=330203001, address="-", hours=ALWAYS, scope="roster", now=clock.now(),
    )  # fmt: skip
    assert client.get(reverse("web:roster", args=[other.pk])).status_code == 404
    employer = Official.objects.get(username="company")
    with pytest.raises(DatabaseError) as no, transaction.atomic():
        RosterLine.objects.create(
            point=company, person_id=town.numbers["孙绿"], category="local", consent="signed", consented_at=at(20, 9), added_by=employer,
        )  # fmt: skip
    assert getattr(no.value.__cause__, "sqlstate", "") == "YMT57"
    assert connection.vendor == "postgresql"


def test_a_company_speaks_for_itself_alone_and_appoints_nobody(signed_in, town, company):
    other = points.open_point(
        by=town.office, kind="company", title="别家公司", division=330203001, address="-", hours=ALWAYS, scope="roster",
        now=clock.now(),
    )  # fmt: skip
    friend = appoint(town, "friend", "employer")
    mine = signed_in("company")
    own = Official.objects.get(username="company")
    for where in (other, company):
        assert mine.get(f"/points/{where.pk}/").status_code == 403
        for path, words in (
            ("appoint", {"official": own.pk}), ("appoint", {"official": friend.pk}), ("release", {"official": own.pk}),
            ("hours", {"workdays": "", "weekend": "", "desks": "1"}), ("days", {"first": "2020-02-22", "what": "closed"}),
            ("move", {"longitude": "121", "latitude": "29"}), ("stop", {"why": "x"}),
        ):  # fmt: skip
            assert mine.post(f"/points/{where.pk}/{path}/", words).status_code == 403
    assert mine.get(f"/rosters/{other.pk}/").status_code in {403, 404, 422}
    assert "别家公司" not in mine.get("/rosters/").content.decode()
    for who in (own, friend):
        with pytest.raises(YimatongError, match="not-allowed"):
            points.appoint(by=own, point=other.pk, official=who)
    assert not other.staff.exists()
    assert set(company.staff.filter(until=None).values_list("official__username", flat=True)) == {"company", "desk"}


def test_a_point_is_offered_clerks_of_its_place_and_at_a_company_who_speaks_for_no_other(signed_in, town, company):
    appoint(town, "clerk-haishu", "clerk", 330203001)
    appoint(town, "clerk-jiangbei", "clerk", 330205003)
    free = appoint(town, "free-company", "employer")
    village = points.open_point(
        by=town.office, kind="village", title="月湖社区", division=330203001, address="-", hours=ALWAYS, now=clock.now()
    )
    another = points.open_point(
        by=town.office, kind="building", title="商务楼", division=330203001, address="-", hours=ALWAYS, scope="roster",
        now=clock.now(),
    )  # fmt: skip
    office = signed_in("office")

    def offered(point: Point) -> set[str]:
        form = re.findall(
            r'<select name="official".*?</select>', office.get(f"/points/{point.pk}/").content.decode(), re.DOTALL
        )
        return set(re.findall(r"\(([\w-]+)\)", form[0]))

    assert offered(village) == {"desk", "clerk-haishu"}, "no company at a village, no clerk of another district"
    assert offered(company) == {"clerk-haishu", "free-company"}, "nobody who is there already"
    assert offered(another) == {"desk", "clerk-haishu", "free-company"}, "not the other company's speaker"
    speaker = Official.objects.get(username="company")
    foreign = Official.objects.get(username="clerk-jiangbei")
    for wrong in (speaker, foreign, Official.objects.get(username="health")):
        assert office.post(f"/points/{another.pk}/appoint/", {"official": wrong.pk}).status_code == 422
    assert office.post(f"/points/{another.pk}/appoint/", {"official": free.pk}).status_code == 302
    assert offered(company) == {"clerk-haishu"}, "now they speak for the building"
    points.release(by=town.office, point=company.pk, official=speaker)
    assert "company" in offered(company)
