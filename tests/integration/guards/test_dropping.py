"""What only grows and has to shrink all the same is dropped by functions of the owner's, that drop nothing else."""

from __future__ import annotations

import json

import pytest
from psycopg import Error

from tests.integration.guards.bare import Bare

CUT = "INSERT INTO public.recall_cuts (epoch, sequence, whole, issued) VALUES (%s, %s, %s, %s)"
LEFT = "SELECT epoch, sequence, whole FROM public.recall_cuts ORDER BY 1, 2, 3"
DROP = "SELECT public.passes_drop_cuts(%s::integer[], %s::bigint[], %s)"
AUDIT = "SELECT action, subject, details FROM public.audit_entries ORDER BY number"
CUTS = [
    (7, 1, True, 100),
    (7, 2, False, 200),
    (7, 3, False, 300),
    (7, 4, False, 400),
    (7, 4, True, 400),
    (7, 5, False, 500),
    (8, 1, True, 100),
]


def dropped(
    bare: Bare, epochs: list[int], kept: list[int | None], moment: int
) -> tuple[list[tuple[int, int, bool]], list[tuple[str, str, object]]]:
    """The cuts that are left once the pages' role has asked for these to be dropped, and what the audit says of it."""
    with bare.trying("yimatong_app", {}) as opened:
        opened.cursor().executemany(CUT, CUTS)
        opened.execute(DROP, [epochs, kept, moment])
        left = [(int(epoch), int(number), bool(whole)) for epoch, number, whole in opened.execute(LEFT)]
        said = [(str(action), str(subject), json.loads(details)) for action, subject, details in opened.execute(AUDIT)]
    return left, said


def test_a_newer_whole_list_makes_older_ones_needless_and_deltas_are_kept_for_their_time(bare: Bare) -> None:
    left, said = dropped(bare, [7], [150], 450)
    assert left == [(7, 3, False), (7, 4, False), (7, 4, True), (7, 5, False), (8, 1, True)]
    assert said == [("recall.drop", "recall_cuts", {"dropped": 2, "lists": 1})]


def test_the_last_whole_list_and_what_follows_it_cannot_be_dropped_while_its_epoch_goes_on(bare: Bare) -> None:
    left, _ = dropped(bare, [7, 8, 9], [-1, -1, -1], 10**9)
    assert left == [(7, 4, False), (7, 4, True), (7, 5, False), (8, 1, True)]


def test_a_list_that_is_over_goes_whole_and_the_audit_says_so(bare: Bare) -> None:
    left, said = dropped(bare, [7], [None], 450)
    assert left == [(8, 1, True)]
    assert said == [("recall.drop", "recall_cuts", {"dropped": 6, "lists": 1})]


def test_where_nothing_is_dropped_the_audit_says_nothing(bare: Bare) -> None:
    left, said = dropped(bare, [8, 9], [0, None], 450)
    assert len(left) == len(CUTS)
    assert said == []


FORGET = "SELECT public.notifications_forget(now() - %s::interval, 100)"


@pytest.mark.parametrize("age", ["0 days", "6 days", "-1 days"])
def test_nobody_has_forgotten_what_people_were_told_this_week(bare: Bare, age: str) -> None:
    with bare.trying("yimatong_app", {}) as opened, pytest.raises(Error) as refused:
        opened.execute(FORGET, [age])
    assert refused.value.sqlstate == "YMT63"


def test_what_people_were_told_long_ago_goes_with_what_belongs_to_it_and_an_open_task_stays(bare: Bare) -> None:
    with bare.trying("yimatong_app", {"notifications": {"id": 1, "made_at": "2020-01-01 00:00Z"}}) as opened:
        opened.execute("INSERT INTO public.notification_reads (notification_id) VALUES (1), (2)")
        opened.execute("INSERT INTO public.notifications (id) VALUES (2)")
        opened.execute(
            "INSERT INTO public.outreach (id, recorded_at, closed_at) VALUES (1, '2020-01-01Z', now()), (2, '2020-01-01Z', NULL)"
        )
        opened.execute("INSERT INTO public.outreach_attempts (outreach_id) VALUES (1), (2)")
        assert opened.execute(FORGET, ["30 days"]).fetchone() == (2,)
        assert opened.execute("SELECT id FROM public.notifications").fetchall() == [(2,)]
        assert opened.execute("SELECT notification_id FROM public.notification_reads").fetchall() == [(2,)]
        assert opened.execute("SELECT id FROM public.outreach").fetchall() == [(2,)]
        assert opened.execute("SELECT outreach_id FROM public.outreach_attempts").fetchall() == [(2,)]


@pytest.mark.parametrize(
    "call",
    [
        "passes_drop_cuts('{}', '{}', 0)",
        "notifications_forget('2020-01-01Z', 1)",
        "passes_drop_days(0)",
        "checkpoints_forget(0)",
    ],
)
def test_the_judge_drops_nothing(bare: Bare, call: str) -> None:
    with bare.trying("yimatong_judge", {}) as opened, pytest.raises(Error) as refused:
        opened.execute(f"SELECT public.{call}")  # type: ignore[arg-type]
    assert refused.value.sqlstate == "42501"
