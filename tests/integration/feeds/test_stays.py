"""Stays go into the lake whole or not at all, known to the records; a crash between the two is mended."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from yimatong.core import lake
from yimatong.core.lake import LakeError
from yimatong.core.time import SHANGHAI, day_of
from yimatong.edges.feeds import stays
from yimatong.edges.feeds.errors import FeedError
from yimatong.edges.feeds.importing import Outcome
from yimatong.edges.feeds.withdrawing import withdraw
from yimatong.records.actions.intake import stays as intake
from yimatong.records.models import AuditEntry, Delivery, Official, Person

pytestmark = pytest.mark.django_db
DAY = date(2020, 2, 15)
MINUTE = SHANGHAI.first_minute(day_of(DAY)) + 60


def table(rows: int = 100, **given: object) -> pa.Table:
    people = list(Person.objects.order_by("pk").values_list("pk", flat=True))
    columns = {
        "person": [people[n % len(people)] for n in range(rows)],
        "place": [1000 + n % 7 for n in range(rows)],
        "division": [330203001] * rows,
        "arrive": [MINUTE + n for n in range(rows)],
        "leave": [MINUTE + n + 30 for n in range(rows)],
    }
    return pa.table({name: pa.array(values, pa.int32()) for name, values in columns.items()} | given)


@pytest.fixture
def deliver(tmp_path: Path, town: Outcome, by: Official):
    def take(content: pa.Table | bytes, name: str = "stays.parquet") -> Outcome:
        path = tmp_path / name
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            pq.write_table(content, path)
        return stays.take_file(path, by=by, source="运营商", legal_basis="law", lake_folder=tmp_path / "lake")

    return take


def test_stays_come_into_the_lake_and_go_with_their_delivery(deliver, tmp_path: Path, by: Official) -> None:
    first, second = deliver(table()), deliver(table(50), "b.parquet")
    assert (first.taken, first.rows, second.taken) == (100, 100, 50)
    assert lake.read_day(tmp_path / "lake", DAY).num_rows == 150
    done = withdraw(by=by, delivery=first.delivery, why="x", lake_folder=tmp_path / "lake")
    assert done.struck == 100
    assert lake.read_day(tmp_path / "lake", DAY).num_rows == 50
    assert Delivery.objects.get(pk=first.delivery).state == "withdrawn"


def test_the_same_file_again_changes_nothing(deliver, tmp_path: Path) -> None:
    first, again = deliver(table()), deliver(table(), "other-name.parquet")
    assert (again.again, again.delivery) == (True, first.delivery)
    assert lake.read_day(tmp_path / "lake", DAY).num_rows == 100


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"person": pa.array([9_999_999] * 100, pa.int32())}, "stays-of-strangers"),
        ({"leave": pa.array([0] * 100, pa.int32())}, None),
        ({"arrive": pa.array([1_581_700_000] * 100, pa.int32())}, "lake-range"),
        ({"division": pa.array([330203] * 100, pa.int32())}, "lake-range"),
        ({"place": pa.array([None] * 100, pa.int32())}, "lake-null"),
        ({"arrive": pa.array(["x"] * 100)}, "lake-column-type"),
    ],
)
def test_a_wrong_file_is_refused_whole(deliver, tmp_path: Path, given: dict[str, object], code: str | None) -> None:
    deliver(table())
    audited = AuditEntry.objects.count()
    with pytest.raises((FeedError, LakeError)) as refusal:
        deliver(table(**given), "wrong.parquet")
    assert code is None or refusal.value.code == code
    refused = Delivery.objects.latest("pk")
    assert (refused.state, refused.error, refused.taken) == ("refused", refusal.value.code, 0)
    assert lake.read_day(tmp_path / "lake", DAY).num_rows == 100
    assert AuditEntry.objects.count() == audited + 1


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"PAR1" + bytes(300) + b"PAR1", "parquet-broken"),
        (b"hello", "file-kind-unknown"),
        (pa.table({"person": pa.array([], pa.int32())}), "no-rows"),
    ],
)
def test_what_is_no_parquet_of_stays_is_refused(deliver, content: pa.Table | bytes, code: str) -> None:
    with pytest.raises(FeedError) as refusal:
        deliver(content)
    assert refusal.value.code == code


def test_a_missing_column_is_named(deliver) -> None:
    with pytest.raises(LakeError) as refusal:
        deliver(table().drop_columns(["division"]))
    assert refusal.value.code == "lake-column-missing"


def test_what_a_crash_left_half_done_is_undone_before_anything_else(
    deliver,
    tmp_path: Path,
    by: Official,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Crash(BaseException):
        """The process dies after the lake has changed and before the records know."""

    def die(*args: object) -> None:
        raise Crash

    monkeypatch.setattr(intake, "_close", die)
    with pytest.raises(Crash):
        deliver(table())
    monkeypatch.undo()
    crashed = Delivery.objects.get(feed="stays")
    assert (crashed.state, lake.read_day(tmp_path / "lake", DAY).num_rows) == ("received", 100)
    after = deliver(table(30), "next.parquet")
    crashed.refresh_from_db()
    assert (crashed.state, crashed.error) == ("refused", "interrupted")
    assert lake.read_day(tmp_path / "lake", DAY).num_rows == after.taken == 30
    assert deliver(table()).taken == 100, "the interrupted file can be delivered again"
