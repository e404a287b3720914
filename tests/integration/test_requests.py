"""What every answer of the pages carries, and what the log says of a request."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import DatabaseError, OperationalError
from django.db.backends.utils import CursorWrapper
from django.test import Client

from tests.acting import owning
from yimatong.edges.web.official import watching
from yimatong.records.models import Official
from yimatong.site import health

pytestmark = pytest.mark.django_db(databases=["default", "judge", "owner"])


@pytest.fixture
def page(client: Client):
    """The first page that a stranger sees."""
    return client.get("/", follow=True)


def test_a_stranger_gets_no_further_than_signing_in(page):
    assert page.status_code == 200
    assert page.redirect_chain
    assert b'type="password"' in page.content


@pytest.mark.parametrize(
    ("header", "part"),
    [
        ("Content-Security-Policy", "script-src 'self'"),
        ("Content-Security-Policy", "frame-ancestors 'none'"),
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
        ("Referrer-Policy", "same-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Permissions-Policy", "microphone=()"),
    ],
)
def test_every_answer_keeps_the_browser_in_check(page, header, part):
    assert part in page.headers[header]


def test_the_policy_of_scripts_lets_nothing_inline_and_no_other_host_in(page):
    policy = page.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "http" not in policy
    assert "*" not in policy


def test_no_page_has_an_inline_script_or_style(texts_of_templates):
    assert len(texts_of_templates) > 3
    inline = re.compile(
        r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")|<style|\sstyle=|\son[a-z]+=", re.IGNORECASE
    )
    assert [name for name, text in texts_of_templates.items() if inline.search(text)] == []


@pytest.fixture
def texts_of_templates() -> dict[str, str]:
    root = Path(__file__).resolve().parents[2] / "src" / "yimatong" / "edges"
    return {str(file.relative_to(root)): file.read_text() for file in root.rglob("templates/**/*.html")}


def test_every_request_has_an_id_of_its_own(client):
    first, second = client.get("/health"), client.get("/health")
    assert len(first.headers["X-Request-Id"]) == 16
    assert first.headers["X-Request-Id"] != second.headers["X-Request-Id"]


def test_the_log_has_the_route_and_neither_path_nor_query(client, caplog):
    with caplog.at_level("INFO"):
        client.get("/people/4711?why=330299198801011232")
    told = [record.msg for record in caplog.records if record.name == "yimatong.requests"]
    assert len(told) == 1
    assert {"request_id", "method", "route", "status", "milliseconds"} <= told[0].keys()
    assert "4711" not in caplog.text
    assert "330299" not in caplog.text


@pytest.mark.parametrize(
    ("asked", "said"), [("zh-CN", 'lang="zh-hans"'), ("en", 'lang="en"'), ("fr", 'lang="zh-hans"')]
)
def test_pages_speak_the_browsers_language_and_else_chinese(client, asked, said):
    page = client.get("/", follow=True, headers={"accept-language": asked})
    assert said in page.content.decode().lower()


@pytest.fixture
def just_made(db):
    """The tables were made now, however long the tests before took."""
    with owning():
        Official.objects.filter(username="system").update(appointed_at=datetime.now(UTC))


@pytest.fixture
def in_the_policys_days(settings, just_made):
    """The city lives on a day of its policy."""
    settings.YIMATONG_DAYS_BACK = (datetime.now(UTC).date() - date(2020, 2, 20)).days
    watching._seen.cache_clear()
    health._seen.cache_clear()
    yield
    watching._seen.cache_clear()


def test_health_says_ok_when_the_database_answers(client, in_the_policys_days):
    answer = client.get("/health")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "problems": []}


def test_health_says_what_is_wrong_without_any_data(client, monkeypatch):
    class Broken:
        def cursor(self):
            raise DatabaseError("password of 330299198801011232")

        def close(self):
            pass

    monkeypatch.setattr(health, "connections", {"default": Broken()})
    answer = client.get("/health")
    assert answer.status_code == 503
    assert answer.json() == {"status": "wrong", "problems": ["database-does-not-answer"]}


def test_everything_is_well_after_the_migrations(in_the_policys_days):
    assert health.problems() == ()


def test_a_policy_whose_days_are_over_is_told(just_made):
    assert health.problems() == ("late-policy",)


def test_no_model_has_changed_without_its_migration():
    # The command ends the process with code 1 when it would write a migration.
    assert call_command("makemigrations", check=True, dry_run=True, verbosity=0) is None


@pytest.mark.parametrize(
    ("method", "path", "said"),
    [
        ("get", "/me/points/", "页面会自动重新打开"),
        ("post", "/complain/", "再提交一次"),
        ("get", "/e/people", '"code": "database-away"'),
    ],
)
def test_while_the_database_is_away_a_request_is_told_to_come_again(client, monkeypatch, method, path, said):
    """503 with what to do, no mistake of the page's; what was posted is not posted again behind a person's back."""

    def gone(*_):
        raise OperationalError("server closed the connection: (330299198801011232)")

    client.raise_request_exception = False
    client.cookies["sessionid"] = "a" * 32
    monkeypatch.setattr(CursorWrapper, "execute", gone)
    answer = getattr(client, method)(path, {"text": "x"})
    text = answer.content.decode()
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert said in text
    assert ("http-equiv" in text) == (method == "get" and path.startswith("/me/"))
    assert "330299" not in text
