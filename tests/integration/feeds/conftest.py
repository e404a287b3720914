"""What the feeds' tests share: an official, small files, people who are nobody."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from stdnum.iso7064 import mod_11_2

from tests.acting import an_official
from yimatong.edges.feeds.importing import Outcome, take_file
from yimatong.records.models import Official

NOW = datetime(2020, 2, 20, 12, 0, tzinfo=UTC)


def document(number: int) -> str:
    """A resident's number that is nobody's: area 330299, the right check digit. `number` is below 900,000."""
    body = f"330299{1950 + number // 30_000:04d}{number // 2_500 % 12 + 1:02d}{number // 100 % 25 + 1:02d}{number % 100 + 1:03d}"
    return body + mod_11_2.calc_check_digit(body)


def csv_text(titles: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """A CSV file of these rows."""
    return "".join(f"{','.join(map(str, row))}\n" for row in (titles, *rows))


@pytest.fixture
def by() -> Official:
    """An official of the control office."""
    return an_official("office", Official.Role.CONTROL_OFFICE, name="办公室")


Take = Callable[..., Outcome]


@pytest.fixture
def take(tmp_path: Path, by: Official) -> Take:
    """Deliver a text (or bytes) as a file of a feed."""

    def deliver(
        feed: str,
        content: str | bytes,
        *,
        name: str = "file.csv",
        now: datetime = NOW,
        source: str = "test",
        basis: str = "law",
    ) -> Outcome:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return take_file(path, feed=feed, by=by, source=source, legal_basis=basis, now=now)

    return deliver


@pytest.fixture
def town(take: Take) -> Outcome:
    """Twenty people, numbers in the order of document(0) to document(19), named 王0 to 王19, two to a stairwell."""
    titles = ("证件号码", "姓名", "手机号", "街道代码", "小区", "楼栋", "单元", "入住时间")
    rows = [
        (
            document(n),
            f"王{n}",
            f"1380000{n:04d}",
            330203001,
            "月湖小区",
            f"{n // 4}幢",
            f"{n // 2 % 2 + 1}单元",
            "2018-06-01",
        )
        for n in range(20)
    ]
    return take("people", csv_text(titles, rows), name="people.csv")
