"""The page that the public reads: whole, in order, in two languages, and never out of date."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from yimatong.core.errors import Language, YimatongError
from yimatong.core.policy.checkpoint_pages import checkpoints_page, travellers_page
from yimatong.core.policy.explain import explain, lasts_words, lift_words
from yimatong.core.policy.load import load
from yimatong.core.policy.model import DailyReports, Lasts, NegativeTests
from yimatong.core.policy.pages import pages_of
from yimatong.core.policy.scene_pages import scene_page
from yimatong.core.policy.specimens import load_specimens
from yimatong.core.policy.travellers import load_travellers

ROOT = Path(__file__).resolve().parents[4]
PACKS = ["cn-zj", "cn-zj-ningbo", "cn-zj-hangzhou"]


@pytest.mark.parametrize("pack", PACKS)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_rule_stands_on_the_page_with_its_clause_and_its_reading(pack: str, language: Language) -> None:
    policy = load(ROOT / "policies" / pack)
    page = explain(policy, language)
    assert policy.rules
    for rule in policy.rules:
        assert f"`{rule.id}`" in page
        for entry in rule.in_force:
            clause = policy.instruments[entry.reference.instrument].clauses[entry.reference.clause]
            assert " ".join(clause.split()) in page
    assert page.count("读法**" if language == "zh" else "How it is read**") == len(policy.rules)


def test_the_announcements_promises_stand_in_their_order() -> None:
    page = explain(load(ROOT / "policies" / "cn-zj-ningbo"), "zh")
    assert re.findall(r"^## (B\d)", page, re.MULTILINE) == [f"B{number}" for number in range(1, 9)]
    assert re.findall(r"^### (\d+)\.", page, re.MULTILINE) == [str(number) for number in range(1, 14)]
    assert page.index("red.confirmed") < page.index("red.specified_area") < page.index("yellow.symptoms")


def test_the_citys_own_path_is_told_with_its_own_document() -> None:
    page = explain(load(ROOT / "policies" / "cn-zj-ningbo"), "en")
    rule = page[page.index("`yellow.other_province`") :]
    assert "for holders of a registration as a returning worker: one negative test" in rule
    assert "甬防办〔2020〕38号" in page
    assert "registration as a returning worker" not in explain(load(ROOT / "policies" / "cn-zj"), "en")


@pytest.mark.parametrize(
    ("lasts", "zh", "en"),
    [
        (
            Lasts(14, "end", or_fact_end=False),
            "到事实结束当天（没有结束时刻的，开始当天）之后第 14 天结束时止",
            "to the end of day 14 after the day on which the fact ended (began, where it has no end)",
        ),
        (
            Lasts(60, "start", or_fact_end=True),
            "到事实结束那一分钟止；没有结束时刻的，到事实开始当天之后第 60 天结束时止",
            "to the minute in which the fact ends; where it has no end, to the end of day 60 after the day on which the fact began",
        ),
    ],
)
def test_how_long_a_reason_lasts_is_said_in_words(lasts: Lasts, zh: str, en: str) -> None:
    assert lasts_words(lasts).of("zh") == zh
    assert lasts_words(lasts).of("en") == en


def test_every_number_of_a_lift_is_said() -> None:
    tests = NegativeTests(2, 7, 24, "end", None)
    assert lift_words(tests).of("zh") == "事实结束以后 7 天内（含第 7 天）连续 2 次核酸检测阴性，每次至少相隔 24 小时"
    reports = lift_words(DailyReports(14, "end")).of("en")
    assert "each of 14 consecutive days" in reports


@pytest.mark.parametrize("pack", PACKS)
def test_every_scene_stands_on_the_page_of_specimens(pack: str) -> None:
    folder = ROOT / "policies" / pack
    policy = load(folder)
    specimens = load_specimens(folder, policy)
    page = scene_page(policy, specimens, "zh")
    moments = sum(len(specimen.expected) for specimen in specimens)
    assert specimens
    assert all(f"`{specimen.id}`" in page and specimen.title.of("zh") in page for specimen in specimens)
    assert len(re.findall(r"^\| 2020-", page, re.MULTILINE)) == moments


@pytest.mark.parametrize("pack", PACKS)
def test_the_written_pages_are_what_the_policies_say(pack: str) -> None:
    pages = pages_of(ROOT / "policies" / pack)
    assert len(pages) == {"cn-zj": 6, "cn-zj-ningbo": 8, "cn-zj-hangzhou": 4}[pack]
    for name, text in pages.items():
        assert (ROOT / "docs" / "policies" / name).read_text(encoding="utf-8") == text, (
            "run yimatong policy explain --write"
        )


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_line_promise_and_text_of_checkpoints_stands_on_their_page(language: Language) -> None:
    """U8, U9, C5, C19: the notice of rights, the words for the lane without codes, the slips, the ladder."""
    policy = load(ROOT / "policies" / "cn-zj-ningbo")
    assert policy.checkpoints is not None
    page = checkpoints_page(policy, language)
    lines = [rule.id for matrix in policy.checkpoints.matrices for rule in matrix.rules]
    assert re.findall(r"^\| \d+\. .*? `(\w+)` [A-Z]\d+ \|", page, re.MULTILINE) == lines
    for name in (*lines, *(promise.id for promise in policy.checkpoints.guarantees)):
        assert f"`{name}`" in page
    texts = policy.checkpoints.texts[0]
    rungs = tuple(rung.text for rung in texts.ladder)
    joined = "".join if language == "zh" else " ".join
    for text in (*texts.notice, *texts.script, *rungs):
        said = text.of(language)
        assert joined(part.strip() for part in said.splitlines()) in page
    for slip in texts.slips:
        assert f"### `{slip.id}`" in page


def test_a_policy_without_checkpoints_says_so() -> None:
    policy = replace(load(ROOT / "policies" / "cn-zj-ningbo"), checkpoints=None)
    with pytest.raises(YimatongError) as refused:
        checkpoints_page(policy, "zh")
    assert refused.value.code == "policy-no-checkpoints"


def test_every_traveller_stands_on_the_page_of_travellers() -> None:
    folder = ROOT / "policies" / "cn-zj-ningbo"
    travellers = load_travellers(folder)
    page = travellers_page(load(folder), travellers, "zh")
    assert [one.id for one in travellers if f"`{one.id}`" not in page] == []
    assert "体温：正常" in page
