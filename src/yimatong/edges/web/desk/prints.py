"""Paper passes for the printer: one pass, and the pages of a day's register. Whoever asks is checked by the view."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from yimatong.core.credential import FileKey
from yimatong.core.text import DEFAULT, message_in
from yimatong.edges.printing import ROWS_A_PAGE, PrintedPass, RegisterPage, RegisterRow, RegisterTotals, Strokes
from yimatong.edges.web.everybody.divisions import division_in_words
from yimatong.records import calendar, identity
from yimatong.stations.issuing import books, queries
from yimatong.stations.issuing.actions.issuing import text_of
from yimatong.stations.issuing.models import Paper, Point
from yimatong.stations.issuing.queries import RegisterLine
from yimatong.stations.issuing.zones import zones

STREETS_A_COUNTY = 1000
PICTURES = (b"\x89PNG", b"\xff\xd8")
REMARKS = {
    "lost": message_in("register", "lost, void"),
    "damaged": message_in("register", "damaged, void"),
    "handed": message_in("register", "handed in"),
    "never": message_in("register", "never in force"),
}
OTHERWISE = message_in("register", "no longer in force")
AGAIN = message_in("register", "issued again")


def printed(
    paper: Paper, now: datetime, *, zoned: tuple[str, ...] | None = None, key: FileKey | None = None
) -> PrintedPass:
    """A pass as it is printed, its code signed now; every print of it is the same pass.

    `zoned` are the control zones where it does not hold, `key` the one that signs: both are looked up where they are not given.
    """
    document = identity.unseal(paper.document_sealed, "id") if paper.document_sealed else ""
    return PrintedPass(
        number=paper.number,
        name=paper.name,
        document_shown=document,
        issued_on=calendar.day(paper.issued_at),
        valid_until=calendar.day(paper.valid_until),
        issuing_point=paper.point.title,
        qr_text=text_of(paper, now, key),
        not_valid_zones=zones(paper.point.division, now) if zoned is None else zoned,
        child_of=paper.child_of_id is not None,
    )


def register_pages(point: Point, day: date, clerk: str) -> tuple[RegisterPage, ...]:
    """The register of a point and day, in pages of the official layout; none where nothing was issued.

    Blanks that were spoiled stand on no line: the day's totals alone have them.
    """
    lines = [line for page in queries.register(point.pk, day) for line in page.lines]
    again = set(
        Paper.objects.filter(pk__in=[line.paper for line in lines]).exclude(replaces=None).values_list("pk", flat=True)
    )
    cut = [lines[at : at + ROWS_A_PAGE] for at in range(0, len(lines), ROWS_A_PAGE)]
    return tuple(
        RegisterPage(
            issuing_point=point.title,
            district=division_in_words(point.division // STREETS_A_COUNTY * STREETS_A_COUNTY),
            day=day,
            page=number,
            pages=len(cut),
            rows=tuple(_row(line, line.paper in again) for line in page),
            page_totals=_totals(page, again),
            day_totals=replace(_totals(lines, again), spoiled=books.spoiled(point.pk, day)),
            clerk=clerk,
        )
        for number, page in enumerate(cut, 1)
    )


def people_of(point: Point, day: date) -> Sequence[int]:
    """Whose passes stand in the register of a point and day."""
    papers = [line.paper for page in queries.register(point.pk, day) for line in page.lines]
    return list(Paper.objects.filter(pk__in=papers).values_list("person_id", flat=True))


def _row(line: RegisterLine, is_again: bool) -> RegisterRow:  # noqa: FBT001 -- one caller, just above
    remarks = ([AGAIN] if is_again else []) + ([REMARKS.get(line.remark, OTHERWISE)] if line.remark else [])
    signature = queries.signature_of(line.paper) if line.signed else None
    return RegisterRow(
        sequence=line.line,
        number=line.number,
        name=line.name,
        document_shown=line.document,
        issued_at=calendar.local(line.issued_at),
        valid_until=calendar.day(line.valid_until),
        child_of=line.child_of,
        remark=" ".join(remark.of(DEFAULT) for remark in remarks),
        signature=drawn(signature) if signature else None,
    )


def drawn(signature: bytes) -> Strokes | bytes | None:
    """A signature as it is printed: a picture, or strokes (stations/issuing/actions/signing.py); None where it stands on paper."""
    if signature.startswith(PICTURES):
        return signature
    try:
        strokes = json.loads(signature)
        return tuple(tuple((float(x), float(y)) for x, y in stroke) for stroke in strokes if stroke) or None
    except (ValueError, TypeError):
        return None


def _totals(lines: Sequence[RegisterLine], again: set[int]) -> RegisterTotals:
    replaced = sum(line.paper in again for line in lines)
    return RegisterTotals(issued=len(lines) - replaced, replaced=replaced)
