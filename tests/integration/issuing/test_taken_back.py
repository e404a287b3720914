"""D8, P9, A6, C20: the night takes a pass back, the gates know, the task is closed; fraud is heard before it costs a pass."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.integration.issuing.town import NOW, a_point, at_gate, fact, give, official, people, publish
from tests.integration.passes.town import Gate
from yimatong.records.models import Official
from yimatong.stations.issuing import queries
from yimatong.stations.issuing.actions import collecting, fraud, replacing
from yimatong.stations.issuing.errors import IssuingError
from yimatong.stations.issuing.models import CollectionTask, Paper, Point
from yimatong.stations.judgements.models import CurrentVerdict
from yimatong.stations.passes.actions.following import follow
from yimatong.stations.passes.models import PaperCredential, RecallCut
from yimatong.stations.passes.upkeep import keep_up

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "judge"])


def a_round(now) -> int:
    """What the worker does every minute: follow, lists, tasks."""
    keep_up(by=Official.objects.get(username="system"), now=now)
    return collecting.open_tasks(now=now)


def test_the_night_recalls_and_the_gate_refuses_at_its_next_sync(point: Point, gate: Gate, clerk: Official):
    ill, well = people(2)
    publish({ill.pk: "green", well.pk: "green"})
    passes = [give(point, person) for person in (ill, well)]
    a_round(NOW)
    gate.sync(NOW)
    assert [at_gate(gate, one.text, NOW) for one in passes] == ["green", "green"]

    night = NOW + timedelta(hours=17)
    fact(ill, "order", "home", NOW + timedelta(hours=1))
    publish({ill.pk: "red"})
    assert a_round(night) == 1
    assert a_round(night + timedelta(minutes=1)) == 0, "once"
    assert at_gate(gate, passes[0].text, night) == "green", "a gate that has not come back knows nothing yet"
    gate.sync(night)
    assert [at_gate(gate, one.text, night) for one in passes] == ["recalled", "green"]

    (shown,) = queries.tasks(clerk, night)
    assert (shown.task.paper.number, shown.task.cause, shown.answerable, shown.late) == (
        passes[0].number, "colour", "point", False,
    )  # fmt: skip
    collecting.close_task(by=clerk, task=shown.task.pk, outcome="collected", now=night, note="村口交回")
    assert queries.tasks(clerk, night) == ()
    assert queries.task_board(night).outcomes == {"collected": 1}


def test_who_turns_green_again_has_a_new_pass_and_the_old_one_stays_dead(point: Point, gate: Gate):
    (person,) = people(1)
    publish({person.pk: "green"})
    old = give(point, person)
    fact(person, "order", "home")
    publish({person.pk: "red"})
    a_round(NOW)
    order = person.facts.get(kind="order")
    type(order).objects.filter(pk=order.pk).update(
        struck_at=NOW, struck_by=official("office"), strike_reason="登记错误"
    )
    publish({person.pk: "green"})
    new = give(point, person)
    a_round(NOW)
    gate.sync(NOW)
    assert (at_gate(gate, old.text, NOW), at_gate(gate, new.text, NOW)) == ("recalled", "green")


def test_a_pass_given_on_the_spot_is_not_recalled_for_the_unknown_of_before(point: Point):
    (person,) = people(1, declared=False)
    publish({person.pk: "unknown"})
    fact(person, "declaration", "desk")
    answer = give(point, person)
    follow(now=NOW, everybody=True)
    assert queries.by_number(answer.number, NOW).state == "good"
    publish({person.pk: "unknown"})
    follow(now=NOW)
    said = queries.by_number(answer.number, NOW)
    assert (said.state, said.cause) == ("recalled", "unknown")


def test_a_task_goes_up_when_nobody_comes_back_with_the_pass(point: Point, clerk: Official, office: Official):
    (person,) = people(1)
    publish({person.pk: "green"})
    give(point, person)
    fact(person, "order", "home")
    publish({person.pk: "red"})
    a_round(NOW)
    ladder = [
        (queries.tasks(clerk, NOW + timedelta(hours=hours))[0].answerable, queries.tasks(office, NOW + timedelta(hours=hours))[0].late)
        for hours in (1, 24, 25, 49, 200)
    ]  # fmt: skip
    assert ladder == [("point", False), ("point", False), ("township", True), ("district", True), ("district", True)]
    task = CollectionTask.objects.get()
    with pytest.raises(IssuingError) as wrong:
        collecting.close_task(by=clerk, task=task.pk, outcome="told", now=NOW)
    assert wrong.value.code == "outcome-wrong"
    collecting.close_task(by=clerk, task=task.pk, outcome="not_found", now=NOW)
    with pytest.raises(IssuingError) as twice:
        collecting.close_task(by=clerk, task=task.pk, outcome="collected", now=NOW)
    assert twice.value.code == "task-closed"


def test_tasks_are_those_of_ones_own_points(point: Point, office: Official):
    (person,) = people(1)
    publish({person.pk: "green"})
    give(point, person)
    a_point("另一社区", staff=official("other"))
    fact(person, "order", "home")
    publish({person.pk: "red"})
    a_round(NOW)
    assert queries.tasks(official("other"), NOW) == ()
    assert len(queries.tasks(office, NOW)) == 1


def test_a_pass_handed_in_is_dead_and_fetched(point: Point, clerk: Official):
    (person,) = people(1)
    publish({person.pk: "green"})
    answer = give(point, person)
    replacing.hand_in(by=clerk, point=point.pk, number=answer.number, now=NOW)
    assert queries.by_number(answer.number, NOW).state == "recalled"
    assert a_round(NOW) == 0


def test_lists_of_papers_live_as_long_as_their_papers_and_e_codes_keep_theirs(point: Point, clean_home):
    (person,) = people(1)
    publish({person.pk: "green"})
    give(point, person)
    a_round(NOW)
    papers = RecallCut.objects.filter(epoch__lt=100_000)
    assert set(papers.values_list("epoch", flat=True)) == {602}
    windows = RecallCut.objects.filter(epoch__gte=100_000).values("epoch").distinct().count()
    assert windows > 4
    a_round(NOW + timedelta(days=30))
    assert papers.count() > 0, "the passes of the end of February last until the end of March"
    a_round(NOW + timedelta(days=42))
    assert papers.count() == 0
    assert not (clean_home / "signed/recall/602").exists()


def test_a_false_statement_is_heard_and_then_costs_the_pass_and_no_colour(point: Point, gate: Gate, office: Official):
    (person,) = people(1)
    publish({person.pk: "green"})
    answer = give(point, person)
    second = official("office-2", "control_office")
    case = fraud.open_case(by=office, number=answer.number, says="false_identity", grounds="证件照片不符", now=NOW)
    a_round(NOW)
    gate.sync(NOW)
    assert at_gate(gate, answer.text, NOW) == "green", "thought is not found"
    with pytest.raises(IssuingError) as early:
        fraud.settle(by=second, case=case.pk, finding="fraud", why="核实", handed_to="公安", now=NOW)
    assert early.value.code == "case-not-heard"
    fraud.hear(by=office, case=case.pk, words="借用了亲属的证件", now=NOW)
    with pytest.raises(IssuingError) as heard:
        fraud.settle(by=second, case=case.pk, finding="fraud", why="核实", handed_to="公安", now=case.answer_by)
    assert heard.value.code == "case-not-heard", "who was heard may say more until the time is over"
    over = case.answer_by + timedelta(minutes=1)
    with pytest.raises(IssuingError) as same:
        fraud.settle(by=office, case=case.pk, finding="fraud", why="核实", handed_to="公安", now=over)
    assert same.value.code == "same-official"
    settled = fraud.settle(by=second, case=case.pk, finding="fraud", why="核实属实", handed_to="公安机关", now=over)

    a_round(over + timedelta(minutes=1))
    gate.sync(over + timedelta(minutes=1))
    assert at_gate(gate, answer.text, over) == "recalled"
    assert (settled.state, settled.handed_to) == ("settled", "公安机关")
    assert CurrentVerdict.objects.get(person=person.pk).colour == "green", "no colour is painted"
    assert person.facts.count() == 1, "no fact either"
    assert CollectionTask.objects.get().cause == "fraud"


def test_silence_until_the_deadline_is_an_answer_too_and_an_unfounded_case_changes_nothing(
    point: Point, office: Official
):
    (person,) = people(1)
    publish({person.pk: "green"})
    answer = give(point, person)
    case = fraud.open_case(by=office, number=answer.number, says="lent", grounds="举报", now=NOW)
    with pytest.raises(IssuingError) as twice:
        fraud.open_case(by=office, number=answer.number, says="lent", grounds="举报", now=NOW)
    assert twice.value.code == "case-open"
    second = official("office-2", "control_office")
    fraud.settle(by=second, case=case.pk, finding="unfounded", why="查无实据", now=NOW + timedelta(hours=25))
    assert queries.by_number(answer.number, NOW).state == "good"
    assert PaperCredential.objects.filter(recalled_at=None).count() == 1
    assert CollectionTask.objects.count() == 0


def test_a_task_that_cannot_be_opened_keeps_back_no_other(point: Point, monkeypatch: pytest.MonkeyPatch):
    town = people(2)
    publish({person.pk: "green" for person in town})
    papers = [give(point, person).paper for person in town]
    for person in town:
        fact(person, "order", "home", NOW)
    publish({person.pk: "red" for person in town})
    open_task = collecting.standing.open_task

    def fails_on_the_first(paper: Paper, *how: object) -> object:
        if paper.pk == papers[0].pk:
            raise ValueError("broken")
        return open_task(paper, *how)

    with monkeypatch.context() as broken:
        broken.setattr(collecting.standing, "open_task", fails_on_the_first)
        assert a_round(NOW + timedelta(hours=1)) == 1
    assert a_round(NOW + timedelta(hours=1)) == 1, "it is opened as soon as it can be"
