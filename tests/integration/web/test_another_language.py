"""A third language needs a catalogue and nothing else: every page of the product in a language that nobody speaks.

Nothing in plain letters or Chinese is left over, but what is nobody's to translate: names, addresses, quoted law, what people wrote.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.conf.locale import LANG_INFO
from django.db import connection
from django.test import Client

from tests import hostile, pseudo
from tests.integration.web import addressed
from tests.integration.web.test_hostile_pages import PROGRAMS, Walk
from yimatong.core import text
from yimatong.core.text import Given
from yimatong.site.languages import known_by_its_own_name
from yimatong.stations.judgements.queries import policy_in_force

pytestmark = pytest.mark.django_db(databases=["default", "judge", "owner"])
everything, morning, standstill = addressed.everything, addressed.morning, addressed.standstill

EXAMPLES = {"海湾", "token"}
"""A name by which the search is shown, and where in a hand-over an error lies, for whoever set the channel up."""
APART = {"一码通", "这个字段是必填项。", *EXAMPLES}
"""The product's mark, and what Django says of a field left empty: a real language has that from Django's own catalogues."""


@pytest.fixture
def spoken(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The product with one language more; its tag."""
    monkeypatch.setattr(text, "FOLDERS", list(text.FOLDERS))
    text.add_catalogues(pseudo.made(tmp_path / "locale"))
    settings.LOCALE_PATHS = text.FOLDERS
    monkeypatch.setitem(LANG_INFO, pseudo.TAG, {})
    settings.LANGUAGES = [*settings.LANGUAGES, (pseudo.TAG, known_by_its_own_name(pseudo.TAG))]
    yield pseudo.TAG
    text._catalogues.cache_clear()


def test_no_page_says_anything_that_a_catalogue_does_not_translate(signed_in, everything, spoken):
    walk = Walk(signed_in, everything, whole=False)
    for client in walk.clients.values():
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = spoken
    known, left, looked = words_of_people() | APART, {}, 0
    for written, _, _pattern in hostile.routes():
        if written.startswith(PROGRAMS):
            continue
        address = walk.address(written)
        for who in walk.who_may(written, address, ("get", "post")):
            for answer in (walk.ask(who, "get", address), walk.ask(who, "post", address, {"x": "x"})):
                if "html" in answer.headers.get("Content-Type", "") and not answer.streaming:
                    looked += 1
                    if found := pseudo.leftovers(pseudo.texts_of(answer.content.decode()), known):
                        left[written] = sorted({*left.get(written, ()), *found})
    assert looked > 150
    assert not left, json.dumps(left, ensure_ascii=False, indent=1)


@pytest.mark.parametrize("language", ["zh-hans", "en", pseudo.TAG])
def test_a_language_is_chosen_by_its_own_name(language, spoken):
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    names = re.findall(r'<button name="language"[^>]*>([^<]*)</button>', client.get("/me/").content.decode())
    assert names == ["中文", "English", pseudo.strange("English")]


STORED = """
    select table_name, column_name from information_schema.columns
    where table_schema = 'public' and data_type in ('text', 'character varying', 'jsonb', 'ARRAY') order by 1, 2
"""
CODE = re.compile(r"[a-z0-9_./-]*")
"""What stands in a database for the product, and is never shown: a page on which it is was not translated."""


def words_of_people() -> set[str]:
    """What nobody translates: what people and offices wrote into the records, and the policy's own words."""
    found = set(_given(policy_in_force()))
    with connection.cursor() as cursor:
        cursor.execute(STORED)
        for table, column in cursor.fetchall():
            cursor.execute(f'select distinct "{column}" from "{table}" where "{column}" is not null limit 5000')
            for (value,) in cursor.fetchall():
                found |= {one for one in _strings(value) if not CODE.fullmatch(one)}
        cursor.execute("select username from officials")
        return found | {username for (username,) in cursor.fetchall()}


def _strings(value: Any) -> Iterator[str]:
    """Every text in what a column holds, JSON opened."""
    if isinstance(value, str):
        yield value
        if value[:1] in "[{":
            with suppress(ValueError):
                yield from _strings(json.loads(value))
    for one in _inside(value):
        yield from _strings(one)


def _given(value: Any) -> Iterator[str]:
    """Every text of a policy, in each of its languages, line by line."""
    if isinstance(value, Given):
        for _, words in value.words:
            yield from (words, *words.splitlines())
    elif isinstance(value, str):
        yield from () if CODE.fullmatch(value) else (value,)
    else:
        inside = [getattr(value, one.name) for one in fields(value)] if is_dataclass(value) else _inside(value)
        for one in inside:
            yield from _given(one)


def _inside(value: Any) -> Iterable[Any]:
    return value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ()
