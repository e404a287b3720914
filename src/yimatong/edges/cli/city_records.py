"""A built city into the records: one delivery of people, homes and facts, its places and areas, its stays into the lake."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.db import transaction

from yimatong.city.build import Progress
from yimatong.city.manifest import FILE, digest
from yimatong.core import given, lake
from yimatong.core.errors import YimatongError
from yimatong.core.facts import Level
from yimatong.core.text import message
from yimatong.core.time import to_datetime
from yimatong.edges.feeds.divisions.sources import rows as rows_of_divisions
from yimatong.edges.feeds.limits import LIMITS
from yimatong.edges.feeds.parquet_files import UNREADABLE, too_much
from yimatong.records.actions import areas
from yimatong.records.actions.blocks import Given, take_blocks
from yimatong.records.actions.deliveries import Stamp, close, open_delivery
from yimatong.records.actions.divisions import DIVISION_ROWS, take_divisions
from yimatong.records.actions.intake import FACT_ROWS, PERSON_ROWS, Taken, take_facts, take_people
from yimatong.records.actions.officials import the_system
from yimatong.records.actions.places import PLACE_ROWS, STAIRWELL_ROWS, take_gazetteer
from yimatong.records.models import Delivery, Division, Person

FEED = "demo_city"
SOURCE = "演示城市"
LEGAL_BASIS = "演示数据，均为虚构"
SOURCES = {
    "case": "市疾控中心",
    "contact": "市疾控中心",
    "order": "区县卫健局",
    "discharge": "定点医院",
    "test": "核酸检测机构",
    "symptom": "发热门诊",
    "permit": "市防控办",
    "presence": "卡点",
    "declaration": "申报平台",
}
PLACE_KINDS = {
    "compound": "compound",
    "building": "building",
    "market": "market",
    "shop": "shop",
    "bus": "transport",
    "station": "transport",
    "clinic": "hospital",
    "hospital": "hospital",
    "checkpoint": "checkpoint",
    "workplace": "workplace",
}
"""The city's kinds of places in the records' words; all the others are `other`."""
PIECE = 250_000
"""Rows that are sealed and staged at a time."""


def refuse_other_people() -> None:
    """Raise `city-there-already` where people are recorded: a city is only ever put into empty records."""
    if Person.objects.exists():
        raise YimatongError(
            "city-there-already",
            message("the records hold people, or another demo city; nothing was changed"),
            remedy=message("take another YIMATONG_HOME, or another database, for another city"),
        )


def record_city(folder: Path, lake_folder: Path, tell: Progress) -> Delivery:
    """Record a built city once: everything in one transaction, or nothing; the stays come into the lake first.

    Where this very city was recorded before, that delivery is returned.
    """
    stamp = Stamp(FILE, (folder / FILE).stat().st_size, digest(folder))
    taken = Delivery.objects.filter(feed=FEED, sha256=stamp.sha256, state=Delivery.State.TAKEN).first()
    if taken is not None:
        return taken
    refuse_other_people()
    lake.adopt(lake_folder, lake.files(folder))
    with transaction.atomic():
        delivery, _ = open_delivery(by=the_system(), feed=FEED, stamp=stamp, source=SOURCE, legal_basis=LEGAL_BASIS)
        _gazetteer(folder, delivery, tell)
        _sample_of_divisions(delivery)
        outcomes = [*_people(folder, delivery, tell), *_facts(folder, delivery, tell)]
        _areas(folder, delivery)
        close(
            delivery=delivery,
            rows=sum(rows for rows, _ in outcomes),
            taken=_together([taken for _, taken in outcomes]),
            held=sum(len(taken.held) for _, taken in outcomes),
        )
    return delivery


def _gazetteer(folder: Path, delivery: Delivery, tell: Progress) -> None:
    places = _read(folder, "places")
    tell("gazetteer", 0, places.num_rows)
    kinds = pc.dictionary_encode(places["kind"]).combine_chunks()
    words = pa.array([PLACE_KINDS.get(kind, "other") for kind in kinds.dictionary.to_pylist()], pa.string())
    columns = [places["place"], words.take(kinds.indices), places["name"], places["division"], places["parent"]]
    stairwells = _read(folder, "stairwells").rename_columns(STAIRWELL_ROWS.names)
    take_blocks(by=delivery.by, blocks=_blocks(folder))
    take_gazetteer(by=delivery.by, places=pa.Table.from_arrays(columns, schema=PLACE_ROWS), stairwells=stairwells)
    tell("gazetteer", places.num_rows, places.num_rows)


def _blocks(folder: Path) -> list[Given]:
    """The numbers that the city keeps for each of its streets."""
    rows = _read(folder, "divisions").to_pylist()
    return [
        Given(low=row["first_place"], high=row["last_place"], next=row["next_place"], division=row["code"] // 1000)
        for row in rows
        if row["first_place"] is not None
    ]


def _sample_of_divisions(delivery: Delivery) -> None:
    """The divisions that the city needs, where none are recorded; `yimatong feeds divisions` puts all of China in their place."""
    if Division.objects.exists():
        return
    found = rows_of_divisions(None)
    columns = {name: [getattr(row, name) for row in found] for name in DIVISION_ROWS.names}
    take_divisions(by=delivery.by, rows=pa.table(columns, schema=DIVISION_ROWS))


def _people(folder: Path, delivery: Delivery, tell: Progress) -> Iterator[tuple[int, Taken]]:
    """A row a home; a person's number comes with each of them."""
    homes = _read(folder, "homes")
    persons = _read(folder, "persons")
    tell("record", 0, homes.num_rows)
    for start in range(0, homes.num_rows, PIECE):
        piece = homes.slice(start, PIECE)
        who = persons.take(pc.subtract(piece["person"], 1))
        columns = {
            **{name: who[name] for name in ("person", "id_type", "id_number", "name", "sex", "phone", "division")},
            "row": pa.array(range(start + 1, start + 1 + piece.num_rows), pa.int32()),
            "stairwell": piece["stairwell"],
            "start": _moments(piece["start"]),
            "end": _moments(piece["end"]),
        }
        yield piece.num_rows, take_people(delivery=delivery, rows=_table(PERSON_ROWS, columns, piece.num_rows))
        tell("record", start + piece.num_rows, homes.num_rows)


