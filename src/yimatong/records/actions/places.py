"""The gazetteer: places and stairwells, numbered so that they sort by division."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection, transaction

from yimatong.records.actions import audit
from yimatong.records.actions.intake.staging import copy_in, fetch, stage
from yimatong.records.actions.permission import require
from yimatong.records.errors import mistake
from yimatong.records.models import Block, Official, Place

BLOCK = 32_768
"""Place numbers a block. 41,000 streets have one each inside int32, in the order of their codes."""
LAST_NUMBER = 2_147_483_647

PLACE_ROWS = pa.schema(
    [
        pa.field("number", pa.int32(), nullable=False),
        pa.field("kind", pa.string(), nullable=False),
        pa.field("name", pa.string(), nullable=False),
        pa.field("division", pa.int32(), nullable=False),
        pa.field("parent", pa.int32()),
    ]
)
PLACE_COLUMNS = ["number", "kind", "name", "division", "parent_id"]
STAIRWELL_ROWS = pa.schema(
    [
        pa.field("number", pa.int32(), nullable=False),
        pa.field("building", pa.int32(), nullable=False),
        pa.field("name", pa.string(), nullable=False),
    ]
)
"""What take_gazetteer takes; parents come before their parts or beside them, in the same call."""

MISSING_STAIRWELLS = """
    INSERT INTO stairwells (building_id, name)
    SELECT building, entrances.name FROM entrances
    WHERE NOT EXISTS (SELECT FROM stairwells there WHERE there.building_id = building AND there.name = entrances.name)
    ON CONFLICT DO NOTHING
"""
FOUND_STAIRWELLS = """
    SELECT building, entrances.name, number FROM entrances
    JOIN stairwells there ON there.building_id = building AND there.name = entrances.name
"""


@transaction.atomic
def take_gazetteer(*, by: Official, places: pa.Table, stairwells: pa.Table) -> None:
    """Take places and stairwells whose numbers are given (a city's register, the demo city), by COPY."""
    require(by, "gazetteer")
    copy_in("places", places.rename_columns(PLACE_COLUMNS))
    copy_in("stairwells", stairwells.rename_columns(["number", "building_id", "name"]))
    highest = pc.max(stairwells["number"]).as_py()
    if highest is not None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT setval(pg_get_serial_sequence('stairwells', 'number'), greatest(%s, last_value)) "
                "FROM stairwells_number_seq",
                [highest],
            )
    counts = {"places": places.num_rows, "stairwells": stairwells.num_rows}
    audit.record(by=by, action="gazetteer.take", subject="places", details=counts)


def lay_out(streets: Iterable[int]) -> int:
    """Give each street (9 digits) that has none a block of place numbers, in the order of the codes; how many got one.

    Blocks begin after the highest number in use, so places that came with numbers of their own keep them.
    """
    wanted = sorted(set(streets) - set(Block.objects.values_list("division", flat=True)))
    first = _free()
    blocks = [
        Block(low=low, high=low + BLOCK - 1, next=low, division=street)
        for street, low in zip(wanted, range(first, first + BLOCK * len(wanted), BLOCK), strict=True)
    ]
    if blocks and blocks[-1].high > LAST_NUMBER:
        raise mistake("place-number-taken")
    Block.objects.bulk_create(blocks, batch_size=5_000)
    return len(blocks)


def ensure_places(wanted: Iterable[tuple[str, str, int, int | None]]) -> dict[tuple[str, str, int, int | None], int]:
    """The number of each (kind, name, division, parent); those that are not there are made. In the caller's transaction."""
    keys = list(dict.fromkeys(wanted))
    with connection.cursor() as cursor:
        # One at a time: numbers of a block are drawn without gaps, and nobody makes the same place twice.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('places'))")
        known = _known(keys)
    missing = [key for key in keys if key not in known]
    numbers = _draw([division for _, _, division, _ in missing])
    rows = [(number, *key) for number, key in zip(numbers, missing, strict=True)]
    columns = zip(*rows, strict=True) if rows else ((),) * len(PLACE_ROWS)
    made = [pa.array(column, field.type) for column, field in zip(columns, PLACE_ROWS, strict=True)]
    copy_in("places", pa.table(made, names=PLACE_COLUMNS))
    return known | dict(zip(missing, numbers, strict=True))


