"""What people are told is checked before anybody is: a text has no link, no colour, and names the staffed number."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from yimatong.core.policy.load import load
from yimatong.core.policy.problems import PolicyError

POLICIES = Path(__file__).resolve().parents[4] / "policies"
TEXT = "请先不要外出，打开{code}查看要求，或拨打{hotline}。"


@pytest.fixture
def city(tmp_path: Path) -> Path:
    """Ningbo's policy with its province's, to be broken."""
    for name in ("cn-zj", "cn-zj-ningbo"):
        shutil.copytree(POLICIES / name, tmp_path / name)
    return tmp_path / "cn-zj-ningbo"


def said_of(city: Path, before: str, after: str) -> list[tuple[str, str]]:
    file = city / "messages.yaml"
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after, 1), encoding="utf-8")
    line = text[: text.index(before)].count("\n") + 1
    with pytest.raises(PolicyError) as refused:
        load(city)
    for problem in refused.value.problems:
        assert problem.sentence.of("zh")
        assert problem.remedy.of("en")
    return [(problem.place.rpartition(":")[0], problem.code) for problem in refused.value.problems if line]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("见 https://ningbo.example 或拨打{hotline}。", "policy-text-has-a-link"),
        ("见 yqfk.example.gov.cn 或拨打{hotline}。", "policy-text-has-a-link"),
        ("您已转为红码，请拨打{hotline}。", "policy-text-names-a-colour"),
        ("您的码已变为绿色，请拨打{hotline}。", "policy-text-names-a-colour"),
        ("请打开{code}查看。", "policy-text-without-number"),
        ("您现在是{colour}，请拨打{hotline}。", "policy-unknown-placeholder"),
        ("请拨打{hotline}，{}。", "policy-unknown-placeholder"),
    ],
)
def test_a_text_that_says_too_much_or_names_no_number_is_no_policy(city: Path, words: str, code: str) -> None:
    assert ("cn-zj-ningbo/messages.yaml", code) in said_of(city, TEXT, words)


def test_a_card_may_name_the_colour_but_nothing_that_is_not_there(city: Path) -> None:
    assert said_of(city, "现为{colour}{end}。{advice}为什么", "{name}现为{colour}。为什么") == [
        ("cn-zj-ningbo/messages.yaml", "policy-unknown-placeholder")
    ]


def test_a_code_that_is_not_in_its_text_is_no_policy(city: Path) -> None:
    assert ("cn-zj-ningbo/messages.yaml", "policy-placeholder-missing") in said_of(
        city, "验证码 {digits}，", "验证码，"
    )


def test_the_texts_of_the_cities_are_as_they_must_be(city: Path) -> None:
    assert load(city).id == "cn-zj-ningbo"
