"""Who gets in where, and what no page may carry."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from tests.integration.web.looking import opened, page
from tests.integration.web.town import PASSWORD

pytestmark = pytest.mark.django_db(databases=["default", "judge", "owner"])

PAGES = ("overview", "runs", "people", "look", "policy", "deliveries", "places", "looks", "objections", "outreach")
REFUSED = {
    "desk": {"deliveries", "places", "looks"},
    "auditor": {"people", "look"},
    "health": {"looks"},
    "office": set(),
}
INLINE = re.compile(r"""<script(?![^>]*\b(?:src|type="application/json"))|<style|\sstyle=|\son[a-z]+=""")
ELSEWHERE = re.compile(r"""(?:src|href|action)="(?:https?:)?//""")


@pytest.mark.parametrize("name", PAGES)
def test_a_stranger_is_sent_to_sign_in(town, name):
    answer = Client().get(reverse(f"web:{name}"))
    assert answer.status_code == 302
    assert answer["Location"].startswith("/login/?next=")


@pytest.mark.parametrize("username", list(REFUSED))
def test_each_role_opens_its_own_pages_and_no_others(signed_in, username):
    client = signed_in(username)
    refused = {name for name in PAGES if client.get(reverse(f"web:{name}")).status_code == 403}
    assert refused == REFUSED[username]


@pytest.mark.parametrize("username", list(REFUSED))
def test_the_menu_offers_only_what_may_be_opened(signed_in, username):
    client = signed_in(username)
    menu = re.search(r'<nav class="menu".*?</nav>', page(client, "/"), re.DOTALL)
    assert menu
    links = re.findall(r'href="([^"]+)"', menu.group())
    assert len(links) >= 3
    assert all(client.get(link, follow=True).status_code == 200 for link in links)


def test_signing_in_needs_the_password_and_leads_to_the_page_that_was_asked_for(town):
    client = Client()
    wrong = client.post("/login/?next=/runs/", {"username": "office", "password": "wrong", "next": "/runs/"})
    assert wrong.status_code == 200
    assert 'role="alert"' in wrong.content.decode()
    right = client.post("/login/?next=/runs/", {"username": "office", "password": PASSWORD, "next": "/runs/"})
    assert (right.status_code, right["Location"]) == (302, "/runs/")


def test_signing_in_leads_to_no_other_host(town):
    form = {"username": "office", "password": PASSWORD, "next": "https://elsewhere.example/"}
    assert Client().post("/login/", form)["Location"] == "/"


def test_signing_out_ends_the_session(signed_in):
    client = signed_in()
    assert client.get(reverse("web:logout")).status_code == 405
    client.post(reverse("web:logout"))
    assert client.get("/").status_code == 302


def test_the_machine_cannot_sign_in(town):
    answer = Client().post("/login/", {"username": "system", "password": "!"})
    assert answer.status_code == 200


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_runs_nothing_inline_and_asks_no_other_host(signed_in, name, language):
    html = page(signed_in(language=language), reverse(f"web:{name}"))
    assert INLINE.findall(html) == []
    assert ELSEWHERE.findall(html) == []
    assert f'<html lang="{"zh-Hans" if language == "zh-hans" else "en"}"' in html


def test_the_page_of_a_person_runs_nothing_inline_either(signed_in, town):
    client = signed_in()
    html = page(client, opened(client, town.numbers["赵武汉"]))
    assert INLINE.findall(html) == []
    assert ELSEWHERE.findall(html) == []


def test_switching_the_language_keeps_the_page_and_its_filters(signed_in):
    client = signed_in()
    asked = "/runs/?runs.sort=people"
    assert f'name="next" value="{asked}"' in page(client, asked)
    answer = client.post(reverse("set_language"), {"language": "zh-hans", "next": asked})
    assert answer["Location"] == asked
    assert "研判记录" in page(client, asked)


@pytest.mark.parametrize(("language", "said"), [("zh-hans", "没有这个页面"), ("en", "Nothing here")])
def test_an_unknown_address_is_told_in_the_readers_language(signed_in, language, said):
    answer = signed_in(language=language).get("/nothing/")
    assert answer.status_code == 404
    assert said in answer.content.decode()


@pytest.mark.parametrize(("language", "said"), [("zh-hans", "您的角色不能查看"), ("en", "Not for your role")])
def test_a_refusal_is_told_in_the_readers_language(signed_in, language, said):
    answer = signed_in("desk", language).get(reverse("web:looks"))
    assert answer.status_code == 403
    assert said in answer.content.decode()


def test_an_error_of_ours_shows_no_stack_and_no_data(signed_in, monkeypatch):
    client = signed_in()
    client.raise_request_exception = False
    monkeypatch.setattr("yimatong.edges.web.office.overview.queries.overview", lambda: 1 / 0)
    answer = client.get("/")
    html = answer.content.decode()
    assert answer.status_code == 500
    assert "Something went wrong" in html
    assert "出错了" in html
    assert "ZeroDivisionError" not in html
    assert "Traceback" not in html


def test_the_palette_is_the_policys(town):
    answer = Client().get(reverse("web:palette"))
    assert answer["Content-Type"].startswith("text/css")
    assert "--red:#C62828;--red-ink:#ffffff;" in answer.content.decode()
