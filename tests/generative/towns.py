"""Small towns made from the rules backwards: people who stand at the edges of windows, series and overlaps."""

from __future__ import annotations

from hypothesis import strategies as st

from yimatong.core.facts import DETAILS, Area, Fact, Home, Kind, Level, Person, Stay, Town
from yimatong.core.time import MINUTES_A_DAY, SHANGHAI

AS_OF = SHANGHAI.first_minute(18312) + 8 * 60
"""2020-02-20 08:00 in Shanghai."""

DIVISIONS = (330203001, 330212002, 330302003, 331004001, 420106001, 340104001, 110105001, 310101001)
RANGES = ((420000000, 429999999), (330302000, 330302999), (340104000, 340104999), (330212002, 330212002))
PLACES = {place: DIVISIONS[place % len(DIVISIONS)] for place in range(1, 11)}
STAIRWELLS = (1, 2, 3)
DAYS_BACK = (0, 1, 2, 3, 6, 7, 8, 13, 14, 15, 16)


def _moments() -> st.SearchStrategy[int]:
    """Instants at and next to midnights and to as_of, whole windows back, and some in between and ahead."""
    nudge = st.sampled_from((-1, 0, 1))
    midnight = st.builds(lambda back, n: SHANGHAI.first_minute(18312 - back) + n, st.sampled_from(DAYS_BACK), nudge)
    by_clock = st.builds(lambda back, n: AS_OF - back * MINUTES_A_DAY + n, st.sampled_from(DAYS_BACK), nudge)
    anywhere = st.integers(AS_OF - 20 * MINUTES_A_DAY, AS_OF + 3 * MINUTES_A_DAY)
    return st.one_of(midnight, by_clock, anywhere)


MOMENTS = _moments()
LENGTHS = st.sampled_from((0, 1, 14, 15, 16, 29, 30, 31, 600, MINUTES_A_DAY - 1, MINUTES_A_DAY, 3 * MINUTES_A_DAY))
GAPS = st.sampled_from(
    tuple(days * MINUTES_A_DAY + n for days in (0, 1, 2, 6, 7, 8) for n in (-1, 0, 1) if days or n >= 0)
)


@st.composite
def towns(draw: st.DrawFn, most_people: int = 12) -> Town:
    """A town in which every rule has a chance to fire, to lapse, and to be lifted."""
    people = range(1, draw(st.integers(1, most_people)) + 1)
    rows: list[Fact] = []
    for person in people:
        _declare(draw, rows, person)
        for _n in range(draw(st.integers(0, 3))):
            _record(draw, rows, person)
        for _n in range(draw(st.integers(0, 2))):
            _test_in_series(draw, rows, person)
    stays = [_stay(draw, person) for person in people for _n in range(draw(st.integers(0, 4)))]
    homes = [_home(draw, person) for person in people for _n in range(draw(st.integers(0, 2)))]
    areas = [_area(draw, number) for number in range(1, draw(st.integers(0, 4)) + 1)]
    numbered = tuple(Person(person, DIVISIONS[person % 2]) for person in people)
    stays += _crowd(draw, rows, list(people))
    return Town(numbered, tuple(rows), tuple(homes), tuple(areas), tuple(stays))


def _declare(draw: st.DrawFn, rows: list[Fact], person: int) -> None:
    """Mostly declared long ago; sometimes never, just now, ahead, or daily for some days."""
    first = draw(st.one_of(st.just(AS_OF - 20 * MINUTES_A_DAY), MOMENTS))
    days = draw(st.sampled_from((0, 1, 1, 1, 1, 3, 7, 14)))
    for day in range(days):
        _add(rows, person, Kind.DECLARATION, "self", first + day * MINUTES_A_DAY)


def _record(draw: st.DrawFn, rows: list[Fact], person: int) -> None:
    kind = draw(st.sampled_from([kind for kind in Kind if kind is not Kind.DECLARATION]))
    detail = draw(st.sampled_from(DETAILS[kind]))
    start = draw(MOMENTS)
    end = draw(st.one_of(st.none(), LENGTHS)) if kind is not Kind.TEST else None
    onset = start - draw(LENGTHS) if kind is Kind.CASE and draw(st.booleans()) else None
    _add(rows, person, kind, detail, start, None if end is None else start + end, onset)


def _test_in_series(draw: st.DrawFn, rows: list[Fact], person: int) -> None:
    """Two or three samples whose gaps lie at the edges of the minimum interval and of the seven days."""
    at = draw(MOMENTS)
    for _n in range(draw(st.integers(2, 3))):
        detail = draw(st.sampled_from(("negative",) * 6 + ("positive", "invalid")))
        _add(rows, person, Kind.TEST, detail, at)
        at += draw(GAPS)


def _stay(draw: st.DrawFn, person: int) -> Stay:
    place = draw(st.sampled_from(sorted(PLACES)))
    arrive = draw(MOMENTS)
    return Stay(person, place, PLACES[place], arrive, arrive + draw(LENGTHS))


def _home(draw: st.DrawFn, person: int) -> Home:
    start = draw(st.one_of(st.just(0), MOMENTS))
    length = draw(st.one_of(st.none(), st.none(), LENGTHS))
    return Home(person, draw(st.sampled_from(STAIRWELLS)), start, None if length is None else start + length)


def _area(draw: st.DrawFn, number: int) -> Area:
    low, high = draw(st.sampled_from(RANGES))
    place = draw(st.one_of(st.none(), st.none(), st.sampled_from(sorted(PLACES))))
    start = draw(st.one_of(st.just(0), MOMENTS))
    length = draw(st.one_of(st.none(), st.none(), LENGTHS))
    level = draw(st.sampled_from(tuple(Level)))
    return Area(number, level, low, high, place, start, None if length is None else start + length)


def _crowd(draw: st.DrawFn, rows: list[Fact], people: list[int]) -> list[Stay]:
    """A confirmed case and some people at its place, with overlaps around the fifteen minutes."""
    if len(people) < 2 or not draw(st.booleans()):
        return []
    ill = draw(st.sampled_from(people))
    reported, place = draw(MOMENTS), draw(st.sampled_from(sorted(PLACES)))
    onset = draw(st.one_of(st.none(), st.just(reported - 2 * MINUTES_A_DAY)))
    _add(rows, ill, Kind.CASE, "confirmed", reported, None, onset)
    arrive = reported - draw(GAPS)
    leave = arrive + draw(st.sampled_from((15, 30, 45, 600)))
    stays = [Stay(ill, place, PLACES[place], arrive, leave)]
    for person in draw(st.lists(st.sampled_from(people), max_size=4)):
        start = draw(st.sampled_from((arrive - 30, arrive, leave - 16, leave - 15, leave - 14)))
        stays.append(Stay(person, place, PLACES[place], start, start + draw(LENGTHS)))
    return stays


def _add(
    rows: list[Fact], person: int, kind: Kind, detail: str, start: int, end: int | None = None, onset: int | None = None
) -> None:
    rows.append(Fact(len(rows) + 1, person, kind, detail, start, end, onset))
