"""The register extract of each district that has a checkpoint or an offline desk: built by the worker, fetched by these devices.

It has everybody with a document whose home is in the district and who was judged. It is built anew for every day, and when a judgement was
published since and the extract is an hour old. The key of a day and district is given to its scanners alone, over a signed request.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256

import structlog
from django.db import connection, transaction

from yimatong.core.checkpoints import ExtractRow, build_extract
from yimatong.core.checkpoints.extract import PERMITS
from yimatong.core.colour import Colour
from yimatong.core.credential import masked
from yimatong.records import identity
from yimatong.records.jobs import leaving_out
from yimatong.stations.checkpoints.models import Checkpoint, RegisterExtract
from yimatong.stations.issuing.queries import districts_of_desks
from yimatong.stations.passes import keyring
from yimatong.stations.passes.actions.following import CLASS
from yimatong.stations.passes.days import day_of, is_fresh, seconds
from yimatong.stations.passes.models import SigningKey

LIFE = 72 * 3600
"""Seconds for which an extract may be looked up in: as long as the trust list behind it holds."""
FRESH = 3600
STREETS = 1000
"""Streets of a district: 330203001 to 330203999."""
WORST = (Colour.GREEN, Colour.YELLOW, Colour.RED)
log = structlog.get_logger(__name__)

REGISTER = f"""
SELECT p.number, p.name, p.id_sealed, said.colour, coalesce((
    SELECT min({CLASS}) FROM facts f
    WHERE f.person_id = p.number AND f.kind = 'permit' AND f.struck_at IS NULL
        AND f.start <= %(now)s AND (f."end" IS NULL OR f."end" >= %(now)s)
), 0)
FROM people p JOIN current_verdicts said ON said.person = p.number
WHERE p.division BETWEEN %(low)s AND %(high)s AND said.colour IN ('green', 'yellow', 'red')
    AND p.id_sealed IS NOT NULL
"""


def refresh_extracts(*, now: datetime) -> list[int]:
    """Build what is missing or behind; the districts that were built."""
    run = _run()
    gates = {gate.district for gate in Checkpoint.objects.filter(closed_at=None)}
    wanted = sorted(gates | districts_of_desks())
    RegisterExtract.objects.exclude(district__in=wanted).delete()
    built: list[int] = []
    with leaving_out("extracts") as tally:
        for district in wanted:
            with tally.each(district), transaction.atomic():
                if _is_behind(district, run, now):
                    _build(district, run, now)
                    built.append(district)
    return built


def extract_of(district: int) -> RegisterExtract | None:
    """The extract of a district, with its bytes; None before the first was built."""
    return RegisterExtract.objects.filter(pk=district).first()


def told_of(district: int) -> dict[str, int] | None:
    """What a sync says of it, without reading its bytes."""
    found = RegisterExtract.objects.filter(pk=district).values("epoch", "size", "issued").first()
    return found and {"epoch": found["epoch"], "bytes": found["size"], "issued": found["issued"]}


def key_of(district: int, epoch: int) -> bytes:
    """The key (32 bytes) of a district's extracts of an epoch."""
    return keyring.secret(f"extract:{district}:{epoch}")


def _is_behind(district: int, run: int, now: datetime) -> bool:
    found = RegisterExtract.objects.filter(pk=district).values("epoch", "run", "issued").first()
    if found is None or found["epoch"] != day_of(now):
        return True
    return found["run"] != run and not is_fresh(found["issued"], seconds(now), FRESH)


def built(district: int, now: datetime) -> tuple[bytes, int]:
    """The extract of a district as of an instant, signed, and how many are in it."""
    epoch, issued = day_of(now), seconds(now)
    rows = _rows(district, now)
    data = build_extract(
        rows.values(), key_of(district, epoch), epoch=epoch, district=district, issued=issued, expires=issued + LIFE,
        signer=keyring.signer(SigningKey.Use.POLICY, issued),
    )  # fmt: skip
    return data, len(rows)


def _build(district: int, run: int, now: datetime) -> None:
    data, count = built(district, now)
    RegisterExtract.objects.update_or_create(
        district=district,
        defaults={
            "epoch": day_of(now), "run": run, "issued": seconds(now), "expires": seconds(now) + LIFE, "count": count,
            "size": len(data), "etag": sha256(data).hexdigest()[:22], "data": data,
        },
    )  # fmt: skip
    log.info("extract.built", district=district, count=count, bytes=len(data))


def _rows(district: int, now: datetime) -> dict[str, ExtractRow]:
    """A row for each document number; where two people's documents have the same number the worse colour stands."""
    rows: dict[str, ExtractRow] = {}
    with leaving_out("extract") as tally:
        for person, name, sealed, colour, permit in _register(district, now):
            with tally.each(person):
                document = identity.normalised(identity.unseal(sealed, "id", person))
                row = ExtractRow(document, Colour(colour), masked(name), PERMITS[permit])
                before = rows.get(document)
                if before is None or WORST.index(before.colour) < WORST.index(row.colour):
                    rows[document] = row
        # An extract of few says of everybody else that they are nobody: the one before is better.
        tally.require_most()
    return rows


def _register(district: int, now: datetime) -> Iterator[tuple[int, str, bytes, str, int]]:
    low = district * STREETS
    with connection.cursor() as cursor:
        cursor.execute(REGISTER, {"now": now, "low": low, "high": low + STREETS - 1})
        while rows := cursor.fetchmany(10_000):
            yield from rows


def _run() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(number), 0) FROM runs WHERE state = 'published'")
        return int(cursor.fetchone()[0])
