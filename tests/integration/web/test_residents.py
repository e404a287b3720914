"""Residents' pages: declared in short steps and kept as one goes, why and what next, objecting, family, receipts."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests.integration.web.looking import opened
from tests.integration.web.residents import STREET, Resident, shown_lines
from tests.integration.web.town import Town, at, id_number
from yimatong.edges.web.resident.views.review import asks_again_in
from yimatong.records import identity
from yimatong.records.models import AuditEntry, Fact, Home, Person
from yimatong.stations.appeals.models import Dispute
from yimatong.stations.appeals.queries import disputes_of, words_of
from yimatong.stations.declarations.models import Draft, Message, MissingPlace
from yimatong.stations.declarations.queries import answers_of, declaration_of, people_of

pytestmark = pytest.mark.django_db(databases=["default", "judge", "owner"])
PAPER = "gives a paper pass"


def test_a_stranger_is_led_to_sign_in_and_back(town: Town) -> None:
    answer = Client().get(reverse("me:why", args=["self"]))
    assert answer["Location"] == f"{reverse('me:channels')}?next=%2Fme%2Fself%2Fwhy%2F"


def test_a_new_resident_declares_and_the_records_have_it(resident: Resident, dwelling: dict[str, int]) -> None:
    answer = resident.declare_everything(dwelling, id_number(501))
    assert answer["Location"] == reverse("me:waiting", args=["self"])
    person = Person.objects.get(id_key=identity.id_key("resident", id_number(501)))
    resident.account.refresh_from_db()
    assert [shown.person for shown in people_of(resident.account)] == [person.number]
    assert Home.objects.get(person=person, struck_at=None).stairwell_id == dwelling["stairwell"]
    assert Fact.objects.filter(person=person, kind="declaration", detail="self").count() == 1
    declaration = declaration_of(person.number)
    assert declaration is not None
    assert (declaration.statement_id, declaration.agreed_at) == ("2020-02-15", declaration.declared_at)
    page = resident.see("waiting", "self")
    assert "It is being judged" in page
    assert 'hx-trigger="every 1s"' in page, "most are judged in seconds"
    assert re.search(r"data-receipt>[0-9A-Z]{4}-", page)


@pytest.mark.parametrize(("waited", "seconds"), [(-5, 1), (0, 1), (19, 1), (45, 4), (99, 9), (7_200, 10)])
def test_a_page_that_waits_for_a_colour_asks_less_often_the_longer_it_takes(waited: int, seconds: int) -> None:
    assert asks_again_in(timedelta(seconds=waited)) == seconds


def test_an_error_stands_at_its_field_with_what_to_do_and_what_was_filled_in_is_kept(resident: Resident) -> None:
    answer = resident.fill("person", name="林晓岚", id_type="resident", id_number="330299198801010011")
    assert answer.status_code == 422
    text = answer.content.decode()
    field = text[text.index('id="q-id_number"') :]
    assert "check digit" in field[: field.index("</div>")]
    assert 'aria-describedby="id_number-wrong"' in text
    assert 'value="330299198801010011"' in text
    assert Draft.objects.get(account=resident.account).step == "person"
    assert 'value="林晓岚"' in resident.see("screen", "self", "person")


def test_going_back_and_on_loses_nothing_and_the_declaration_opens_where_one_stopped(resident: Resident) -> None:
    resident.fill("person", name="林晓岚", id_type="resident", id_number=id_number(502))
    back = resident.fill("address", go="back", phone="17000000201")
    assert back["Location"] == reverse("me:screen", args=["self", "person"])
    assert 'value="17000000201"' in resident.see("screen", "self", "address")
    again = resident.client.get(reverse("me:declare", args=["self"]))
    assert again["Location"] == reverse("me:screen", args=["self", "address"])
    assert "Everything you filled in is still there" in resident.see("home")


def test_every_question_says_why_by_which_law_and_how_long(resident: Resident) -> None:
    for key in ("person", "address", "health", "itinerary", "coresidents"):
        text = resident.see("screen", "self", key)
        asked = len(re.findall(r'<(?:div|fieldset) class="question', text))
        assert text.count("Why we ask") >= asked > 0
        assert "Basis: " in text
        assert "Kept: " in text


@pytest.mark.parametrize("words", ["海湾", "haiwan", "hw", "Hai Wan"])
def test_a_community_is_found_by_its_name_and_by_its_sound(
    resident: Resident, dwelling: dict[str, int], words: str
) -> None:
    text = resident.fill("address", go="search", q=words).content.decode()
    assert f'value="pick:compound:{dwelling["compound"]}"' in text
    assert "南门街道" in text


def test_whoever_does_not_read_chinese_reads_how_a_place_sounds(resident: Resident, dwelling: dict[str, int]) -> None:
    text = resident.fill("address", go="search", q="haiwan").content.decode()
    assert '海湾新村 <small lang="zh-Latn">Hai Wan Xin Cun</small>' in text
    resident.client.cookies[settings.LANGUAGE_COOKIE_NAME] = "zh-hans"
    assert "zh-Latn" not in resident.fill("address", go="search", q="haiwan").content.decode()


def test_a_home_is_also_found_step_by_step_down_to_the_stairwell(resident: Resident, dwelling: dict[str, int]) -> None:
    for what, asked in (
        ("", "Which district or county?"),
        ("division:330203000", "Which street or township?"),
        (f"division:{STREET}", "Which community or village?"),
        (f"compound:{dwelling['compound']}", "Which building?"),
        (f"building:{dwelling['building']}", "Which stairwell?"),
    ):
        if what:
            resident.pick(what)
        text = resident.see("screen", "self", "address")
        assert asked in text
    resident.pick(f"stairwell:{dwelling['stairwell']}")
    text = resident.see("screen", "self", "address")
    assert "1单元" in text
    assert "Which" not in shown_lines(text).split("Where you live")[1].split("Living here")[0]


def test_a_missing_community_is_accepted_and_queued(resident: Resident, dwelling: dict[str, int]) -> None:
    resident.fill("person", name="林晓岚", id_type="resident", id_number=id_number(503))
    resident.pick(f"division:{STREET}")
    resident.pick("missing:")
    assert resident.fill("address", phone="17000000201", home_text="").status_code == 422
    assert resident.fill("address", phone="17000000201", home_text="新城花园 3幢 2单元").status_code == 302
    resident.fill("health", symptoms="none", contact_symptomatic="no", contact_confirmed="no")
    resident.fill("itinerary", in_city="yes", elsewhere="no")
    assert "新城花园 3幢 2单元" in resident.see("review", "self")
    assert resident.client.post(reverse("me:review", args=["self"]), {"agreed": "2020-02-15"}).status_code == 302
    assert MissingPlace.objects.get().division == STREET


def test_a_place_of_the_journey_is_added_and_removed(resident: Resident) -> None:
    add = reverse("me:row", args=["self", "itinerary"])
    found = resident.client.post(add, {"go": "search", "q": "wuhan"}).content.decode()
    assert "湖北省武汉市" in found
    wrong = resident.client.post(add, {"go": "save", "division": "420100000", "from": "2020-02-12", "to": "2020-02-10"})
    assert wrong.status_code == 422
    assert (
        resident.client.post(
            add, {"go": "save", "division": "420100000", "from": "2020-02-10", "to": "2020-02-12"}
        ).status_code
        == 302
    )
    assert "湖北省武汉市 · 2020-02-10 – 2020-02-12" in resident.see("screen", "self", "itinerary")
    resident.fill("itinerary", go="remove:itinerary:0", in_city="yes", elsewhere="no")
    assert "湖北省武汉市" not in resident.see("screen", "self", "itinerary")


def test_a_correction_begins_with_what_was_declared_and_replaces_it(
    resident: Resident, dwelling: dict[str, int]
) -> None:
    resident.declare_everything(dwelling, id_number(505))
    assert f'value="{id_number(505)}"' in resident.see("screen", "self", "person")
    resident.fill(
        "health", symptoms="fever", symptoms_since="2020-02-01", contact_symptomatic="no", contact_confirmed="no"
    )
    answer = resident.client.post(reverse("me:review", args=["self"]), {"agreed": "2020-02-15"})
    assert answer["Location"] == reverse("me:waiting", args=["self"])
    person = Person.objects.get(id_key=identity.id_key("resident", id_number(505)))
    assert Fact.objects.filter(person=person, kind="symptom", detail="fever", struck_at=None).exists()
    newest = declaration_of(person.number)
    assert newest is not None
    assert newest.replaces_id is not None
    assert answers_of(newest)["symptoms"] == ["fever"]
    assert "Your correction is taken" in resident.see("waiting", "self")
    assert shown_lines(resident.see("why", "self")).count("correction") == 1


def test_a_symptom_is_said_with_one_press_and_all_is_well_with_another(
    resident: Resident, dwelling: dict[str, int]
) -> None:
    resident.declare_everything(dwelling, id_number(506))
    person = Person.objects.get(id_key=identity.id_key("resident", id_number(506)))
    send = reverse("me:health", args=["self"])
    assert resident.client.post(send, {}).status_code == 422
    assert resident.client.post(send, {"symptoms": ["fever", "none"]}).status_code == 422
    assert "yimatong-news" in resident.client.cookies, "the code page looks for the colour after a declaration"
    del resident.client.cookies["yimatong-news"]
    told = resident.client.post(send, {"symptoms": "fever"}, follow=True).content.decode()
    news = resident.client.cookies["yimatong-news"]
    assert (news.value, news["max-age"], news["httponly"]) == ("1", 900, ""), "its script reads it, and it says nothing"
    assert "Go to the nearest fever clinic" in told
    assert Fact.objects.filter(person=person, kind="symptom", detail="fever", end=None, struck_at=None).count() == 1
    assert "Health reported today" in resident.see("home")
    assert "Stay well" in resident.client.post(send, {"symptoms": "none"}, follow=True).content.decode()


def test_a_child_is_declared_shown_and_taken_off_again(resident: Resident, dwelling: dict[str, int]) -> None:
    resident.declare_everything(dwelling, id_number(507))
    assert resident.client.post(reverse("me:add"), {"relation": "neighbour"}).status_code == 422
    assert resident.client.post(reverse("me:add"), {"relation": "child"})["Location"] == reverse(
        "me:declare", args=["new"]
    )
    resident.fill("person", "new", name="林小宝", id_type="none", birth_date="2019-06-01")
    for level in ("compound", "building", "stairwell"):
        resident.pick(f"{level}:{dwelling[level]}", "new")
    resident.fill("address", "new", phone="17000000201")
    resident.fill("health", "new", symptoms="none", contact_symptomatic="no", contact_confirmed="no")
    resident.fill("itinerary", "new", in_city="yes", elsewhere="no")
    answer = resident.client.post(reverse("me:review", args=["new"]), {"agreed": "2020-02-15"})
    assert answer["Location"] == reverse("me:waiting", args=["f1"])
    text = resident.see("home")
    assert 'data-person="f1"' in text
    assert "林小宝" in text
    assert "my child" in text
    resident.client.post(reverse("me:detach", args=["f1"]))
    assert 'data-person="f1"' not in resident.see("home")
    resident.see("why", "f1", status=404)


def test_no_address_opens_somebody_elses_page(resident: Resident, town: Town) -> None:
    for about in ("self", "f1", "new", f"d{town.numbers['李确诊']}", str(town.numbers["李确诊"])):
        for page in ("why", "health", "looks", "waiting", "detach"):
            assert resident.client.get(reverse(f"me:{page}", args=[about])).status_code == 404


def test_a_red_person_reads_the_fact_its_source_the_rule_since_until_and_what_ends_it(town: Town) -> None:
    text = Resident(person=town.numbers["李确诊"]).see("why", "self")
    said = shown_lines(text)
    assert 'data-colour="red"' in text
    assert 'data-rule="red.confirmed"' in text
    for words in (
        "What to do today",
        "On which fact",
        "told by: 市卫健委",
        "Since when, until when",
        "What ends it",
        "The rule in its own words",
    ):
        assert words in said
    assert re.search(r"2020-02-\d\d \d\d:\d\d", said)
    assert "Colours so far" in said


def test_who_is_red_and_has_not_come_is_advised_against_coming(town: Town) -> None:
    """E5: the policy's other disposition, by what the person last said of where they are."""
    here = shown_lines(Resident(person=town.numbers["赵武汉"]).see("why", "self"))
    town.fact("赵武汉", "presence", "away", at(17, 8))
    elsewhere = shown_lines(Resident(person=town.numbers["赵武汉"]).see("why", "self"))
    assert "Advised against coming for now" in elsewhere
    assert "Advised against coming for now" not in here


