"""B10, C5, H5: who must be told in person, as pages: nobody is named on the list, and what is read out is the policy's."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook

from tests.integration.web.looking import page
from tests.integration.web.residents import Resident
from yimatong.edges.web.office.outreach import BUTTONS, KINDS, NOBODY, OUTCOMES
from yimatong.edges.web.official import watching
from yimatong.records import clock, identity
from yimatong.records.models import Look, Official, Person
from yimatong.stations.notifications.actions import outreach as actions
from yimatong.stations.notifications.actions.telling import tell
from yimatong.stations.notifications.models import Notification, Outreach, OutreachAttempt

pytestmark = pytest.mark.django_db(databases=["default", "judge", "owner"])
WHY = {"ground": "outreach", "words": "task 1 上门"}
NAME, PHONE = "孙绿", "17000000123"
YELLOW = {"colour": "yellow", "before": "green", "until": None}


@pytest.fixture
def person(town) -> Person:
    return Person.objects.get(pk=town.numbers[NAME])


@pytest.fixture
def waiting(person) -> Outreach:
    """孙绿 of 鄞州区 turned yellow, and has neither inbox nor phone."""
    return opened(person, Notification.Kind.COLOUR_CHANGED, Outreach.Why.NOBODY)


@pytest.fixture
def call(person) -> Outreach:
    """Their sample was positive, and they have a phone."""
    Person.objects.filter(pk=person.pk).update(
        phone_key=identity.phone_key(PHONE), phone_sealed=identity.seal(PHONE, "phone", person.pk)
    )
    return opened(person, Notification.Kind.TEST_POSITIVE, Outreach.Why.CALL)


def opened(person: Person, kind: Notification.Kind, why: Outreach.Why) -> Outreach:
    is_call = why == Outreach.Why.CALL
    tell(
        kind=kind, about="run/1", at=clock.now(), person=person.number, held=is_call,
        details={"sampled": 26_000_000} if is_call else YELLOW,
    )  # fmt: skip
    made = actions.open_task(person=person.number, why=why, now=clock.now())
    Notification.objects.filter(person=person, kind=kind).update(outreach=made)
    return made


def official(username: str) -> Official:
    return Official.objects.get(username=username)


def newest(row: Outreach) -> int:
    return Notification.objects.filter(outreach=row).latest("id").pk


def test_neither_the_list_nor_its_file_names_anybody(signed_in, waiting, call, person):
    client = signed_in("health")
    html = page(client, "/outreach/")
    assert "鄞州区下应街道" in html
    assert "colour has changed" in html
    assert "by telephone first" in html
    file = client.get("/outreach/?export=outreach")
    rows = CalamineWorkbook.from_filelike(BytesIO(file.content)).get_sheet_by_index(0).to_python()
    assert len(rows) == 3
    for told in (html, str(rows)):
        assert NAME not in told
        assert person.id_tail not in told
        assert PHONE not in told


def test_the_tiles_count_each_state_and_the_list_is_chosen_by_them(signed_in, waiting, call):
    actions.attempt(by=official("desk"), outreach=waiting.pk, now=clock.now())
    html = page(signed_in("health"), "/outreach/")
    assert 'data-count="tried">1<' in html
    assert 'data-count="waiting">1<' in html
    only = page(signed_in("health"), "/outreach/?outreach.state=tried")
    assert f'href="/outreach/{waiting.pk}/"' in only
    assert f'href="/outreach/{call.pk}/"' not in only


def test_streets_that_nobody_knows_are_told_to_the_whole_citys_offices_alone(signed_in, waiting):
    actions.close(by=official("desk"), outreach=waiting.pk, outcome="told", now=clock.now())
    streetless = Outreach.objects.create(
        person=waiting.person, to="township", why="nobody", opened_at=clock.now(), due_at=clock.now()
    )
    html = page(signed_in("office"), "/outreach/")
    assert "Street unknown: 1." in html
    assert f'href="/outreach/{streetless.pk}/"' in page(signed_in("office"), "/outreach/?outreach.street=unknown")
    there = page(signed_in("jiangbei"), "/outreach/")
    assert "Street unknown" not in there
    assert signed_in("jiangbei").get(f"/outreach/{streetless.pk}/").status_code == 404


def test_what_is_said_is_the_policys_words_in_the_pages_language(signed_in, waiting):
    assert "It is now" in page(signed_in("desk"), f"/outreach/{waiting.pk}/")
    html = page(signed_in("desk", "zh-hans"), f"/outreach/{waiting.pk}/")
    assert "现为黄码" in html
    assert "请留在家中" in html
    assert NAME not in html


def test_whom_to_tell_is_shown_once_after_a_reason_and_the_person_sees_the_look(signed_in, waiting, person):
    client, address = signed_in("desk"), f"/outreach/{waiting.pk}/"
    silent = client.post(f"{address}details/", {"ground": "", "words": ""})
    assert silent.status_code == 422
    assert NAME not in silent.content.decode()
    assert not Look.objects.exists()
    shown = client.post(f"{address}details/", WHY)
    html = shown.content.decode()
    assert shown["Cache-Control"] == "no-store"
    assert all(word in html for word in (NAME, "下应街道1号楼", "1单元"))
    look = Look.objects.get()
    assert (look.person_id, look.by.username, look.why, look.where) == (
        person.number,
        "desk",
        "outreach: task 1 上门",
        "outreach",
    )
    assert NAME not in page(client, address)
    assert client.get(f"{address}details/").status_code == 405
    assert "Telling somebody in person" in Resident(person=person.number).see("looks", "self")
    assert "telling somebody in person" in page(signed_in("auditor"), "/looks/")


def test_a_phone_is_shown_where_there_is_one_and_a_positive_sample_is_told_to_no_relative(signed_in, call):
    client, address = signed_in("health"), f"/outreach/{call.pk}/"
    assert PHONE not in page(client, address)
    assert 'value="relative"' not in page(client, address)
    assert PHONE in client.post(f"{address}details/", WHY).content.decode()
    assert client.post(address, {"outcome": "relative", "said": newest(call)}).status_code == 422
    answer = client.post(address, {"outcome": "phoned", "said": newest(call)})
    assert answer["Location"] == f"{address}?done=closed"
    assert not Notification.objects.get(outreach=call).held


@pytest.mark.parametrize("outcome", ["told", "phoned", "relative"])
def test_each_button_closes_the_task_with_what_it_says(signed_in, waiting, outcome):
    client, address = signed_in("desk"), f"/outreach/{waiting.pk}/"
    assert f'value="{outcome}"' in page(client, address)
    answer = client.post(address, {"outcome": outcome, "said": newest(waiting)})
    assert answer["Location"] == f"{address}?done=closed"
    waiting.refresh_from_db()
    assert (waiting.outcome, waiting.closed_by.username) == (outcome, "desk")
    after = page(client, answer["Location"])
    assert "the task is closed" in after
    assert "<button class=" not in after.partition("data-words")[2]
    assert client.post(f"{address}details/", WHY).status_code == 403, "what is over is a reason for no look"


def test_nobody_reached_is_a_try_and_somebody_elsewhere_goes_on(signed_in, waiting):
    client, address = signed_in("desk"), f"/outreach/{waiting.pk}/"
    assert client.post(address, {"outcome": "nobody", "said": "0"})["Location"] == f"{address}?done=tried"
    assert OutreachAttempt.objects.get().outreach == waiting
    assert "Try 1" in page(client, address)
    client.post(address, {"outcome": "gone", "said": newest(waiting)})
    assert "no longer in this jurisdiction" in page(client, address)


def test_what_came_after_the_page_was_opened_is_said_before_it_is_closed(signed_in, waiting):
    client, address = signed_in("desk", "zh-hans"), f"/outreach/{waiting.pk}/"
    said = newest(waiting)
    tell(
        kind=Notification.Kind.COLOUR_CHANGED, about="run/2", at=clock.now(), person=waiting.person_id,
        details={"colour": "red", "before": "yellow", "until": None},
    )  # fmt: skip
    answer = client.post(address, {"outcome": "told", "said": said})
    assert answer.status_code == 422
    html = answer.content.decode()
    assert "打开页面之后又有新的内容要告知" in html
    assert "现为红码" in html
    assert "现为黄码" not in html
    assert client.post(address, {"outcome": "told"}).status_code == 422, (
        "and without saying what was read nothing is closed"
    )
    waiting.refresh_from_db()
    assert waiting.closed_at is None


def test_the_list_has_a_word_for_everything_that_can_be_told():
    assert set(KINDS) == set(Notification.Kind)
    assert set(OUTCOMES) == set(Outreach.Outcome)
    assert {sent for sent, _title, _then in BUTTONS} == {*Outreach.Outcome, NOBODY}


def test_each_role_does_its_own(signed_in, waiting, call):
    auditor, office = signed_in("auditor"), signed_in("office")
    assert f'href="/outreach/{waiting.pk}/"' in page(auditor, "/outreach/")
    looked = page(auditor, f"/outreach/{waiting.pk}/")
    assert 'name="outcome"' not in looked
    assert "Record the look" not in looked
    assert auditor.post(f"/outreach/{waiting.pk}/", {"outcome": "told"}).status_code == 403
    assert auditor.post(f"/outreach/{waiting.pk}/details/", WHY).status_code == 403
    assert office.get(f"/outreach/{call.pk}/").status_code == 404, "a positive sample is the health department's"
    assert office.get(f"/outreach/{waiting.pk}/").status_code == 200
    assert signed_in("jiangbei").get(f"/outreach/{waiting.pk}/").status_code == 404
    assert not Look.objects.exists()


def test_who_is_not_told_in_time_is_late_on_the_page_of_what_is_watched(signed_in, waiting):
    due = waiting.due_at
    assert "late-outreach" not in watching.late(due)
    assert "late-outreach" in watching.late(due + timedelta(seconds=1))
    html = page(signed_in(), "/watch/")
    assert 'data-watched="outreach"' in html
    assert 'href="/outreach/"' in html
