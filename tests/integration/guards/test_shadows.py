"""Somebody lays tables of their own over ours: every role may name a temporary table like one of the city's and fill it as it likes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import psycopg
import pytest

from tests.integration.guards.bare import ROLES, Bare, Refusal, Row, refusal

Connection = psycopg.Connection[tuple[Any, ...]]
NOW = "2020-02-20 00:00Z"
RED: Mapping[str, Row] = {
    "verdicts": {"person_id": 7, "run_id": 1, "colour": "red"},
    "device_bindings": {"id": 5, "person_id": 7},
    "paper_epochs": {"epoch": 600, "until": 2**31},
}
"""Somebody red, with a phone."""


def shadow(opened: Connection, table: str, columns: str, values: str) -> None:
    """Lay a temporary table over one of ours, with one row."""
    opened.execute(f"CREATE TEMP TABLE {table} ({columns}) ON COMMIT DROP")
    opened.execute(f"INSERT INTO pg_temp.{table} VALUES ({values})")


def said(refused: Refusal | None) -> str | None:
    """The SQLSTATE of a refusal."""
    return refused.code if refused else None


@pytest.mark.parametrize("role", ROLES)
def test_nobody_red_gets_a_green_credential_by_a_verdict_of_ones_own(bare: Bare, role: str | None) -> None:
    with bare.trying(role, RED) as opened:
        shadow(opened, "verdicts", "person_id integer, run_id integer, colour text", "7, 2, 'green'")
        green = f"INSERT INTO public.credentials (binding_id, person_id, colour, place, recorded_at) VALUES (5, 7, 'green', 1, '{NOW}')"
        assert said(refusal(opened, green)) == "YMT31"


@pytest.mark.parametrize("role", ROLES)
def test_nobody_gets_a_credential_by_a_binding_of_ones_own(bare: Bare, role: str | None) -> None:
    with bare.trying(role, {"verdicts": RED["verdicts"]}) as opened:
        shadow(opened, "device_bindings", "id bigint, person_id integer, ended_at timestamptz", "5, 7, NULL")
        red = "INSERT INTO public.credentials (binding_id, person_id, colour, place) VALUES (5, 7, 'red', 1)"
        assert said(refusal(opened, red)) == "YMT32"


@pytest.mark.parametrize("role", ROLES)
def test_nobody_red_gets_a_paper_pass_by_a_verdict_of_ones_own(bare: Bare, role: str | None) -> None:
    with bare.trying(role, RED) as opened:
        shadow(opened, "verdicts", "person_id integer, run_id integer, colour text", "7, 2, 'green'")
        paper = f"INSERT INTO public.paper_credentials (person_id, epoch_id, until) VALUES (7, 600, '{NOW}')"
        assert said(refusal(opened, paper)) == "YMT37"


@pytest.mark.parametrize("role", ROLES)
def test_no_verdict_comes_outside_a_publication_by_a_run_of_ones_own(bare: Bare, role: str | None) -> None:
    with bare.trying(role, {"runs": {"number": 1, "state": "started"}}) as opened:
        opened.execute(
            "CREATE TEMP TABLE runs ON COMMIT DROP AS SELECT 1 AS number, pg_current_xact_id()::text::bigint AS published_xact"
        )
        verdict = "INSERT INTO public.verdicts (person_id, run_id, colour) VALUES (7, 1, 'green')"
        assert said(refusal(opened, verdict)) == "YMT16"


@pytest.mark.parametrize("role", ROLES)
def test_a_link_of_the_audit_follows_the_last_one_and_not_one_of_ones_own(bare: Bare, role: str | None) -> None:
    with bare.trying(role, {"audit_entries": {"number": 41, "digest": "a" * 64}}) as opened:
        shadow(opened, "audit_entries", "number bigint, digest text", f"999, '{'f' * 64}'")
        link = opened.execute(
            "INSERT INTO public.audit_entries (number, by_id, action, subject, details, previous, digest)"
            " VALUES (0, 1, 'x', 'x', '{}', '', '') RETURNING number, previous"
        ).fetchone()
        assert link == (42, "a" * 64)


@pytest.mark.parametrize("role", ROLES)
def test_the_rows_of_a_statement_are_its_own_and_not_a_table_that_is_named_like_them(
    bare: Bare, role: str | None
) -> None:
    with bare.trying(role, RED) as opened:
        shadow(opened, "added", "person_id integer, colour text, binding_id bigint, run_id integer", "7, 'red', 5, 1")
        shadow(opened, "fresh", "person_id integer, delivery_id bigint", "NULL, NULL")
        green = "INSERT INTO public.credentials (binding_id, person_id, colour, place) VALUES (5, 7, 'green', 1)"
        assert said(refusal(opened, green)) == "YMT31"
        assert said(refusal(opened, "INSERT INTO public.stays (person_id) VALUES (999999)")) == "23503"


@pytest.mark.parametrize("role", ROLES)
def test_what_a_fact_names_is_looked_for_among_our_people(bare: Bare, role: str | None) -> None:
    with bare.trying(role, {}) as opened:
        shadow(opened, "people", "number integer", "999999")
        assert said(refusal(opened, "INSERT INTO public.facts (person_id) VALUES (999999)")) == "23503"
