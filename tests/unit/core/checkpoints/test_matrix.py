"""What the matrix of Ningbo promises (E1, E3, E4, D6, D7, B8), and that the proof of it notices every planted error."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from datetime import date
from pathlib import Path

import pytest

from yimatong.core.checkpoints import FIELDS, Situation, Undecided, cells, checkpoints_body, decide, read_body, rules_of
from yimatong.core.checkpoints.body import canonical
from yimatong.core.checkpoints.check import CELLS, cell, cells_of, decided_by, findings, table
from yimatong.core.checkpoints.matrix import Decision, MatrixRule
from yimatong.core.checkpoints.model import Checkpoints
from yimatong.core.checkpoints.situation import ACTIONS, ASKED, AUTHORITIES, number_of
from yimatong.core.checkpoints.words import ACTION_WORDS, AUTHORITY_WORDS, FIELD_WORDS, VALUE_WORDS
from yimatong.core.policy.load import load
from yimatong.core.policy.model import Policy
from yimatong.core.policy.travellers import Traveller, disagreements, load_travellers

PACK = Path(__file__).resolve().parents[4] / "policies" / "cn-zj-ningbo"
DAY = date(2020, 2, 18)


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load(PACK)


@pytest.fixture(scope="module")
def gate(policy: Policy) -> Checkpoints:
    assert policy.checkpoints is not None
    return policy.checkpoints


@pytest.fixture(scope="module")
def rules(gate: Checkpoints) -> tuple[MatrixRule, ...]:
    return gate.rules_on(DAY)


@pytest.fixture(scope="module")
def travellers() -> tuple[Traveller, ...]:
    return load_travellers(PACK)


def test_a_green_code_is_released_whoever_it_is_and_wherever_from(rules: tuple[MatrixRule, ...]) -> None:
    """E1, E2: whatever origin, person, permit and zone."""
    seen = 0
    for one in cells():
        if (one.verdict, one.carrier, one.temperature) == ("green", "code", "normal") and one.document in (
            "matched",
            "minor_without",
        ):
            assert decide(one, rules).action == "release", one
            seen += 1
    assert seen == 3 * 3 * 2 * 3 * 2


def test_nobody_but_the_green_is_released_and_never_before_temperature_and_document(
    rules: tuple[MatrixRule, ...],
) -> None:
    """E3, D6, C16: a release is green, measured, and with one's own document; at an unattended gate by e-code alone."""
    released = [one for one in cells() if decide(one, rules).action == "release"]
    assert released
    assert {one.verdict for one in released} == {"green"}
    assert {one.temperature for one in released} == {"normal"}
    assert {one.document for one in released} == {"matched", "minor_without", "unattended"}
    assert {one.carrier for one in released if one.document == "unattended"} == {"code"}
    assert {one.carrier for one in released} == {"code", "paper", "register"}
    assert not [one for one in released if one.carrier == "paper" and one.zone == "control"]


def test_a_permit_changes_nothing_at_the_gate(rules: tuple[MatrixRule, ...]) -> None:
    """B8: it is in the colour already; here it is an icon."""
    for one in cells():
        assert decide(one, rules) == decide(replace(one, permit="none"), rules)


def test_every_answer_to_a_question_leads_on(rules: tuple[MatrixRule, ...]) -> None:
    """Whoever answers what is asked comes to a decision, and after at most four answers."""
    for one in cells():
        assert longest(one, rules) <= 4


def longest(one: Situation, rules: tuple[MatrixRule, ...]) -> int:
    asked = decide(one, rules).ask
    if asked is None:
        return 0
    answers = [value for value in FIELDS[asked] if value != ASKED[asked]]
    return 1 + max(longest(replace(one, **{asked: value}), rules) for value in answers)


def test_the_proof_by_bits_and_the_slow_table_agree(rules: tuple[MatrixRule, ...]) -> None:
    decided, left = decided_by(rules)
    assert left == 0
    slow = table(rules)
    assert len(slow) == CELLS == 35_640
    assert all(decided[place] >> number & 1 for number, place in enumerate(slow))
    assert sum(one.bit_count() for one in decided) == CELLS


def test_cells_are_counted_alike_everywhere() -> None:
    for number, one in enumerate(cells()):
        assert cell(number) == one
        assert number_of(one) == number
    assert cells_of({"verdict": ("green",)}).bit_count() == CELLS // 11
    assert cells_of({}).bit_count() == CELLS


def test_the_published_matrix_has_no_finding(gate: Checkpoints, rules: tuple[MatrixRule, ...]) -> None:
    assert list(findings(rules, gate.guarantees)) == []


def mutants(rules: tuple[MatrixRule, ...]) -> Iterator[tuple[str, tuple[MatrixRule, ...]]]:
    """Every small mistake that could be made in a matrix."""
    for place, rule in enumerate(rules):
        before, after = rules[:place], rules[place + 1 :]
        yield f"without {rule.id}", (*before, *after)
        if after:
            yield f"{rule.id} one line later", (*before, after[0], rule, *after[1:])
        for field, values in rule.when.items():
            without = {name: of for name, of in rule.when.items() if name != field}
            yield f"{rule.id} for every {field}", (*before, replace(rule, when=without), *after)
            for value in FIELDS[field]:
                of = tuple(one for one in values if one != value) if value in values else (*values, value)
                changed = replace(rule, when={**rule.when, field: of})
                yield f"{rule.id} {field} {value}", (*before, changed, *after)
        for decision in decisions(rule.decision):
            yield f"{rule.id} {decision}", (*before, replace(rule, decision=decision), *after)


