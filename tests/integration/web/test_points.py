"""Issuing points as residents find them: near by name or sound, the queue, a time booked, a number drawn at the door."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from tests.integration.web.residents import Resident, shown_lines
from tests.integration.web.town import Town, at
from yimatong.records import clock
from yimatong.records.actions import places
from yimatong.records.models import Official
from yimatong.stations.issuing import turns
from yimatong.stations.issuing.actions import points
from yimatong.stations.issuing.models import Point, Ticket

pytestmark = pytest.mark.django_db(databases=["default", "judge", "owner"])
HOURS = [[["08:30", "11:30"], ["13:30", "17:30"]]] * 5 + [[], []]


@pytest.fixture(autouse=True)
def morning(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is Thursday, 20 February 2020, ten o'clock."""
    monkeypatch.setattr(clock, "now", lambda: at(20, 10))


def a_point(town: Town, title: str, street: int = 330203001, **given: object) -> Point:
    words = {"kind": "village", "address": "月湖街1号", "hours": HOURS, "now": clock.now()} | given
    made = points.open_point(by=town.office, title=title, division=street, **words)  # type: ignore[arg-type]
    points.appoint(by=town.office, point=made.pk, official=Official.objects.get(username="desk"))
    return made


@pytest.fixture
def town_points(town: Town, db: None) -> dict[str, Point]:
    """Four points: one in the compound, one in its street, one in its district, one elsewhere; the last is of the police."""
    (compound,) = places.ensure_places([("compound", "海湾新村", 330203001, None)]).values()
    where = {"longitude": 121.54, "latitude": 29.87}
    return {
        "own": a_point(town, "海湾新村物业", place=compound, scope="address", kind="compound", **where),
        "street": a_point(town, "月湖社区", longitude=121.55, latitude=29.88),
        "district": a_point(town, "鼓楼社区", 330203005),
        "police": a_point(
            town, "庄桥派出所", 330205003, kind="police", scope="documents", documents=["passport", "taiwan"],
        ),
    }  # fmt: skip


def visitor(language: str = "en") -> Client:
    from django.conf import settings

    browser = Client()
    browser.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    return browser


def seen(client: Client, name: str, *given: object, **query: str) -> str:
    answer = client.get(reverse(f"me:{name}", args=given), query)
    assert answer.status_code == 200, answer.content.decode()[:500]
    return str(answer.content.decode())


@pytest.mark.parametrize("words", ["海湾", "haiwan", "hwxc"])
def test_points_near_a_community_are_found_by_its_name_and_by_its_sound_without_signing_in(town_points, words):
    html = seen(visitor(), "points", q=words)
    order = [int(number) for number in re.findall(r'data-point="(\d+)"', html)]
    assert order == [town_points[name].pk for name in ("own", "street", "district", "police")]
    assert "in your community" in html
    assert "Nearest to 海湾新村" in html
    assert html.count("sketch-mark") == 2, "those with a position are on the map"


def test_points_are_told_apart_by_kind_and_by_who_is_open(town_points, monkeypatch):
    listed = re.compile(r'data-point="(\d+)"')
    assert listed.findall(seen(visitor(), "points", kind="police")) == [str(town_points["police"].pk)]
    assert len(listed.findall(seen(visitor(), "points", open="1"))) == 4
    monkeypatch.setattr(clock, "now", lambda: at(22, 10))
    assert listed.findall(seen(visitor(), "points", open="1")) == [], "a Saturday"
    assert "closed now" in seen(visitor(), "points")


def test_a_point_says_hours_for_whom_what_to_bring_and_how_long_one_waits(town_points):
    html = shown_lines(seen(visitor(), "point", town_points["police"].pk))
    assert "Mon–Fri: 08:30–11:30, 13:30–17:30 Sat–Sun: closed" in html
    assert "for holders of these documents: passport, travel permit of Taiwan residents" in html
    assert "the ID document of one parent" in html
    assert "Waiting 0" in html
    assert "办证时带什么" in seen(visitor("zh-hans"), "point", town_points["police"].pk)
    points.stop_point(by=Official.objects.get(username="office"), point=town_points["police"].pk, why="moved")
    assert visitor().get(reverse("me:point", args=[town_points["police"].pk])).status_code == 404


def test_every_page_of_residents_leads_to_the_points(town_points):
    href = f'href="{reverse("me:points")}"'
    assert all(href in seen(visitor(), name) for name in ("welcome", "about", "channels", "receipt", "points"))
    assert Resident().see("home").count(href) == 2, "in the page and in its foot"


def test_a_time_is_booked_seen_and_cancelled_with_an_account(town_points):
    here, resident = town_points["street"], Resident()
    assert "Sign in and book" in seen(visitor(), "point", here.pk)
    slot = re.findall(r'name="slot" value="([^"]+)"', resident.see("point", here.pk))[0]
    assert datetime.fromisoformat(slot) > clock.now()
    book = reverse("me:book", args=[here.pk])
    assert resident.client.post(book, {"slot": slot}).status_code == 302
    html = resident.see("point", here.pk)
    assert 'data-state="booked"' in html
    assert 'name="slot"' not in html
    other = resident.client.post(reverse("me:book", args=[town_points["own"].pk]), {"slot": slot})
    assert other.status_code == 422
    assert 'data-refused="booked-already"' in other.content.decode()
    assert visitor().post(book, {"slot": slot}).status_code == 302, "a stranger signs in first"
    assert resident.client.post(book, {"slot": "soon"}).status_code == 404
    resident.client.post(reverse("me:cancel", args=[here.pk]))
    assert Ticket.objects.get().state == "gone"
    assert 'name="slot"' in resident.see("point", here.pk)