def _facts(folder: Path, delivery: Delivery, tell: Progress) -> Iterator[tuple[int, Taken]]:
    facts = _read(folder, "facts")
    after = pq.read_metadata(_checked(folder, "homes")).num_rows
    tell("record_facts", 0, facts.num_rows)
    for start in range(0, facts.num_rows, PIECE):
        piece = facts.slice(start, PIECE)
        kinds = pc.dictionary_encode(piece["kind"]).combine_chunks()
        sources = pa.array([SOURCES[kind] for kind in kinds.dictionary.to_pylist()], pa.string())
        columns = {
            "row": pa.array(range(after + start + 1, after + start + 1 + piece.num_rows), pa.int32()),
            "person": piece["person"],
            "kind": piece["kind"],
            "detail": piece["detail"],
            "source": sources.take(kinds.indices),
            **{name: _moments(piece[name]) for name in ("start", "end", "onset")},
        }
        yield piece.num_rows, take_facts(delivery=delivery, rows=_table(FACT_ROWS, columns, piece.num_rows))
        tell("record_facts", start + piece.num_rows, facts.num_rows)


def _areas(folder: Path, delivery: Delivery) -> None:
    """The city's own areas, each with the instant at which it began."""
    for row in _read(folder, "areas").to_pylist():
        areas.record(
            by=delivery.by,
            level=Level(row["level"]),
            low=row["low"],
            high=row["high"],
            text=f"管控区 {row['area']}",
            start=to_datetime(row["start"]),
            end=None if row["end"] is None else to_datetime(row["end"]),
            place=row["place"],
            source=SOURCE,
            legal_basis=LEGAL_BASIS,
        )


def _read(folder: Path, name: str) -> pa.Table:
    """A table of the city; `city-file-broken` where it is no Parquet, or as core/given.py says where it is no file."""
    file = _checked(folder, name)
    try:
        return pq.read_table(file)
    except UNREADABLE as problem:
        raise _broken(file) from problem


def _checked(folder: Path, name: str) -> Path:
    """A table's file, looked at before it is read."""
    file = folder / f"{name}.parquet"
    given.check(file, LIMITS.parquet_bytes)
    try:
        code = too_much(file)
    except UNREADABLE as problem:
        raise _broken(file) from problem
    if code:
        raise _broken(file)
    return file


def _broken(file: Path) -> YimatongError:
    return YimatongError(
        "city-file-broken",
        message("a file of the demo city cannot be read"),
        place=file.name,
        remedy=message("remove the folder `city` of YIMATONG_HOME and build the city again"),
    )


def _table(schema: pa.Schema, columns: dict[str, pa.Array], rows: int) -> pa.Table:
    """A table of the schema; columns that are not given are NULL."""
    return pa.Table.from_arrays(
        [columns.get(field.name, pa.nulls(rows, field.type)) for field in schema], schema=schema
    )


def _moments(minutes: pa.ChunkedArray) -> pa.ChunkedArray:
    """Minutes since 1970 as UTC timestamps."""
    micros: Callable[..., pa.ChunkedArray] = pc.multiply
    return micros(minutes.cast(pa.int64()), 60_000_000).cast(pa.timestamp("us", tz="UTC"))


def _together(parts: list[Taken]) -> Taken:
    return Taken(
        taken=sum(part.taken for part in parts),
        unchanged=sum(part.unchanged for part in parts),
        ended=sum(part.ended for part in parts),
        appeared=sum(part.appeared for part in parts),
    )