def test_every_reason_that_holds_is_shown_in_chinese_too(town: Town) -> None:
    said = shown_lines(Resident(person=town.numbers["陈邻居"], language="zh-hans").see("why", "self"))
    for words in ("黄码", "今天怎么做", "依据哪个事实", "怎样结束", "规则原文", "这个事实不对"):
        assert words in said


def test_a_green_person_reads_that_no_rule_holds(town: Town) -> None:
    text = Resident(person=town.numbers["孙绿"]).see("why", "self")
    assert 'data-colour="green"' in text
    assert "no rule of the policy holds for you" in text


def test_that_very_fact_is_disputed_once_and_no_colour_changes(town: Town) -> None:
    person = town.numbers["李确诊"]
    resident = Resident(person=person)
    page = reverse("me:dispute", args=["self", 1])
    evidence = re.search(r'name="evidence" value="([^"]+)"', resident.see("dispute", "self", 1))
    assert evidence
    assert resident.client.post(page, {"evidence": evidence[1], "words": "  "}).status_code == 422
    assert resident.client.post(page, {"evidence": "case/999999", "words": "不是我"}).status_code == 422
    for _ in range(2):
        assert resident.client.post(page, {"evidence": evidence[1], "words": "那天我在杭州"}).status_code == 302
    dispute = Dispute.objects.get()
    assert (dispute.person_id, dispute.rule, dispute.fact_id) == (
        person,
        "red.confirmed",
        int(evidence[1].split("/")[1]),
    )
    assert words_of(dispute) == "那天我在杭州"
    assert "那天".encode() not in bytes(dispute.words_sealed)
    assert list(disputes_of(person)) == [evidence[1]]
    text = resident.see("why", "self")
    assert "data-disputed" in text
    assert 'data-colour="red"' in text
    entry = AuditEntry.objects.get(action="dispute.record")
    assert "杭州" not in entry.details


