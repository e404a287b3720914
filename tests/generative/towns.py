"""Small towns made from the rules backwards: people who stand at the edges of windows, series and overlaps."""

from __future__ import annotations

from random import Random

from yimatong.core.facts import DETAILS, Area, Fact, Home, Kind, Level, Person, Stay, Town
from yimatong.core.time import MINUTES_A_DAY, SHANGHAI

AS_OF = SHANGHAI.first_minute(18312) + 8 * 60
"""2020-02-20 08:00 in Shanghai."""

DIVISIONS = (330203001, 330212002, 330302003, 331004001, 420106001, 340104001, 110105001, 310101001)
RANGES = ((420000000, 429999999), (330302000, 330302999), (340104000, 340104999), (330212002, 330212002))
PLACES = {place: DIVISIONS[place % len(DIVISIONS)] for place in range(1, 11)}
STAIRWELLS = (1, 2, 3)
DAYS_BACK = (0, 1, 2, 3, 6, 7, 8, 13, 14, 15, 16)


LENGTHS = (0, 1, 14, 15, 16, 29, 30, 31, 600, MINUTES_A_DAY - 1, MINUTES_A_DAY, 3 * MINUTES_A_DAY)
GAPS = tuple(days * MINUTES_A_DAY + n for days in (0, 1, 2, 6, 7, 8) for n in (-1, 0, 1) if days or n >= 0)


def make_town(seed: int, people: int) -> Town:
    """A town in which every rule has a chance to fire, to lapse and to be lifted; the same for the same seed and size."""
    chance = Random(seed)
    numbers = list(range(1, people + 1))
    rows: list[Fact] = []
    for person in numbers:
        _declare(chance, rows, person)
        for _n in range(chance.randint(0, 3)):
            _record(chance, rows, person)
        for _n in range(chance.randint(0, 2)):
            _test_in_series(chance, rows, person)
    stays = [_stay(chance, person) for person in numbers for _n in range(chance.randint(0, 4))]
    homes = [_home(chance, person) for person in numbers for _n in range(chance.randint(0, 2))]
    areas = [_area(chance, number) for number in range(1, chance.randint(0, 4) + 1)]
    for _n in range(chance.randint(0, 3)):
        stays += _crowd(chance, rows, numbers)
    return Town(
        tuple(Person(person, DIVISIONS[person % 2]) for person in numbers),
        tuple(rows),
        tuple(homes),
        tuple(areas),
        tuple(stays),
    )


def moment(chance: Random) -> int:
    """An instant at or next to a midnight or whole days before as_of, or anywhere, ahead too."""
    back, nudge = chance.choice(DAYS_BACK), chance.choice((-1, 0, 1))
    return chance.choice(
        (
            SHANGHAI.first_minute(18312 - back) + nudge,
            AS_OF - back * MINUTES_A_DAY + nudge,
            chance.randint(AS_OF - 20 * MINUTES_A_DAY, AS_OF + 3 * MINUTES_A_DAY),
        )
    )


def _declare(chance: Random, rows: list[Fact], person: int) -> None:
    """Mostly declared long ago; sometimes never, just now, ahead, or daily for some days."""
    first = chance.choice((AS_OF - 20 * MINUTES_A_DAY, moment(chance)))
    for day in range(chance.choice((0, 1, 1, 1, 1, 3, 7, 14))):
        _add(rows, person, Kind.DECLARATION, "self", first + day * MINUTES_A_DAY)


def _record(chance: Random, rows: list[Fact], person: int) -> None:
    kind = chance.choice([kind for kind in Kind if kind is not Kind.DECLARATION])
    detail, start = chance.choice(DETAILS[kind]), moment(chance)
    length = chance.choice((None, chance.choice(LENGTHS))) if kind is not Kind.TEST else None
    onset = start - chance.choice(LENGTHS) if kind is Kind.CASE and chance.random() < 0.5 else None
    _add(rows, person, kind, detail, start, None if length is None else start + length, onset)


def _test_in_series(chance: Random, rows: list[Fact], person: int) -> None:
    """Two or three samples whose gaps lie at the edges of the minimum interval and of the seven days.

    The first is often taken in the very minute in which another fact of the person began or ended.
    """
    moments = [at for row in rows if row.person == person for at in (row.start, row.end) if at is not None]
    at = chance.choice((*moments, moment(chance)))
    for _n in range(chance.randint(2, 3)):
        detail = chance.choice(("negative",) * 6 + ("positive", "invalid"))
        _add(rows, person, Kind.TEST, detail, at)
        at += chance.choice(GAPS)


def _stay(chance: Random, person: int) -> Stay:
    place, arrive = chance.choice(sorted(PLACES)), moment(chance)
    return Stay(person, place, PLACES[place], arrive, arrive + chance.choice(LENGTHS))


def _home(chance: Random, person: int) -> Home:
    start = chance.choice((0, 0, moment(chance)))
    length = chance.choice((None, None, chance.choice(LENGTHS)))
    return Home(person, chance.choice(STAIRWELLS), start, None if length is None else start + length)


def _area(chance: Random, number: int) -> Area:
    low, high = chance.choice(RANGES)
    place = chance.choice((None, None, chance.choice(sorted(PLACES))))
    start = chance.choice((0, moment(chance)))
    length = chance.choice((None, None, chance.choice(LENGTHS)))
    level = chance.choice(tuple(Level))
    return Area(number, level, low, high, place, start, None if length is None else start + length)


def _crowd(chance: Random, rows: list[Fact], people: list[int]) -> list[Stay]:
    """A confirmed case and some people at its place, with overlaps around the fifteen minutes."""
    ill = chance.choice(people)
    reported, place = moment(chance), chance.choice(sorted(PLACES))
    onset = chance.choice((None, reported - 2 * MINUTES_A_DAY))
    _add(rows, ill, Kind.CASE, "confirmed", reported, None, onset)
    arrive = reported - chance.choice((*GAPS, 60, 4 * MINUTES_A_DAY - 30))
    leave = arrive + chance.choice((15, 30, 45, 600))
    stays = [Stay(ill, place, PLACES[place], arrive, leave)]
    for person in chance.choices(people, k=chance.randint(1, 6)):
        start = chance.choice((arrive - 30, arrive, arrive + 3, leave - 16, leave - 15, leave - 14))
        length = chance.choice((chance.choice(LENGTHS), 14, 15, arrive + 15 - start if start < arrive else 16))
        stays.append(Stay(person, place, PLACES[place], start, start + length))
    return stays


def _add(
    rows: list[Fact], person: int, kind: Kind, detail: str, start: int, end: int | None = None, onset: int | None = None
) -> None:
    rows.append(Fact(len(rows) + 1, person, kind, detail, start, end, onset))
