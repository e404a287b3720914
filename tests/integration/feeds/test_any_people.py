"""Whatever rows of people come: whoever is new and said once is recorded at once, just as if they were weighed with all the others."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest
from django.db import transaction
from hypothesis import given, strategies as st

from tests.integration.feeds.conftest import NOW, csv_text, document
from tests.searching import sought
from yimatong.edges.feeds.importing import Outcome, take_file
from yimatong.records import identity
from yimatong.records.actions.intake import matching
from yimatong.records.actions.withdrawal import withdraw
from yimatong.records.models import HeldRow, Home, Official, Person

pytestmark = pytest.mark.django_db
TITLES = ("证件类型", "证件号码", "姓名", "手机号", "街道代码", "小区", "楼栋", "单元", "入住时间", "搬离时间")
resident = st.tuples(st.just("居民身份证"), st.integers(0, 3).map(document))
others = st.sampled_from([("无证件", ""), ("护照", "E12345678"), ("居民身份证", ""), ("护照", document(0))])
housed = st.tuples(
    st.sampled_from(["330203001", "330203001", "330203002"]),
    st.just("月湖小区"),
    st.just("1幢"),
    st.sampled_from(["1单元", "1单元", "2单元"]),
    st.just(date(2020, 1, 5)),
    st.sampled_from(["", "", date(2020, 1, 12), date(2020, 1, 13)]),
)
homeless = st.sampled_from(["", "330203001"]).map(lambda street: (street, *[""] * 5))
rows = st.lists(
    st.tuples(
        st.one_of(resident, resident, others),
        st.integers(0, 9).map(lambda number: f"王{number // 8}"),
        st.sampled_from(["", "13800000001", "13800000002"]),
        st.one_of(housed, housed, homeless),
    ).map(lambda row: (*row[0], *row[1:3], *row[3])),
    min_size=2,
    max_size=12,
)
Found = tuple[list[tuple[object, ...]], Counter[object], Counter[object], int]


def told(content: str, by: Official) -> Outcome:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "people.csv"
        path.write_text(content)
        return take_file(path, feed="people", by=by, source="s", legal_basis="l", now=NOW)


def taken(files: Iterable[list[tuple[object, ...]]], by: Official) -> Found:
    """What files one after another leave behind, told without our own numbers; and how many homes the last one's withdrawal strikes."""
    with transaction.atomic():
        outcomes = [
            told(csv_text(TITLES, [*said, ("居民身份证", document(40 + at), "王9", *[""] * 7)]), by)
            for at, said in enumerate(files)
        ]
        said = [
            (one.taken, one.unchanged, one.ended, one.appeared, sorted(_names(one.people)), sorted(HeldRow.objects.filter(
                delivery=one.delivery).values_list("row", "problems", flat=False), key=repr))
            for one in outcomes
        ]  # fmt: skip
        people = Counter(Person.objects.values_list("id_key", "id_tail", "name", "phone_key", "division"))
        named = (
            "person__id_key",
            "person__name",
            "stairwell__name",
            "stairwell__building__name",
            "start",
            "end",
            "source",
            "legal_basis",
        )
        homes = Counter(Home.objects.filter(struck_at=None).values_list(*named))
        struck = withdraw(by=by, delivery=outcomes[-1].delivery, why="x").struck
        transaction.set_rollback(True)
    return said, people, homes, struck


def _names(numbers: Iterable[int]) -> list[tuple[str, str]]:
    return list(Person.objects.filter(pk__in=list(numbers)).values_list("id_tail", "name"))


def nobody_alone(rows: pa.Table) -> pa.Table:
    """The namings as they are, but everybody is weighed."""
    named = NAMINGS(rows)
    return named.set_column(named.column_names.index("only"), "only", pa.array([False] * named.num_rows))


NAMINGS = matching.with_namings


@sought(30)
@given(files=st.lists(rows, min_size=1, max_size=3))
def test_alone_or_weighed_is_the_same(by: Official, files: list[list[tuple[object, ...]]]) -> None:
    straight = taken(files, by)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(matching, "with_namings", nobody_alone)
        weighed = taken(files, by)
    assert straight == weighed


@pytest.mark.parametrize(("feed", "more"), [("people", ("", "")), ("orders", ("其他", "2020-02-01"))])
def test_more_newcomers_than_go_in_at_once_each_get_their_own_number_and_name(
    by: Official, feed: str, more: tuple[str, str]
) -> None:
    """They are recorded in the order of keys that have nothing to do with the file's."""
    many = matching.SEALED_AT_ONCE + 100
    titles = TITLES[1:3] if feed == "people" else ("证件号码", "姓名", "隔离方式", "开始时间")
    content = csv_text(titles, [(document(n), f"王{n}", *(more if feed == "orders" else ())) for n in range(many)])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "many.csv"
        path.write_text(content)
        outcome = take_file(path, feed=feed, by=by, source="s", legal_basis="l", now=NOW)
    assert (outcome.taken, outcome.appeared, len(outcome.people)) == (many, many, many)
    found = {person.id_key: person for person in Person.objects.all()}
    assert len(found) == many
    for n in range(0, many, 97):
        person = found[identity.id_key("resident", document(n))]
        assert (person.name, identity.unseal(person.id_sealed, "id", person.number)) == (f"王{n}", document(n))


def test_who_is_named_first_and_who_alone():
    keys = [identity.id_key("resident", name).bytes for name in ("a", "b", "a", "c")]
    named = matching.with_namings(pa.table({"id_key": pa.array([keys[0], None, *keys[1:], None], pa.binary(16))}))
    assert named["first"].to_pylist() == [True, True, True, False, True, True]
    assert named["only"].to_pylist() == [False, True, True, False, True, True]
    assert matching.with_namings(named.select(["id_key"]).slice(0, 0)).num_rows == 0