def test_who_looked_is_shown_by_office_and_reason_without_a_name(town: Town, signed_in) -> None:
    person = town.numbers["孙绿"]
    resident = Resident(person=person)
    assert "No official has looked" in resident.see("looks", "self")
    opened(signed_in(), person)
    text = resident.see("looks", "self")
    assert "2020-117 checked" in text
    assert "control office" in text
    assert "王防控" not in text


def test_a_receipt_opens_with_the_code_that_went_to_the_phone_and_with_nothing_else(
    resident: Resident, dwelling: dict[str, int]
) -> None:
    resident.declare_everything(dwelling, id_number(508))
    receipt = re.search(r"data-receipt>([0-9A-Z-]+)<", resident.see("waiting", "self"))
    assert receipt
    stranger = Resident("17000000299").client
    answers = {
        given: stranger.post(reverse("me:receipt"), {"receipt": given}, follow=True).content.decode()
        for given in (receipt[1], "0000-0000-000")
    }
    said = [shown_lines(text).replace("  ", " ") for text in answers.values()]
    assert said[0] == said[1]
    assert "If there is such a receipt" in said[0]
    stranger.post(reverse("me:receipt"), {"receipt": receipt[1]})
    assert stranger.post(reverse("me:receipt-code"), {"code": "000000"}).status_code == 422
    texts = [identity.unseal(one.text_sealed, "message") for one in Message.objects.filter(kind="code").order_by("-id")]
    code = re.search(r"\d{6}", texts[0])
    assert code
    found = stranger.post(reverse("me:receipt-code"), {"code": code[0]}).content.decode()
    assert "林*岚" in found
    assert id_number(508) not in found


