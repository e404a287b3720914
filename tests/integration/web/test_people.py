"""Looking at people: the reason first, the record before the page, masked names, and the whole of the explanation."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.integration.web.looking import WHY, buttons, opened, page, reference
from tests.integration.web.town import id_number
from yimatong.records.models import Look

pytestmark = pytest.mark.django_db(databases=["default", "judge", "owner"])

PEOPLE = "/people/"


def test_no_list_is_shown_without_a_reason(signed_in):
    client = signed_in()
    assert "table-people" not in page(client, PEOPLE)
    refused = client.post(PEOPLE, {"ground": "", "words": ""})
    assert refused.status_code == 422
    assert "table-people" not in refused.content.decode()
    assert Look.objects.count() == 0


def test_everybody_on_a_page_of_a_list_is_recorded_as_looked_at(signed_in, town):
    client = signed_in()
    client.post(PEOPLE, WHY)
    html = page(client, f"{PEOPLE}?people.colour=red")
    looks = Look.objects.values_list("person_id", "by__username", "why", "where")
    expected = {(town.numbers[name], "office", "quality: 2020-117 checked", "people") for name in ("李确诊", "赵武汉")}
    assert set(looks) == expected
    assert "quality" not in html
    assert "Checking a delivery or a judgement: 2020-117 checked" in html


def test_a_list_shows_masked_names_only(signed_in, town):
    client = signed_in()
    client.post(PEOPLE, WHY)
    html = page(client, PEOPLE)
    assert html.count("**") == len(town.numbers)
    assert not [name for name in town.numbers if name in html]
    assert not [number for serial in range(1, 9) if (number := id_number(serial)) in html]


def test_a_list_is_cut_by_rule_and_by_district(signed_in, town):
    client = signed_in()
    client.post(PEOPLE, WHY)
    by_rule = page(client, f"{PEOPLE}?people.rule=yellow.stairwell")
    assert buttons(client, by_rule) == [town.numbers["陈邻居"]]
    by_district = page(client, f"{PEOPLE}?people.district=330212")
    assert len(buttons(client, by_district)) == 4


def test_an_excel_list_is_a_look_at_everybody_in_it(signed_in, town):
    client = signed_in()
    client.post(PEOPLE, WHY)
    answer = client.get(f"{PEOPLE}?export=people")
    assert answer["Content-Type"].endswith("spreadsheetml.sheet")
    assert set(Look.objects.values_list("person_id", flat=True)) == set(town.numbers.values())


def test_the_reason_for_lists_is_over_after_half_an_hour(signed_in):
    client = signed_in()
    client.post(PEOPLE, WHY)
    session = client.session
    session["web.listing"] = {**session["web.listing"], "until": timezone.now().timestamp() - 1}
    session.save()
    assert "table-people" not in page(client, PEOPLE)


def test_a_desk_opens_single_people_and_lists_nobody(signed_in, town):
    client = signed_in("desk")
    answer = client.post(PEOPLE, WHY)
    assert (answer.status_code, answer["Location"]) == (302, reverse("web:look"))
    assert Look.objects.count() == 0
    assert "Why this colour" in page(client, opened(client, town.numbers["孙绿"]))


def test_an_official_of_one_district_sees_the_people_of_that_district_only(signed_in, town):
    client = signed_in("jiangbei")
    client.post(PEOPLE, WHY)
    assert set(buttons(client, page(client, PEOPLE))) == {town.numbers["赵武汉"], town.numbers["钱广州"]}
    refused = client.post(reverse("web:look"), {"person": reference(client, town.numbers["李确诊"]), **WHY})
    assert refused.status_code == 403
    assert not Look.objects.filter(person_id=town.numbers["李确诊"]).exists()


@pytest.mark.parametrize("missing", ["ground", "words"])
def test_nobody_is_opened_without_a_reason(signed_in, town, missing):
    client = signed_in()
    form = {"person": reference(client, town.numbers["李确诊"]), **WHY, missing: ""}
    answer = client.post(reverse("web:look"), form)
    assert answer.status_code == 422
    assert Look.objects.count() == 0


def test_the_look_is_recorded_before_the_page_and_the_page_says_so(signed_in, town):
    client = signed_in()
    address = opened(client, town.numbers["李确诊"])
    look = Look.objects.get()
    assert (look.by.username, look.person_id, look.where) == ("office", town.numbers["李确诊"], "explain")
    assert address == f"/looks/{look.pk}/"
    html = page(client, address)
    assert f'data-look="{look.pk}"' in html
    assert "王防控" in html


def test_somebody_is_found_by_the_whole_document_number(signed_in, town):
    answer = signed_in().post(reverse("web:look"), {"id_type": "resident", "id_number": id_number(1).lower(), **WHY})
    assert answer.status_code == 302
    assert Look.objects.get().person_id == town.numbers["李确诊"]


@pytest.mark.parametrize("wrong", [{"person": 99999}, {"id_type": "resident", "id_number": id_number(99)}, {}])
def test_who_is_not_recorded_is_not_found_and_no_look_is_kept(signed_in, wrong):
    answer = signed_in().post(reverse("web:look"), {**wrong, **WHY})
    assert answer.status_code == 422
    assert Look.objects.count() == 0


def test_a_look_opens_for_nobody_else(signed_in, town):
    address = opened(signed_in(), town.numbers["李确诊"])
    assert signed_in("health").get(address).status_code == 404


def test_a_look_is_over_after_half_an_hour(signed_in, town, monkeypatch):
    client = signed_in()
    address = opened(client, town.numbers["李确诊"])
    later = timezone.now() + timedelta(minutes=31)
    monkeypatch.setattr("yimatong.edges.web.office.explanation.timezone.now", lambda: later)
    answer = client.get(address)
    assert answer.status_code == 302
    assert answer["Location"] == "/people/open/?over=1"


def test_no_address_of_a_page_carries_a_persons_number(signed_in, town):
    client = signed_in()
    client.post(PEOPLE, WHY)
    listed = page(client, PEOPLE)
    explained = page(client, opened(client, town.numbers["赵武汉"]))
    addresses = re.findall(r'(?:href|action)="([^"]+)"', listed + explained)
    assert len(addresses) > 30
    assert not [address for address in addresses if re.search(r"person=|people/\d|explain/\d", address)]


def test_a_red_person_is_told_the_rule_the_clause_the_fact_and_what_ends_it(signed_in, town):
    client = signed_in()
    html = page(client, opened(client, town.numbers["李确诊"]))
    assert 'class="verdict is-red"' in html
    assert 'data-rule="red.confirmed"' in html
    assert "2020-02-14 10:00" in html
    assert "市卫健委" in html
    assert "传染病防治法第十二条" in html
    assert re.search(r"<code>case/\d+</code>", html)
    assert "press conference of the Ningbo government" in html
    assert re.search(r'<blockquote class="quote" lang="zh-Hans">[^<]*确诊', html)
    assert "No test and no report lifts this reason" in html


def test_a_visitor_of_a_key_area_is_told_how_far_the_tests_are(signed_in, town):
    client = signed_in()
    html = page(client, opened(client, town.numbers["赵武汉"]))
    assert 'data-rule="red.key_area"' in html
    assert "Negative sample 1: 2020-02-17 09:00" in html
    assert "Negative sample 2: not before 2020-02-18 09:00, not after 2020-02-24 23:59" in html


def test_green_and_unknown_are_told_apart(signed_in, town):
    client = signed_in()
    green = page(client, opened(client, town.numbers["郑解除"]))
    unknown = page(client, opened(client, town.numbers["吴未报"]))
    assert 'class="verdict is-green"' in green
    assert "Declared, judged, and no rule holds." in green
    assert 'class="verdict is-unknown"' in unknown
    assert "Nothing was declared" in unknown


def test_the_time_line_has_colours_reasons_and_facts(signed_in, town):
    client = signed_in()
    html = page(client, opened(client, town.numbers["赵武汉"]))
    found = re.search(r'<script id="line-data" type="application/json">(.*?)</script>', html, re.DOTALL)
    assert found
    line = json.loads(found.group(1))
    lanes = {lane["label"]: [item["label"] for item in lane["items"]] for lane in line["lanes"]}
    assert lanes["Colour in force"] == ["Red"]
    assert lanes["Reasons"] == ["From a key area, or has been to one"]
    assert sorted(lanes["Facts"]) == ["Negative test", "Own declaration"]
    assert line["nextChange"] > line["asOf"]


def test_an_instant_between_two_runs_shows_what_was_in_force_then(signed_in, town):
    client = signed_in()
    html = page(client, opened(client, town.numbers["李确诊"]) + "?as_of=2020-02-17T12:00")
    assert "as of 2020-02-16 23:59" in html


def test_an_instant_after_the_last_run_is_judged_at_once_and_not_put_in_force(signed_in, town):
    client = signed_in()
    html = page(client, opened(client, town.numbers["赵武汉"]) + "?as_of=2020-02-27T00:00")
    assert 'class="verdict is-green"' in html
    assert "shown, not put in force" in html


def test_an_instant_before_the_first_run_is_told_in_words(signed_in, town):
    client = signed_in()
    answer = client.get(opened(client, town.numbers["李确诊"]) + "?as_of=2020-02-01T00:00")
    assert answer.status_code == 422
    assert "nothing had been judged at that instant" in answer.content.decode()


def test_nonsense_for_an_instant_shows_what_is_in_force(signed_in, town):
    client = signed_in()
    html = page(client, opened(client, town.numbers["李确诊"]) + "?as_of=2020-99-99T00:00")
    assert 'class="verdict is-red"' in html


def test_the_register_lists_who_looked_at_whom_and_why(signed_in, town):
    opened(signed_in(), town.numbers["李确诊"])
    html = page(signed_in("auditor"), reverse("web:looks"))
    assert "王防控" in html
    assert "Checking a delivery or a judgement: 2020-117 checked" in html
    assert "No one" not in html
    assert "0 of 1 row" in page(signed_in("auditor"), f"{reverse('web:looks')}?looks.q=nobody")
