"""Reading a held row again, so that an official can confirm whom it is about."""

from __future__ import annotations

import json
from datetime import datetime

import numpy as np
import pyarrow as pa
from django.db import transaction

from yimatong.edges.feeds.catalogue import CONTRACTS
from yimatong.edges.feeds.checking import Checked, check
from yimatong.edges.feeds.contract import Contract
from yimatong.edges.feeds.earlier import taking
from yimatong.edges.feeds.headers import Header
from yimatong.edges.feeds.importing import fact_rows
from yimatong.edges.feeds.sheets import Sheet
from yimatong.records import calendar, identity
from yimatong.records.actions import held
from yimatong.records.actions.held import Statement
from yimatong.records.errors import mistake
from yimatong.records.models import Fact, HeldRow, Official


def confirm(*, by: Official, held_row: int, person: int, why: str, now: datetime) -> Fact:
    """Make a held row a fact about `person`, whom the official has established otherwise; `why` says how."""
    row = HeldRow.objects.select_related("delivery").filter(pk=held_row).first()
    if row is None:
        raise mistake("record-unknown", record=f"held row {held_row}")
    checked, contract = _read_again(row, now=now)
    statement = _statement(checked, contract)
    with transaction.atomic():
        fact = held.release(by=by, held_row=held_row, person=person, why=why, statement=statement, now=now)
        if contract.origin is not None:
            taking.take_rest(delivery=row.delivery, checked=checked, contract=contract, people={row.row: person})
    return fact


def statement_of(row: HeldRow, *, now: datetime) -> Statement:
    """What a held row of facts says; `held-row-not-a-match` where it can't be read or is of another feed."""
    return _statement(*_read_again(row, now=now))


def _read_again(row: HeldRow, *, now: datetime) -> tuple[Checked, Contract]:
    contract = CONTRACTS.get(row.delivery.feed)
    cells = json.loads(identity.unseal(row.sealed, "row"))
    if contract is None or contract.kind is None or not isinstance(cells, dict):
        raise mistake("held-row-not-a-match")
    table = pa.table({name: pa.array([cells.get(name)], pa.string()) for name in cells if name})
    header = Header(1, {name: index for index, name in enumerate(table.column_names)}, tuple(table.column_names), ())
    numbers = pa.array(np.array([row.row], dtype=np.int32))
    return check(Sheet(header, table, table, numbers), contract, now=now, zone=calendar.zone()), contract


def _statement(checked: Checked, contract: Contract) -> Statement:
    said = fact_rows(checked, contract).to_pylist()
    if not said:
        raise mistake("held-row-not-a-match")
    return Statement(**{name: said[0][name] for name in ("kind", "detail", "start", "end", "onset", "source")})
