"""What each trigger refuses or does: a representative statement for every one of them, the rows that have to be there, and what comes of it.

Triggers that share a function are tried by what it is given; whoever adds a function of their own adds its try to OWN below, or the test
that lists all triggers of the database fails.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tests.integration.guards.bare import Row

SOON, NOW, LONG_AGO = "2999-01-01 00:00Z", "2020-02-20 00:00Z", "2020-01-01 00:00Z"
NOBODY = 999_999_999
INSERT, DELETE, UPDATE = 4, 8, 16
"""Bits of pg_trigger.tgtype."""


@dataclass(frozen=True)
class Trigger:
    """A trigger of the database, with the function that it calls and what it gives it."""

    table: str
    name: str
    function: str
    kind: int
    given: tuple[str, ...]
    key: str

    def __str__(self) -> str:
        return f"{self.table}.{self.name}"


@dataclass(frozen=True)
class Try:
    """A statement with the rows it needs: refused with `code` by the trigger's function, or taken, and then `shows` is true."""

    statement: str
    code: str = ""
    there: Mapping[str, Row] = field(default_factory=dict)
    shows: str = ""


def _never(trigger: Trigger) -> Try:
    if trigger.kind & DELETE:
        return Try(f"DELETE FROM public.{trigger.table}", "YMT04")
    return Try(f"UPDATE public.{trigger.table} SET {trigger.key} = {trigger.key}", "YMT04")


def _recorded(trigger: Trigger) -> Try:
    there = {trigger.table: {trigger.key: 1, "recorded_at": NOW}}
    return Try(f"UPDATE public.{trigger.table} SET recorded_at = '{LONG_AGO}'", "YMT01", there)


def _keyed(trigger: Trigger) -> Try:
    there = {trigger.table: {trigger.key: 1}}
    return Try(f"UPDATE public.{trigger.table} SET {trigger.key} = {trigger.key} + 1", "YMT05", there)


def _points(trigger: Trigger) -> Try:
    if trigger.kind & INSERT:
        return Try(f"INSERT INTO public.{trigger.table} ({trigger.given[0]}) VALUES ({NOBODY})", "23503")
    struck = f"UPDATE public.{trigger.table} SET struck_at = now(), struck_by_id = {NOBODY}"
    return Try(struck, "23503", {trigger.table: {trigger.key: 1}})


def _of_the_author(trigger: Trigger) -> Try:
    return Try(f"INSERT INTO public.{trigger.table} (by_id) VALUES ({NOBODY})", "YMT81")


def _through(trigger: Trigger) -> Try:
    shows = f"SELECT count(*) = 1 FROM public.{trigger.table} WHERE through <> 'made up' AND at > '{NOW}'"
    return Try(
        f"INSERT INTO public.{trigger.table} (by_id, through, at) VALUES (1, 'made up', '{LONG_AGO}')", shows=shows
    )


def _waits(trigger: Trigger) -> Try:
    shows = f"SELECT count(*) = 1 FROM public.unjudged WHERE what = '{trigger.table}'"
    if trigger.kind & INSERT:
        return Try(f"INSERT INTO public.{trigger.table} ({trigger.key}) VALUES (1)", there={}, shows=shows)
    same = f"UPDATE public.{trigger.table} SET {trigger.key} = {trigger.key}"
    return Try(same, there={trigger.table: {trigger.key: 1}}, shows=shows)


def _marks(trigger: Trigger) -> Try:
    what = "recorded" if trigger.kind & INSERT else "struck"
    shows = f"SELECT count(*) = 1 FROM public.record_marks WHERE \"table\" = '{trigger.table}' AND what = '{what}' AND ids = '{{1}}'"
    if trigger.kind & INSERT:
        return Try(f"INSERT INTO public.{trigger.table} ({trigger.key}) VALUES (1)", there={}, shows=shows)
    struck = f"UPDATE public.{trigger.table} SET struck_at = now()"
    return Try(struck, there={trigger.table: {trigger.key: 1}}, shows=shows)


def _publishing(trigger: Trigger) -> Try:
    return Try(
        f"INSERT INTO public.{trigger.table} (run_id) VALUES (1)", "YMT16", {"runs": {"number": 1, "state": "started"}}
    )