def test_every_screen_names_the_paper_alternative_and_that_it_is_voluntary(
    resident: Resident, dwelling: dict[str, int]
) -> None:
    open_pages = [("welcome",), ("about",), ("channels",), ("phone",), ("receipt",)]
    stranger = Client()
    stranger.cookies["django_language"] = "en"
    for page in open_pages:
        assert PAPER in stranger.get(reverse(f"me:{page[0]}")).content.decode()
    resident.declare_everything(dwelling, id_number(509))
    mine = [
        ("home",),
        ("add",),
        ("questions",),
        ("review", "self"),
        ("waiting", "self"),
        ("health", "self"),
        ("why", "self"),
        ("looks", "self"),
    ]
    mine += [("screen", "self", key) for key in ("person", "address", "health", "itinerary", "coresidents")]
    mine += [("row", "self", "itinerary"), ("row", "self", "coresidents"), ("noted", "self", "well")]
    for name, *given in mine:
        text = resident.see(name, *given)
        assert PAPER in text, name
        assert "Applying here is voluntary" in text, name
        assert not re.search(r'type="(?:checkbox|radio)"[^>]*name="agreed"[^>]*checked', text), name


def test_large_print_has_one_question_a_screen_and_keeps_what_was_filled_in(resident: Resident) -> None:
    resident.fill("person", name="林晓岚", id_type="resident", id_number=id_number(510))
    size = resident.client.post(reverse("me:print"), {"large": "1", "next": "/me/self/declare/person/"})
    assert size["Location"] == "/me/self/declare/person/"
    assert not size.cookies["yimatong-large"]["httponly"], "the code page reads it, and sets it itself"
    seen = []
    key = "name"
    while key != "review":
        text = resident.see("screen", "self", key)
        assert '<html lang="en" class="is-touch is-large">' in text
        seen.append((key, len(re.findall(r"<legend>|<label for=", text))))
        on = resident.client.post(
            reverse("me:screen", args=["self", key]),
            {"go": "next", "name": "林晓岚", "id_type": "resident", "id_number": id_number(510), "phone": "17000000201",
             "symptoms": "none", "contact_symptomatic": "no", "contact_confirmed": "no", "in_city": "yes", "elsewhere": "no"},
        )  # fmt: skip
        if on.status_code == 422 and key == "home-division":
            resident.client.post(reverse("me:screen", args=["self", key]), {"go": "pick:division:420106001"})
            continue
        assert on.status_code == 302, key
        key = on["Location"].rstrip("/").rpartition("/")[2]
    assert len(seen) >= 12
    assert max(labels for name, labels in seen if name not in ("id-type", "home-division", "elsewhere", "in-city")) <= 2
    assert "Change this" in resident.see("review", "self")


def test_nothing_a_resident_saw_stays_on_the_phones_disk(resident: Resident) -> None:
    for name, *given in (("home",), ("screen", "self", "person"), ("channels",)):
        answer = resident.client.get(reverse(f"me:{name}", args=given))
        assert answer["Cache-Control"] == "no-store"


def test_signing_out_ends_it(resident: Resident) -> None:
    assert resident.client.post(reverse("me:out")).status_code == 302
    assert resident.client.get(reverse("me:home")).status_code == 302
