"""Reading the answers of the form: every one that cannot be right is told by its field, with its remedy, all together."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from yimatong.core.policy.model import Text
from yimatong.records import documents, identity
from yimatong.stations.declarations import form
from yimatong.stations.declarations.errors import Wrong, wrong

GROWN = 14
"""From this age on somebody declares for themselves, and needs a document."""
WINDOW = timedelta(days=14)
MOST_ROWS = 60
LONGEST = {"name": 80, "home_text": 200, "place": 120, "nationality": 40}
PHONE = re.compile(r"1[3-9][0-9]{9}|\+(?!86)[1-9][0-9]{5,14}")
EARLIEST = date(1900, 1, 1)
Given = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Visit:
    """A row of the itinerary, both days included."""

    division: int
    place: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Housemate:
    """Somebody who lives with the declarer; `id_number` is None where it was not given."""

    name: str
    id_type: str
    id_number: str | None


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers after they were checked, typed."""

    name: str
    sex: str
    id_type: str
    id_number: str | None
    birth: date | None
    phone: str
    division: int
    stairwell: int | None
    missing: bool
    home_text: str
    home_since: date | None
    symptoms: tuple[str, ...]
    symptoms_since: date | None
    contacts: Mapping[str, date | None]
    in_city: bool
    arrived_on: date | None
    elsewhere: bool
    itinerary: tuple[Visit, ...]
    housemates: tuple[Housemate, ...]


def check(
    answers: Given, *, today: date, step: str | None = None, off: frozenset[str] = frozenset(), city: str = "330200"
) -> tuple[Wrong, ...]:
    """What is wrong with the answers of one step, or of all; empty when they can be right."""
    found: list[Wrong] = []
    for one in form.STEPS:
        if step is None or step == one.name:
            for field in form.shown(one, off):
                found += _field(field, answers.get(field.name), answers, today, field.name)
            found += _together(one.name, answers, today, city)
    return tuple({(error.field, error.code): error for error in found}.values())


def _field(field: form.Field, value: Any, answers: Given, today: date, where: str) -> list[Wrong]:
    if _empty(value):
        missing = field.needed and not (field.name == "id_number" and answers.get("id_type") == "none")
        if missing and not (field.kind == "several" and value == []):
            return [_wrong(field, "answer-missing", where)]
        return []
    if field.kind == "rows":
        return _rows(field, value, today, where)
    flaw = _flaw(field, value, today)
    return [_wrong(field, flaw, where)] if flaw else []


def _rows(field: form.Field, value: Any, today: date, where: str) -> list[Wrong]:
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        return [_wrong(field, "answer-shape", where)]
    if len(value) > MOST_ROWS:
        return [_wrong(field, "too-many-rows", where, most=MOST_ROWS)]
    found: list[Wrong] = []
    for number, row in enumerate(value):
        for inner in field.inside:
            found += _field(inner, row.get(inner.name), row, today, f"{where}.{number}.{inner.name}")
        found += _row(field, row, today, f"{where}.{number}")
    return found


def _row(field: form.Field, row: Given, today: date, where: str) -> list[Wrong]:
    """What the cells of a row say together."""
    inner = {one.name: one for one in field.inside}
    if field.name == "itinerary":
        first, last = _day(row.get("from")), _day(row.get("to"))
        if first and last and last < first:
            return [_wrong(inner["to"], "dates-backwards", f"{where}.to")]
    if field.name == "coresidents" and not _empty(row.get("id_number")):
        return _document(
            inner["id_number"], str(row.get("id_type") or "resident"), row["id_number"], today, f"{where}.id_number"
        )
    return []


def _together(step: str, answers: Given, today: date, city: str) -> list[Wrong]:
    """What the answers of a step say together."""
    if step == "person":
        return _person(answers, today)
    if step == "address":
        return _home(answers, city)
    if step == "health":
        return _health(answers)
    if step == "itinerary" and answers.get("elsewhere") is True and not answers.get("itinerary"):
        return [_wrong(form.FIELDS["itinerary"], "itinerary-empty", "itinerary")]
    return []


def _person(answers: Given, today: date) -> list[Wrong]:
    kind, number = answers.get("id_type"), answers.get("id_number")
    field, birth = form.FIELDS["id_number"], form.FIELDS["birth_date"]
    if kind == "none":
        if not _empty(number):
            return [_wrong(field, "number-without-document", "id_number")]
        if _empty(answers.get("birth_date")):
            return [_wrong(birth, "answer-missing", "birth_date")]
        born = _day(answers.get("birth_date"))
        return [_wrong(field, "document-needed", "id_number")] if born and age(born, today) >= GROWN else []
    if kind not in form.ID_TYPES or _empty(number):
        return []
    wrongs = _document(field, str(kind), number, today, "id_number")
    if not wrongs and born_on(answers) is None:
        wrongs.append(_wrong(birth, "answer-missing", "birth_date"))
    return wrongs


def _document(field: form.Field, kind: str, number: Any, today: date, where: str) -> list[Wrong]:
    if not isinstance(number, str) or kind not in documents.SHAPES:
        return [_wrong(field, "answer-shape", where)]
    flaw = documents.flaw(kind, number, today)
    return [_wrong(field, flaw, where)] if flaw else []


