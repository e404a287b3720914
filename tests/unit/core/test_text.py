"""Texts are values that any language can tell: tags, what a language lacks, gaps, and catalogues from elsewhere."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from yimatong.core import text
from yimatong.core.policy.explain import explain
from yimatong.core.policy.load import load
from yimatong.core.policy.problems import PolicyError
from yimatong.core.text import Given, given, in_all, joined, message as _, message_in as _in, same

GOOD = Path(__file__).parent / "policy" / "good"
LONG = _("{minutes} minutes", minutes=3)


@pytest.fixture
def pseudo(tmp_path):
    """A folder with a language that nobody speaks, installed for a test."""
    place = tmp_path / "qps_Ploc" / "LC_MESSAGES"
    place.mkdir(parents=True)
    catalogue = Catalog(locale=None)
    catalogue.add("What to do: ", "[what to do] ")
    catalogue.add("{minutes} minutes", "[{minutes} minutez]")
    catalogue.add("{minutes} minutes ago", "[{minuten} minutez ago]")
    with (place / "django.mo").open("wb") as file:
        write_mo(file, catalogue)
    text.add_catalogues(tmp_path)
    yield "qps-Ploc"
    text.FOLDERS.remove(tmp_path)
    text._catalogues.cache_clear()


@pytest.mark.parametrize(
    ("asked", "tag"),
    [("zh", "zh"), ("zh-Hans", "zh"), ("zh_Hans", "zh"), ("zh-CN", "zh"), ("en-GB", "en"), ("EN", "en"), ("bo", "bo")],
)
def test_a_language_is_called_as_its_catalogue_is(asked, tag):
    assert text.tag_of(asked) == tag


def test_a_message_is_told_in_the_language_or_else_in_chinese():
    remedy = _("What to do: ")
    assert (remedy.of("en"), remedy.of("zh-Hans"), remedy.of("bo")) == ("What to do: ", "处理办法：", "处理办法：")
    assert _("said nowhere").of("zh") == "said nowhere"


def test_a_translation_that_asks_for_another_word_breaks_nothing(pseudo):
    assert _("{minutes} minutes ago", minutes=3).of(pseudo) == "3 minutes ago"
    with pytest.raises(KeyError):
        _("{minutes} minutes", hours=3).of("en")


def test_a_text_is_written_in_the_languages_that_somebody_gave_it(pseudo):
    assert text.tags_of(given({"en": "pass", "zh": "证", "bo": "ཡིག"})) == ("zh", "en", "bo")
    assert text.tags_of(LONG) == text.tags_of(same("7")) == ("zh", "en", pseudo.lower())


def test_a_text_that_nobody_told_is_english_and_no_code():
    assert f"{LONG}; {same('7')}" == "3 minutes; 7"


def test_texts_in_gaps_are_told_in_the_same_language():
    permit = given({"zh": "证", "en": "pass"})
    whole = _in("separator", "; ")
    assert _("only {actions}", actions=permit).of("zh") == "只能证"
    assert joined([permit, same("7")], whole).of("en") == "pass; 7"
    assert joined([permit, same("7")], whole).of("zh") == "证；7"
    assert _("only {actions}").filled(actions=permit).begun.of("en") == "Only pass"
    assert _("gaps {stay} open").of("en") == "gaps {stay} open"


def test_equal_texts_say_the_same():
    assert _("{minutes} minutes", minutes=3) == LONG
    assert len({LONG, LONG.filled(minutes=3), LONG.filled(minutes=4), _in("age", "{minutes} minutes", minutes=3)}) == 3


def test_given_words_fall_back_to_the_wider_language_then_to_chinese():
    words = given({"zh": "甲", "en": "A", "zh-Hant-HK": "乙", "ug-Arab": "丙"})
    tags = ("zh-hant-hk", "zh-Hant", "en-GB", "ug_Arab", "ug", "bo")
    assert [words.of(tag) for tag in tags] == ["乙", "甲", "A", "丙", "甲", "甲"]
    assert given({"bo": "ཀ"}).of("zh") == "ཀ"
    assert Given(()).of("zh") == ""


def test_what_is_sent_has_every_language_of_the_product_and_those_given_beside():
    assert in_all(given({"zh": "甲", "en": "A", "bo": "ཀ"})) == {"zh": "甲", "en": "A", "bo": "ཀ"}
    assert in_all(same("7")) == {"zh": "7", "en": "7"}


def test_a_catalogue_from_elsewhere_is_a_language_more(pseudo):
    assert text.languages() == ("zh", "en", "qps-ploc")
    assert LONG.of(pseudo) == "[3 minutez]"
    assert _("only {actions}", actions=LONG).of(pseudo) == "只能[3 minutez]"
    assert in_all(LONG) == {"zh": "3 分钟", "en": "3 minutes", "qps-ploc": "[3 minutez]"}


def in_tibetan(folder: Path, tag: str) -> Path:
    """A good policy with the title of a rule in a language more."""
    shutil.copytree(GOOD, folder, dirs_exist_ok=True)
    rule = folder / "zz-land" / "rules" / "yellow.fever.yaml"
    words = rule.read_text(encoding="utf-8")
    assert "because:\n" in words
    rule.write_text(words.replace("because:\n", f"because:\n  {tag}: |\n    ཚ་བ།\n", 1), encoding="utf-8")
    return folder / "zz-land"


def test_a_policy_is_explained_in_a_language_more(tmp_path):
    policy = load(in_tibetan(tmp_path, "bo"))
    page = explain(policy, "bo")
    assert "ཚ་བ།" in page
    assert page.replace("ཚ་བ།", policy.rules[-1].because.of("zh").strip()) == explain(policy, "zh")
    assert "ཚ་བ།" not in explain(policy, "en")


def test_what_is_no_tag_of_a_language_is_told(tmp_path):
    with pytest.raises(PolicyError) as refused:
        load(in_tibetan(tmp_path, "tibetan_words"))
    (problem,) = refused.value.problems
    assert problem.code == "policy-unknown-key"
    assert problem.sentence.of("en") == "`tibetan_words` is no language."
