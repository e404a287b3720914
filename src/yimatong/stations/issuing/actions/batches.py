"""The batch of an offline desk as JSON: what the desk's page sends and what `yimatong issuing take` reads.

    {"batch": uuid, "point": 3, "desk": "ipad-3", "entries": [{"number", "issued_at", "person" | ("answers", "statement"),
     "child_of"?, "strokes"?: base64}]}

`issued_at` is an instant of city time with its zone.
"""

from __future__ import annotations

import base64
import binascii
from datetime import datetime
from typing import Any
from uuid import UUID

from yimatong.stations.issuing.actions.offline import Batch, OfflineEntry
from yimatong.stations.issuing.errors import IssuingError

MOST = 2_000
KNOWN = {"number", "issued_at", "person", "answers", "statement", "child_of", "strokes"}


def read(body: Any) -> Batch:
    """The batch of a JSON body; `batch-wrong` names the entry and the field that can't be read."""
    if not isinstance(body, dict):
        raise wrong("batch")
    entries = body.get("entries")
    if not isinstance(entries, list) or not 1 <= len(entries) <= MOST:
        raise wrong("entries")
    try:
        name, point, desk = UUID(str(body["batch"])), int(body["point"]), str(body["desk"])
    except (KeyError, ValueError, TypeError):
        raise wrong("batch, point, desk") from None
    return Batch(name, point, desk, tuple(_entry(number, entry) for number, entry in enumerate(entries)))


def wrong(place: str) -> IssuingError:
    """The error of a place in the body."""
    return IssuingError(
        "batch-wrong",
        zh="批次内容的格式不对。",
        en="the batch is not in its form.",
        place=place,
        remedy_zh="照 docs/reference/issuing.md 的格式发送。",
        remedy_en="send it as docs/reference/issuing.md says.",
    )


def _entry(number: int, entry: Any) -> OfflineEntry:
    place = f"entries.{number}"
    if not isinstance(entry, dict) or set(entry) - KNOWN:
        raise wrong(place)
    person, answers, child_of = entry.get("person"), entry.get("answers"), entry.get("child_of")
    if (person is None) == (answers is None) or not isinstance(answers, dict | None):
        raise wrong(f"{place}.person")
    if not all(isinstance(one, int | None) and not isinstance(one, bool) for one in (person, child_of)):
        raise wrong(f"{place}.person")
    try:
        issued_at = datetime.fromisoformat(str(entry["issued_at"]))
        strokes = base64.b64decode(str(entry.get("strokes", "")), validate=True)
    except (KeyError, ValueError, binascii.Error):
        raise wrong(f"{place}.issued_at") from None
    if issued_at.tzinfo is None or not isinstance(entry.get("number"), str):
        raise wrong(f"{place}.issued_at")
    return OfflineEntry(
        number=entry["number"], issued_at=issued_at, person=person, answers=answers,
        statement=str(entry.get("statement", "")), child_of=child_of, strokes=strokes,
    )  # fmt: skip
