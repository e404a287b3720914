"""The tries of every trigger (tests/integration/guards/tries.py) as lines of the table: which promise each function of the database keeps."""

from __future__ import annotations

from collections.abc import Iterator

from tests.attack.tries import Attack, Refused, add
from tests.integration.guards.tries import OWN, SHARED, Trigger, try_of

UPDATE = 16
KEEPS = {
    "C1": ("judgements_only_while_publishing", "runs_begin", "runs_move_forward"),
    "C4": ("records_point_somewhere", "contradictions_move_forward"),
    "C5": ("dispute_outcomes_by_another",),
    "C6": ("fraud_answers_in_time", "fraud_cases_are_heard", "fraud_cases_wait"),
    "C7": ("records_refuse_change", "records_refuse_delete", "declarations_in_line", "declarations_stay"),
    "C8": ("people_keep_identity",),
    "C9": ("identity_corrections_settle_once",),
    "C10": ("runs_by_the_pack_in_force",),
    "C14": ("restatements_settle_once",),
    "R5": ("looks_of_the_author",),
    "R6": ("jobs_name_a_task", "signing_keys_go_forward"),
    "S7": ("trust_cuts_go_forward",),
    "S9": ("device_bindings_end_once",),
    "S16": (
        "credentials_follow_the_verdict", "credentials_go_forward", "paper_credentials_go_forward",
        "paper_credentials_of_nobody_red", "paper_epochs_go_forward", "papers_are_right",
    ),
}  # fmt: skip
"""Functions that keep a promise of their own; the others keep C3: what only grows, and goes forward alone."""
OF = {function: promise for promise, functions in KEEPS.items() for function in functions}
RECORDS = ("looks_of_the_author", "jobs_name_a_task", "signing_keys_go_forward")


def codes() -> Iterator[tuple[str, str]]:
    """Each function that refuses something, with its SQLSTATE."""
    for function in sorted({*SHARED, *OWN}):
        tried = try_of(Trigger("t", "t", function, UPDATE, ("x",), "id"))
        if tried and tried.code:
            yield function, tried.code


for function, code in codes():
    add(
        Attack(
            function, "the database's owner", "power" if function in RECORDS else "hide", OF.get(function, "C3"),
            "what the trigger is there to refuse, past every constraint and privilege", "the trigger", Refused(code),
            "records" if function in RECORDS else "colour",
        )
    )  # fmt: skip