def _ends(code: str) -> Callable[[Trigger], Try]:
    def tried(trigger: Trigger) -> Try:
        return Try(
            f"UPDATE public.{trigger.table} SET {trigger.key} = {trigger.key} + 1",
            code,
            {trigger.table: {trigger.key: 1}},
        )

    return tried


def _numbered(trigger: Trigger) -> Try:
    begun = {"runs": "(state) VALUES ('started')"}.get(trigger.table, "(kind) VALUES ('x')")
    shows = f"SELECT count(*) = 1 FROM public.{trigger.table} WHERE number = 8"
    return Try(f"INSERT INTO public.{trigger.table} {begun}", there={trigger.table: {"number": 7}}, shows=shows)


SHARED: Mapping[str, Callable[[Trigger], Try]] = {
    "records_refuse_delete": _never,
    "records_refuse_change": _recorded,
    "records_keep_key": _keyed,
    "records_point_somewhere": _points,
    "judgements_note_change": _waits,
    "audits_mark_recorded": _marks,
    "audits_mark_changed": _marks,
    "looks_of_the_author": _of_the_author,
    "looks_through": _through,
    "judgements_only_while_publishing": _publishing,
    "declarations_end_once": _ends("YMT23"),
    "issuing_end_once": _ends("YMT55"),
    "judgements_number_without_holes": _numbered,
}
"""Functions that several triggers call."""

HELD: Mapping[str, Row] = {
    "verdicts": {"person_id": 7, "run_id": 1, "colour": "red"},
    "device_bindings": {"id": 5, "person_id": 7},
}
EVENTS = "SELECT count(*) {} FROM public.procrastinate_events"
JOB: dict[str, Row] = {
    "procrastinate_jobs": {
        "id": 1,
        "queue_name": "q",
        "task_name": "t",
        "status": "todo",
        "args": "{}",
        "priority": 0,
        "attempts": 0,
    }
}
QUEUED = """INSERT INTO public.procrastinate_jobs (queue_name, task_name, status, args, scheduled_at)
    VALUES ('q', 'yimatong.records.tasks.forget', 'todo', '{}', now())"""