def ensure_named(wanted: Iterable[tuple[int, str]]) -> dict[tuple[int, str], int]:
    """The number of the place of each (division, name): the one place of that name there, else a listed one, made if need be.

    A county's number with 000 for the street stands for a place whose street is not known. In the caller's transaction.
    """
    keys = list(dict.fromkeys(wanted))
    with connection.cursor() as cursor:
        rows = fetch(
            cursor,
            "SELECT division, name, min(number) FROM places WHERE name = ANY(%s) GROUP BY 1, 2 HAVING count(*) = 1",
            [list({name for _, name in keys})],
        )
    found = {(division, name): number for division, name, number in rows}
    missing = [
        (Place.Kind.LISTED.value, name, division, None) for division, name in keys if (division, name) not in found
    ]
    made = ensure_places(missing)
    return {key: found[key] if key in found else made[Place.Kind.LISTED.value, key[1], key[0], None] for key in keys}


@transaction.atomic
def ensure_stairwells(wanted: Iterable[tuple[int, str]]) -> dict[tuple[int, str], int]:
    """The number of each (building, name); those that are not there are made. In the caller's transaction."""
    keys = list(dict.fromkeys(wanted))
    columns = zip(*keys, strict=True) if keys else ((), ())
    buildings, names = (pa.array(column, kind) for column, kind in zip(columns, (pa.int32(), pa.string()), strict=True))
    stage("entrances", pa.table({"building": buildings, "name": names}))
    with connection.cursor() as cursor:
        cursor.execute(MISSING_STAIRWELLS)
        rows = fetch(cursor, FOUND_STAIRWELLS)
    return {(building, name): number for building, name, number in rows}


def _known(keys: list[tuple[str, str, int, int | None]]) -> dict[tuple[str, str, int, int | None], int]:
    found: dict[tuple[str, str, int, int | None], int] = {}
    wanted = set(keys)
    names = list({name for _, name, _, _ in keys})
    with connection.cursor() as cursor:
        rows = fetch(cursor, "SELECT kind, name, division, parent_id, number FROM places WHERE name = ANY(%s)", [names])
    for kind, name, division, parent, number in rows:
        if (kind, name, division, parent) in wanted:
            found[kind, name, division, parent] = number
    return found


def _draw(divisions: list[int]) -> list[int]:
    """Free numbers of each division's blocks, in the order given; blocks are added where they are missing or full."""
    counts = Counter(divisions)
    lay_out(counts)
    blocks = {block.division: block for block in Block.objects.filter(division__in=counts).order_by("low")}
    drawn: dict[int, Iterator[int]] = {}
    for division, count in counts.items():
        numbers: list[int] = []
        while len(numbers) < count:
            if blocks[division].next > blocks[division].high:
                low = _free()
                blocks[division] = Block(low=low, high=low + BLOCK - 1, next=low, division=division)
            numbers += _take(blocks[division], count - len(numbers))
        drawn[division] = iter(numbers)
    Block.objects.bulk_create(
        blocks.values(), update_conflicts=True, unique_fields=["low"], update_fields=["next"], batch_size=5_000
    )
    return [next(drawn[division]) for division in divisions]


def _take(block: Block, count: int) -> list[int]:
    """Up to `count` numbers of a block; those that a place came with are passed over."""
    last = min(block.next + count - 1, block.high)
    wanted = range(block.next, last + 1)
    block.next = last + 1
    used = set(Place.objects.filter(number__range=(wanted.start, last)).values_list("number", flat=True))
    return [number for number in wanted if number not in used]


def _free() -> int:
    """The first number above every place and block."""
    with connection.cursor() as cursor:
        rows = fetch(
            cursor,
            "SELECT greatest(coalesce((SELECT max(number) FROM places), 0), coalesce((SELECT max(high) FROM place_blocks), 0))",
        )
    return int(rows[0][0]) + 1
