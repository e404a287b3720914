"""Taking a file: read, checked, and taken in one transaction; or refused with nothing changed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from django.db import transaction

from yimatong.edges.feeds import csv_files, excel_files, files, json_lines
from yimatong.edges.feeds.catalogue import CONTRACTS
from yimatong.edges.feeds.checking import Checked, check
from yimatong.edges.feeds.contract import Contract
from yimatong.edges.feeds.earlier import taking
from yimatong.edges.feeds.errors import FeedError, refusal
from yimatong.edges.feeds.homes import stairwells
from yimatong.edges.feeds.sheets import Sheet
from yimatong.records import calendar
from yimatong.records.actions import deliveries
from yimatong.records.actions.deliveries import Stamp
from yimatong.records.actions.intake import FACT_ROWS, PERSON_ROWS, HeldBack, Taken, take_facts, take_people
from yimatong.records.models import Delivery, Official

Progress = Callable[[str], None]
STEPS = ("read", "check", "take")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a file. rows = taken + unchanged + held. With `again` this very file was taken before and nothing happened now.

    `people` (sorted) are those whose colour may change; `ignored` are columns, `skipped` sheets that no contract knows.
    """

    delivery: int
    feed: str
    again: bool
    rows: int
    taken: int
    unchanged: int
    held: int
    ended: int = 0
    appeared: int = 0
    people: tuple[int, ...] = field(default=(), repr=False)
    ignored: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()


def take_file(
    path: Path,
    *,
    feed: str,
    by: Official,
    source: str,
    legal_basis: str,
    now: datetime,
    progress: Progress | None = None,
) -> Outcome:
    """Take an Excel or CSV file of one of CONTRACTS. All of it or nothing; a FeedError says why nothing.

    A refusal is recorded as a delivery that was refused, so that somebody can see it later; no other table changes.
    """
    contract = contract_of(feed)
    stamp = files.stamp(path)
    if (earlier := deliveries.taken_before(feed=feed, stamp=stamp)) is not None:
        return outcome(earlier, again=True)
    try:
        sheet = read(path, contract, progress)
        if progress:
            progress("check")
        checked = check(sheet, contract, now=now, zone=calendar.zone())
    except FeedError as error:
        deliveries.refuse(by=by, feed=feed, stamp=stamp, source=source, legal_basis=legal_basis, code=error.code)
        raise
    if progress:
        progress("take")
    return _take(sheet, checked, contract, stamp, by=by, source=source, legal_basis=legal_basis)


def contract_of(feed: str) -> Contract:
    """The contract of a feed, or `feed-unknown`."""
    if feed not in CONTRACTS:
        raise refusal("feed-unknown", feed=feed, known=", ".join(CONTRACTS))
    return CONTRACTS[feed]


def read(path: Path, contract: Contract, progress: Progress | None = None) -> Sheet:
    """The table of a CSV or Excel file."""
    if progress:
        progress("read")
    form = files.form_of(path, ("csv", "xlsx", "xls") if contract.origin is None else ("csv", "xlsx", "xls", "json"))
    if form == "json":
        return json_lines.read(path, contract)
    return csv_files.read(path, contract) if form == "csv" else excel_files.read(path, form, contract)


@transaction.atomic
def _take(
    sheet: Sheet, checked: Checked, contract: Contract, stamp: Stamp, *, by: Official, source: str, legal_basis: str
) -> Outcome:
    delivery, fresh = deliveries.open_delivery(
        by=by, feed=contract.feed, stamp=stamp, source=source, legal_basis=legal_basis
    )
    if not fresh:
        return outcome(delivery, again=True)
    if contract.kind is None:
        taken = take_people(delivery=delivery, rows=person_rows(checked))
    elif contract.origin is not None:
        taken = taking.take(delivery=delivery, checked=checked, rows=fact_rows(checked, contract), contract=contract)
    else:
        taken = take_facts(delivery=delivery, rows=fact_rows(checked, contract))
    problems = [*checked.problems, *taken.held, *(HeldBack(row.row, "", "cells-missing") for row in sheet.ragged)]
    held = deliveries.keep_held(delivery=delivery, held=held_rows(sheet, problems))
    deliveries.close(delivery=delivery, rows=sheet.rows, taken=taken, held=held)
    return outcome(delivery, taken=taken, sheet=sheet)