OWN: Mapping[str, Try] = {
    "audit_entries_chain": Try(
        "INSERT INTO public.audit_entries (number, by_id, action, subject, details, previous, digest) VALUES (0, 1, 'x', 'x', '{}', '', '')",
        there={"audit_entries": {"number": 41, "digest": "a" * 64}},
        shows=f"SELECT count(*) = 1 FROM public.audit_entries WHERE number = 42 AND previous = '{'a' * 64}'",
    ),
    "audit_entries_note_transaction": Try(
        "INSERT INTO public.audit_entries (number, by_id, action, subject, details, xact) VALUES (0, 1, 'x', 'x', '{}', 1)",
        shows="SELECT count(*) = 1 FROM public.audit_entries WHERE xact = pg_current_xact_id()::text::bigint",
    ),
    "people_keep_identity": Try(
        "UPDATE public.people SET name = 'x'", "YMT06", {"people": {"number": 1, "name": "y", "identified_at": NOW}}
    ),
    "identity_corrections_settle_once": Try(
        "INSERT INTO public.identity_corrections (state) VALUES ('confirmed')", "YMT07"
    ),
    "restatements_settle_once": Try("INSERT INTO public.restatements (state) VALUES ('confirmed')", "YMT85"),
    "jobs_name_a_task": Try(
        "INSERT INTO public.procrastinate_jobs (task_name, args) VALUES ('os.system', '{}')", "YMT84"
    ),
    "blank_moves_of_the_stock": Try(
        "INSERT INTO public.blank_moves (what, point_id, district, first, last) VALUES ('used', 1, 1, 1, 2)", "YMT54"
    ),
    "checkpoint_devices_go_forward": Try(
        "UPDATE public.checkpoint_devices SET counter = 1", "YMT51", {"checkpoint_devices": {"number": 1, "counter": 2}}
    ),
    "checkpoint_offers_once": Try(
        "UPDATE public.checkpoint_offers SET used_at = now()", "YMT52", {"checkpoint_offers": {"used_at": NOW}}
    ),
    "checkpoint_stay_feeds_go_forward": Try(
        "UPDATE public.checkpoint_stay_feeds SET state = 'taken'",
        "YMT54",
        {"checkpoint_stay_feeds": {"id": 1, "state": "withdrawn"}},
    ),
    "checkpoints_close_once": Try(
        "UPDATE public.checkpoints SET closed_at = NULL", "YMT53", {"checkpoints": {"number": 1, "closed_at": NOW}}
    ),
    "complaint_events_by_the_office": Try(
        "INSERT INTO public.complaint_events (by_id) VALUES (3)", "YMT71", {"officials": {"id": 3, "role": "clerk"}}
    ),
    "contradictions_move_forward": Try(
        "UPDATE public.contradictions SET state = 'settled'", "YMT25", {"contradictions": {"id": 1, "state": "open"}}
    ),
    "credentials_follow_the_verdict": Try(
        "INSERT INTO public.credentials (binding_id, person_id, colour, place) VALUES (5, 7, 'green', 1)", "YMT31", HELD
    ),
    "credentials_go_forward": Try(
        "UPDATE public.credentials SET colour = 'green'", "YMT33", {"credentials": {"serial": 1, "colour": "red"}}
    ),
    "declarations_in_line": Try(
        "INSERT INTO public.declarations (id, person_id, replaces_id) VALUES (2, 8, 1)",
        "YMT22",
        {"declarations": {"id": 1, "person_id": 7}},
    ),
    "declarations_stay": Try(
        "UPDATE public.declarations SET person_id = 8", "YMT21", {"declarations": {"id": 1, "person_id": 7}}
    ),
    "desk_devices_go_forward": Try(
        "UPDATE public.desk_devices SET counter = 1", "YMT57", {"desk_devices": {"number": 1, "counter": 2}}
    ),
    "desk_offers_once": Try(
        "UPDATE public.desk_offers SET used_at = now()", "YMT58", {"desk_offers": {"used_at": NOW}}
    ),
    "device_bindings_end_once": Try(
        "UPDATE public.device_bindings SET ended_at = NULL", "YMT34", {"device_bindings": {"id": 5, "ended_at": NOW}}
    ),
    "dispute_outcomes_by_another": Try(
        "INSERT INTO public.dispute_outcomes (by_id) VALUES (3)", "YMT72", {"officials": {"id": 3, "role": "clerk"}}
    ),
    "fraud_answers_in_time": Try(
        "INSERT INTO public.fraud_answers (case_id, how) VALUES (1, 'online')",
        "YMT56",
        {"fraud_cases": {"id": 1, "state": "settled"}},
    ),
    "fraud_cases_are_heard": Try(
        "UPDATE public.fraud_cases SET state = 'settled'", "YMT56", {"fraud_cases": {"id": 1, "state": "open"}}
    ),
    "fraud_cases_wait": Try(
        "UPDATE public.fraud_cases SET state = 'settled', settled_at = now()",
        "YMT56",
        {"fraud_cases": {"id": 1, "state": "heard", "answer_by": SOON}},
    ),
    "hand_over_events_in_order": Try(
        "INSERT INTO public.disposition_hand_over_events (hand_over_id, kind) VALUES (1, 'late')",
        "YMT61",
        {"disposition_hand_over_events": {"hand_over_id": 1, "kind": "acknowledged"}},
    ),
    "number_districts_go_forward": Try(
        "UPDATE public.number_districts SET next = 1", "YMT51", {"number_districts": {"code": 1, "next": 2}}
    ),
    "number_leases_go_forward": Try(
        "UPDATE public.number_leases SET next = 1", "YMT51", {"number_leases": {"id": 1, "next": 2}}
    ),
    "paper_credentials_go_forward": Try(
        "UPDATE public.paper_credentials SET recalled_at = NULL",
        "YMT38",
        {"paper_credentials": {"serial": 1, "recalled_at": NOW}},
    ),
    "paper_credentials_of_nobody_red": Try(
        f"INSERT INTO public.paper_credentials (person_id, epoch_id, until) VALUES (7, 600, '{NOW}')", "YMT37", HELD
    ),
    "paper_epochs_go_forward": Try(
        "UPDATE public.paper_epochs SET until = 1", "YMT39", {"paper_epochs": {"epoch": 600, "until": 2}}
    ),
    "papers_are_right": Try(
        "INSERT INTO public.papers (lease_id, point_id, district, serial, mode) VALUES (1, 1, 1, 1, 'desk')", "YMT52"
    ),
    "register_days_go_forward": Try(
        "UPDATE public.register_days SET lines = 1", "YMT53", {"register_days": {"id": 1, "lines": 2}}
    ),
    "register_lines_count": Try(
        "INSERT INTO public.register_entries (point_id, day, line) VALUES (1, 18312, 9)",
        "YMT53",
        {"register_days": {"point_id": 1, "day": 18312, "lines": 2}},
    ),
    "roster_lines_are_agreed": Try(
        "INSERT INTO public.roster_lines (added_by_id, point_id, consent) VALUES (3, 1, 'paper')",
        "YMT57",
        {"officials": {"id": 3, "role": "health"}},
    ),
    "route_lines_end_once": Try(
        "UPDATE public.route_lines SET outcome = 'x'", "YMT59", {"route_lines": {"visited_at": NOW}}
    ),
    "runs_begin": Try("INSERT INTO public.runs (number, state) VALUES (1, 'published')", "YMT11"),
    "runs_by_the_pack_in_force": Try(
        "INSERT INTO public.runs (number, kind, state, policy_id) VALUES (1, 'full', 'started', 'another')", "YMT17"
    ),
    "runs_move_forward": Try(
        "UPDATE public.runs SET state = 'published', follows_id = 99 WHERE number = 2",
        "YMT14",
        {"runs": {"number": 2, "state": "judged"}},
    ),
    "signing_keys_go_forward": Try(
        "UPDATE public.signing_keys SET state = 'active'", "YMT35", {"signing_keys": {"kid": "a", "state": "retired"}}
    ),
    "special_permits_end_once": Try(
        "UPDATE public.special_permits SET ended_at = NULL", "YMT37", {"special_permits": {"id": 1, "ended_at": NOW}}
    ),
    "trust_cuts_go_forward": Try(
        "INSERT INTO public.trust_cuts (version, min_iat) VALUES (1000, 0)",
        "YMT36",
        {"trust_cuts": {"version": 1, "min_iat": 0}},
    ),
    "procrastinate_notify_queue_abort_job_v1": Try(
        "UPDATE public.procrastinate_jobs SET abort_requested = true", there=JOB, shows="SELECT true"
    ),
    "procrastinate_notify_queue_job_inserted_v1": Try(QUEUED, shows="SELECT true"),
    "procrastinate_trigger_abort_requested_events_procedure_v1": Try(
        "UPDATE public.procrastinate_jobs SET abort_requested = true", there=JOB, shows=EVENTS.format("= 1")
    ),
    "procrastinate_trigger_function_scheduled_events_v1": Try(QUEUED, shows=EVENTS.format("> 0")),
    "procrastinate_trigger_function_status_events_insert_v1": Try(QUEUED, shows=EVENTS.format("> 0")),
    "procrastinate_trigger_function_status_events_update_v1": Try(
        "UPDATE public.procrastinate_jobs SET status = 'doing'", there=JOB, shows=EVENTS.format("> 0")
    ),
    "procrastinate_unlink_periodic_defers_v1": Try(
        "DELETE FROM public.procrastinate_jobs",
        there={**JOB, "procrastinate_periodic_defers": {"id": 1, "job_id": 1}},
        shows="SELECT count(*) = 1 FROM public.procrastinate_periodic_defers WHERE job_id IS NULL",
    ),
}
"""Functions that one trigger calls."""


def try_of(trigger: Trigger) -> Try | None:
    """The try of a trigger; None where nobody has written one."""
    if trigger.function in SHARED:
        return SHARED[trigger.function](trigger)
    return OWN.get(trigger.function)