def test_a_number_is_drawn_by_who_stands_at_the_door_and_called(town_points, signed_in):
    here, desk, phone = town_points["street"], signed_in("desk"), visitor()
    door = re.findall(
        r'href="(/me/points/\d+/screen/\?key=[^"]+)"', desk.get(f"/desk/{here.pk}/queue/").content.decode()
    )
    screen = phone.get(door[0]).content.decode()
    word = re.findall(r"data-word>(\d{3}) (\d{3})", screen)[0]
    draw = reverse("me:draw", args=[here.pk])
    wrong = phone.post(draw, {"word": f"{(int(''.join(word)) + 1) % 10**6:06}"})
    assert (wrong.status_code, 'data-refused="door-word"' in wrong.content.decode()) == (422, True)
    assert not Ticket.objects.exists()
    assert phone.post(draw, {"word": " ".join(word)})["Location"] == reverse("me:turn", args=[here.pk])
    assert phone.get(draw).status_code == 302, "one number a phone"
    second = visitor()
    second.post(draw, {"word": "".join(word)})
    assert "data-before>0<" in seen(phone, "turn", here.pk)
    assert "data-before>1<" in seen(second, "turn", here.pk)
    desk.post(f"/desk/{here.pk}/queue/", {"go": "call"})
    assert 'data-state="called"' in seen(phone, "turn", here.pk)
    assert "<strong>1</strong>" in phone.get(door[0]).content.decode()
    ticket = Ticket.objects.get(number=1)
    desk.post(f"/desk/{here.pk}/queue/", {"go": "served", "ticket": ticket.pk})
    assert 'data-state="served"' in seen(phone, "turn", here.pk)
    second.post(reverse("me:leave", args=[here.pk]))
    assert Ticket.objects.get(number=2).state == "gone"
    assert "data-waiting=" not in desk.get(f"/desk/{here.pk}/queue/").content.decode()


def test_who_has_booked_says_at_the_door_that_they_are_here_and_goes_first(town_points, signed_in, monkeypatch):
    here, resident, desk = town_points["street"], Resident(), signed_in("desk")
    slot = re.findall(r'name="slot" value="([^"]+)"', resident.see("point", here.pk))[0]
    resident.client.post(reverse("me:book", args=[here.pk]), {"slot": slot})
    later = datetime.fromisoformat(slot)
    monkeypatch.setattr(clock, "now", lambda: later)
    drawn = desk.post(f"/desk/{here.pk}/queue/", {"go": "draw"})["Location"]
    assert drawn.endswith("?drawn=2"), "somebody without a phone, before"
    draw = reverse("me:draw", args=[here.pk])
    assert resident.client.post(draw, {"word": turns.door_word(here.pk, later)}).status_code == 302
    assert "data-before>0<" in resident.see("turn", here.pk)
    desk.post(f"/desk/{here.pk}/queue/", {"go": "call"})
    assert 'data-state="called"' in resident.see("turn", here.pk)
    desk.post(f"/desk/{here.pk}/queue/", {"go": "gone", "ticket": Ticket.objects.get(number=1).pk})
    assert Ticket.objects.get(number=1).state == "gone"


def test_the_screen_at_the_door_opens_with_its_own_key_of_today_alone(town_points):
    one, other = town_points["own"].pk, town_points["street"].pk
    key = turns.screen_key(one)
    assert visitor().get(reverse("me:door", args=[one]), {"key": key}).status_code == 200
    for point, wrong in ((other, key), (one, ""), (one, f"{key}x")):
        assert visitor().get(reverse("me:door", args=[point]), {"key": wrong}).status_code == 404


def test_the_word_at_the_door_is_guessed_ten_times_an_hour_and_no_more(town_points):
    here, guesser = town_points["street"], visitor()
    draw = reverse("me:draw", args=[here.pk])
    words = {turns.door_word(here.pk, clock.now()), turns.door_word(here.pk, clock.now(), 1)}
    wrong = [f"{number:06}" for number in range(20) if f"{number:06}" not in words][:12]
    answers = [guesser.post(draw, {"word": word}).content.decode() for word in wrong]
    assert 'data-refused="door-word"' in answers[9]
    assert 'data-refused="too-many-attempts"' in answers[11]
    right = guesser.post(draw, {"word": turns.door_word(here.pk, clock.now())}).content.decode()
    assert 'data-refused="too-many-attempts"' in right


def test_a_clerk_of_another_point_sees_no_queue(town_points, signed_in, town):
    other = points.open_point(
        by=town.office, kind="village", title="别处", division=330203001, address="-", hours=HOURS, now=clock.now()
    )
    assert signed_in("desk").get(f"/desk/{other.pk}/queue/").status_code == 422
    assert signed_in("auditor").get(f"/desk/{town_points['own'].pk}/queue/").status_code == 403