def decisions(right: Decision) -> Iterator[Decision]:
    """The other decisions that a line could say."""
    others = [
        Decision("release", right.rule),
        Decision("apply_now", right.rule),
        Decision("show_again", right.rule),
        Decision("turn_back", right.rule, slip="code_not_accepted"),
        *(Decision("hand_over", right.rule, to=to) for to in AUTHORITIES),
        *(Decision("ask", right.rule, ask=asked) for asked in ASKED),
    ]
    yield from (other for other in others if other != right)


@pytest.mark.planted
def test_every_planted_error_is_noticed_by_a_traveller(
    gate: Checkpoints,
    rules: tuple[MatrixRule, ...],
    travellers: tuple[Traveller, ...],
    record_property: Callable[[str, object], None],
) -> None:
    """C3: each mistake that changes any cell is told with the traveller who would be treated otherwise."""
    right = answers(rules)
    planted = noticed = 0
    for name, wrong in mutants(rules):
        if answers(wrong) == right:
            continue
        planted += 1
        _, left = decided_by(wrong)
        changed = replace(gate, matrices=(replace(gate.matrices[0], rules=wrong),))
        noticed += bool(left) or any(disagreements(changed, travellers))
        assert noticed == planted, f"not noticed: {name}"
    assert planted > 300
    record_property("planted", f"{planted} changes to the checkpoints' matrix")
    record_property("noticed_by", "the policy's travellers")


def answers(rules: tuple[MatrixRule, ...]) -> tuple[dict[Decision, int], int]:
    """Which cells get which decision, and which get none."""
    decided, left = decided_by(rules)
    found: dict[Decision, int] = {}
    for rule, owned in zip(rules, decided, strict=True):
        if owned:
            found[rule.decision] = found.get(rule.decision, 0) | owned
    return found, left


def test_there_are_sixty_travellers_and_each_line_has_one(
    rules: tuple[MatrixRule, ...], travellers: tuple[Traveller, ...]
) -> None:
    assert len(travellers) >= 60
    assert {one.expected.rule for one in travellers} == {rule.id for rule in rules}


def test_a_situation_of_another_list_is_refused_by_its_field() -> None:
    with pytest.raises(ValueError, match=r"^verdict$"):
        Situation("blue", "code")
    whole = Situation("green", "code").as_json()
    with pytest.raises(ValueError, match=r"^plate$"):
        Situation.of({**whole, "plate": "浙B12345"})
    with pytest.raises(ValueError, match=r"^zone$"):
        Situation.of({name: value for name, value in whole.items() if name != "zone"})
    assert Situation.of(whole) == Situation("green", "code")


def test_a_matrix_without_the_cell_says_so(rules: tuple[MatrixRule, ...]) -> None:
    with pytest.raises(Undecided):
        decide(Situation("green", "code", "normal"), rules[:1])


def test_plate_and_household_registration_are_nowhere_in_the_matrix(gate: Checkpoints) -> None:
    """E2, C7: no field, no ground."""
    assert [field.name for field in fields(Situation)] == list(FIELDS)
    for texts in gate.texts:
        grounds = {ground.id for ground in texts.refusal_grounds}
        assert not grounds & {"plate", "household_registration"}
        assert not [
            ground for ground in texts.refusal_grounds if "牌" in ground.text.of("zh") or "户籍" in ground.text.of("zh")
        ]
        kinds = {kind.id for kind in texts.complaint_kinds}
        assert {"refused_despite_green", "plate", "household_registration", "landlord", "employer"} <= kinds


def test_the_prose_names_the_numbers_that_hold(gate: Checkpoints) -> None:
    for numbers, texts, matrix in zip(gate.numbers, gate.texts, gate.matrices, strict=True):
        fever, days = f"{numbers.fever_tenths / 10:.1f}", str(numbers.retention_days)
        rule = next(rule for rule in matrix.rules if rule.id == "fever")
        assert fever in rule.because.of("zh")
        assert fever in rule.because.of("en")
        assert any(f"{days}天" in text.of("zh") and f"{days} days" in text.of("en") for text in texts.notice)
        assert any(fever in text.of("zh") and fever in text.of("en") for text in texts.script)


def test_every_word_has_its_two_languages() -> None:
    assert set(ACTION_WORDS) == set(ACTIONS)
    assert set(AUTHORITY_WORDS) == set(AUTHORITIES)
    assert set(FIELD_WORDS) == set(FIELDS)
    assert {field: tuple(words) for field, words in VALUE_WORDS.items()} == FIELDS


def test_the_body_is_the_same_on_every_day_of_its_entry_and_names_itself(policy: Policy) -> None:
    body = checkpoints_body(policy, DAY)
    assert body == checkpoints_body(policy, date(2020, 4, 30))
    read = read_body(body)
    assert (read["first"], read["last"], read["fever_tenths"]) == ("2020-02-15", "2020-04-30", 373)
    assert canonical(read) == body
    assert [line.decision.rule for line in rules_of(read)] == [line["id"] for line in read["matrix"]]
    assert {rung["id"]: rung["from_minutes"] for rung in read["ladder"]}["online_lists"] == 0
    with pytest.raises(ValueError, match="not a body"):
        read_body(canonical({**json.loads(body), "plates": True}))


def test_there_is_no_body_where_the_policy_says_nothing(policy: Policy) -> None:
    with pytest.raises(LookupError):
        checkpoints_body(policy, date(2020, 5, 1))
    with pytest.raises(LookupError):
        checkpoints_body(load(PACK.parent / "cn-zj-hangzhou"), DAY)
    with pytest.raises(LookupError):
        checkpoints_body(replace(policy, checkpoints=None), DAY)