def _home(answers: Given, city: str) -> list[Wrong]:
    if answers.get("home_missing") is True:
        empty = _empty(answers.get("home_text"))
        return [_wrong(form.FIELDS["home_text"], "answer-missing", "home_text")] if empty else []
    division = answers.get("home_division")
    if not isinstance(division, int) or not inside(division, city):
        return []
    wanted = ("home_building", "home_stairwell")
    return [_wrong(form.FIELDS[name], "answer-missing", name) for name in wanted if _empty(answers.get(name))]


def _health(answers: Given) -> list[Wrong]:
    wanted = {
        "symptoms_since": bool(answers.get("symptoms")),
        "contact_symptomatic_on": answers.get("contact_symptomatic") is True,
        "contact_confirmed_on": answers.get("contact_confirmed") is True,
    }
    return [
        _wrong(form.FIELDS[name], "answer-missing", name)
        for name, asked in wanted.items()
        if asked and _empty(answers.get(name))
    ]


def _flaw(field: form.Field, value: Any, today: date) -> str | None:
    """The code of what is wrong with one value by itself."""
    match field.kind:
        case "text":
            return _text_flaw(value, LONGEST.get(field.name, 120))
        case "choice":
            return None if isinstance(value, str) and value in field.words else "answer-choice"
        case "several":
            known = isinstance(value, list) and all(isinstance(one, str) and one in field.words for one in value)
            return None if known else "answer-choice"
        case "phone":
            return None if isinstance(value, str) and plain_phone(value) else "phone-shape"
        case "yes_no":
            return None if isinstance(value, bool) else "answer-choice"
        case "date":
            return _date_flaw(value, None if field.name == "arrived_on" else today)
        case "document":
            return None if isinstance(value, str) and len(value) <= 40 else "answer-shape"
        case _:
            return _number_flaw(value, nine_digits=field.kind == "division")


def _text_flaw(value: Any, longest: int) -> str | None:
    if not isinstance(value, str) or any(ord(sign) < 32 for sign in value):
        return "answer-shape"
    return "answer-too-long" if len(value) > longest else None


def _date_flaw(value: Any, last: date | None) -> str | None:
    day = _day(value)
    if day is None:
        return "date-wrong"
    if last is not None and day > last:
        return "date-ahead"
    return "date-too-early" if day < EARLIEST else None


def _number_flaw(value: Any, *, nine_digits: bool) -> str | None:
    fine = isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**31
    if fine and nine_digits:
        fine = 10**8 <= value < 10**9
    return None if fine else "answer-shape"


def read(answers: Given) -> Answers:
    """The answers typed; only after check() found nothing."""
    kind = str(answers["id_type"])
    return Answers(
        name=str(answers["name"]).strip(),
        sex=str(answers.get("sex") or "unknown"),
        id_type=kind,
        id_number=None if kind == "none" else identity.normalised(str(answers["id_number"])),
        birth=born_on(answers),
        phone=plain_phone(str(answers["phone"])),
        division=int(answers["home_division"]),
        stairwell=None if answers.get("home_missing") else answers.get("home_stairwell"),
        missing=bool(answers.get("home_missing")),
        home_text=str(answers.get("home_text") or ""),
        home_since=_day(answers.get("home_since")),
        symptoms=tuple(dict.fromkeys(answers.get("symptoms") or ())),
        symptoms_since=_day(answers.get("symptoms_since")),
        contacts={
            detail: _day(answers.get(f"contact_{detail}_on"))
            for detail in ("symptomatic", "confirmed")
            if answers.get(f"contact_{detail}")
        },
        in_city=bool(answers["in_city"]),
        arrived_on=_day(answers.get("arrived_on")),
        elsewhere=bool(answers["elsewhere"]),
        itinerary=_visits(answers.get("itinerary") or ()) if answers["elsewhere"] else (),
        housemates=tuple(
            Housemate(
                str(row["name"]).strip(),
                str(row.get("id_type") or "resident"),
                None if _empty(row.get("id_number")) else identity.normalised(str(row["id_number"])),
            )
            for row in answers.get("coresidents") or ()
        ),
    )


def _visits(rows: Sequence[Given]) -> tuple[Visit, ...]:
    return tuple(
        Visit(
            int(row["division"]), str(row.get("place") or "").strip(),
            date.fromisoformat(row["from"]), date.fromisoformat(row["to"]),
        )
        for row in rows
    )  # fmt: skip


def born_on(answers: Given) -> date | None:
    """The birth date, out of the document where it is in it, else as it was said."""
    kind, number = str(answers.get("id_type")), str(answers.get("id_number") or "")
    plain = identity.normalised(number)
    if number and documents.has_check_digit(kind, plain) and len(plain) == 18:
        return documents.birth_date(plain)
    return _day(answers.get("birth_date"))


def age(born: date, today: date) -> int:
    """Full years."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def inside(division: int, city: str) -> bool:
    """True when a 9-digit division lies in the city of six digits (330200)."""
    return division // 10**5 == int(city) // 100


def plain_phone(text: str) -> str:
    """The number without blanks and the mainland's prefix, or an empty text where it is none."""
    plain = identity.normalised(text).removeprefix("0086")
    plain = plain.removeprefix("+86") if plain.startswith("+86") else plain
    return plain if PHONE.fullmatch(plain) else ""


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) and len(value) == 10 else None
    except ValueError:
        return None


def _empty(value: Any) -> bool:
    return value is None or value in ("", [])


def _wrong(field: form.Field, code: str, where: str, **words: object) -> Wrong:
    label: Text = field.label
    return wrong(where, label, code, **words)