def outcome(
    delivery: Delivery, *, taken: Taken | None = None, sheet: Sheet | None = None, again: bool = False
) -> Outcome:
    """What a delivery says of itself."""
    return Outcome(
        delivery=delivery.pk,
        feed=delivery.feed,
        again=again,
        rows=delivery.rows,
        taken=delivery.taken,
        unchanged=delivery.unchanged,
        held=delivery.held,
        ended=delivery.ended,
        appeared=taken.appeared if taken else 0,
        people=taken.people if taken else (),
        ignored=sheet.header.ignored if sheet else (),
        skipped=sheet.skipped if sheet else (),
    )


def fact_rows(checked: Checked, contract: Contract) -> pa.Table:
    """The good rows in the shape that the records take."""
    assert contract.kind is not None
    columns = checked.columns
    length = len(checked.rows)
    moments = {"start": contract.start, "end": contract.end, "onset": contract.onset}
    table: dict[str, Any] = {
        "row": pa.array(checked.rows, pa.int32()),
        **{name: columns[name] for name in ("person", "id_type", "id_number", "name", "phone")},
        "kind": pa.array([contract.kind.value]).take(pa.array(np.zeros(length, dtype=np.int32))),
        "detail": columns[contract.detail or ""],
        **{
            name: columns[column] if column else pa.nulls(length, FACT_ROWS.field(name).type)
            for name, column in moments.items()
        },
        "source": columns["source"],
    }
    return _good(table, checked, FACT_ROWS)


def person_rows(checked: Checked) -> pa.Table:
    """The good rows in the shape that the records take; compounds, buildings and stairwells get their numbers here."""
    columns = checked.columns
    table: dict[str, Any] = {
        "row": pa.array(checked.rows, pa.int32()),
        "person": pa.nulls(len(checked.rows), pa.int32()),
        **{name: columns[name] for name in ("id_type", "id_number", "name", "sex", "phone", "division")},
        "stairwell": stairwells(checked),
        "start": columns["home_from"],
        "end": columns["home_to"],
    }
    return _good(table, checked, PERSON_ROWS)


def _good(columns: dict[str, Any], checked: Checked, schema: pa.Schema) -> pa.Table:
    table = pa.table(columns)
    kept = table if checked.good.all() else table.filter(pa.array(checked.good))
    return pa.Table.from_arrays(kept.columns, schema=schema)


def held_rows(sheet: Sheet, problems: Iterable[HeldBack]) -> Iterable[tuple[int, list[HeldBack], str]]:
    """Each held row once: its number, its problems, and its cells as JSON (a ragged row as its one line).

    Cells of the contract are named by it, so that the row can be read again; the others by their own titles.
    """
    by_row: dict[int, list[HeldBack]] = {}
    for problem in problems:
        by_row.setdefault(problem.row, []).append(problem)
    lines = {row.row: row.text for row in sheet.ragged}
    ours = {index: name for name, index in sheet.header.columns.items()}
    titles = [ours.get(index) or title or f"#{index + 1}" for index, title in enumerate(sheet.header.titles)]
    whole = sorted(row for row in by_row if row not in lines)
    at = np.searchsorted(sheet.numbers.to_numpy(zero_copy_only=False), whole)
    cells = sheet.everything.take(pa.array(at)).to_pylist()
    for row, texts in zip(whole, cells, strict=True):
        yield row, by_row[row], json.dumps(dict(zip(titles, texts.values(), strict=True)), ensure_ascii=False)
    for row, line in lines.items():
        yield row, by_row[row], json.dumps(line, ensure_ascii=False)
