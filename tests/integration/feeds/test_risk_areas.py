"""Small lists of every format: what starts, what ends, what stays open, what is never guessed."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from yimatong.core.errors import YimatongError
from yimatong.edges.feeds.divisions.sources import rows
from yimatong.edges.feeds.errors import FeedError
from yimatong.edges.feeds.risk_areas.taking import SOURCE, ListOutcome, take_list
from yimatong.edges.feeds.withdrawing import withdraw
from yimatong.records import queries
from yimatong.records.actions.divisions import DIVISION_ROWS, take_divisions
from yimatong.records.models import Area, HeldRow, Official, Place

pytestmark = pytest.mark.django_db


@pytest.fixture
def publish(tmp_path: Path, by: Official):
    """Publish a list: {level: {(province, city, county): [texts]}} at an instant."""
    take_divisions(by=by, rows=sample())

    def take(
        instant: str, lists: dict[str, dict[tuple[str, str, str], list[str]]] | bytes, *, name: str = ""
    ) -> ListOutcome:
        path = tmp_path / (name or f"{instant.replace(' ', '-')}.json")
        path.write_bytes(lists if isinstance(lists, bytes) else document(instant, lists))
        return take_list(path, by=by, legal_basis="law")

    return take


def sample() -> pa.Table:
    """The divisions that the demo city brings along: all of Ningbo, some streets elsewhere."""
    found = rows(None)
    return pa.table({name: [getattr(row, name) for row in found] for name in DIVISION_ROWS.names}, schema=DIVISION_ROWS)


def document(instant: str, lists: dict[str, dict[tuple[str, str, str], list[str]]]) -> bytes:
    def entries(level: str) -> list[dict[str, Any]]:
        return [
            {
                "type": "2",
                "province": province,
                "city": city,
                "county": county,
                "area_name": f"{province} {city} {county}",
                "communitys": texts,
            }
            for (province, city, county), texts in lists.get(level, {}).items()
        ]

    data = {"end_update_time": instant, **{f"{level}list": entries(level) for level in ("high", "middle", "low")}}
    return json.dumps({"data": data, "code": 0, "msg": "查询成功"}, ensure_ascii=False).encode()


HAISHU = ("浙江省", "宁波市", "海曙区")
YINZHOU = ("浙江省", "宁波市", "鄞州区")


def standing() -> set[tuple[str, str, int, int, str | None]]:
    areas = Area.objects.filter(struck_at=None, end=None).select_related("place")
    return {(area.level, area.scope, area.low, area.high, area.place.name if area.place else None) for area in areas}


def test_texts_become_divisions_places_and_the_rest_of_them(publish) -> None:
    outcome = publish(
        "2022-08-22 10时",
        {
            "high": {HAISHU: ["月湖街道桂井社区3号楼", "白云街道全域", "海曙区望春街道", "天一广场"]},
            "middle": {HAISHU: ["段塘街道华兴社区除高风险区外的其他区域", "高桥镇、古林镇"]},
            "low": {HAISHU: ["宁波市海曙区除中高风险区外的其他区域"]},
        },
    )
    assert (outcome.rows, outcome.taken, outcome.held, outcome.started) == (7, 7, 0, 8)
    assert standing() == {
        ("key", "place", 330203004, 330203004, "桂井社区3号楼"),
        ("key", "whole", 330203006, 330203006, None),
        ("key", "whole", 330203008, 330203008, None),
        ("key", "place", 330203000, 330203999, "天一广场"),
        ("higher_risk", "rest", 330203007, 330203007, "华兴社区"),
        ("higher_risk", "whole", 330203100, 330203100, None),
        ("higher_risk", "whole", 330203103, 330203103, None),
        ("low", "rest", 330203000, 330203999, None),
    }


def test_municipalities_are_read_in_both_of_their_forms(publish) -> None:
    publish(
        "2022-09-01 0时",
        {
            "high": {
                ("北京市", "朝阳区", "建外街道"): ["北郎家园10号楼"],
                ("上海市", "上海市", "黄浦区"): ["外滩街道昭通居委会"],
                ("北京市", "朝阳区", "朝外（地区）街道"): ["吉祥里"],
            }
        },
    )
    assert {(low, place) for _, _, low, _, place in standing()} == {
        (110105001, "北郎家园10号楼"),
        (310101013, "昭通居委会"),
        (110105002, "吉祥里"),
    }


def test_a_list_is_a_state_new_starts_gone_ends_the_rest_stays(publish) -> None:
    publish("2022-08-22 10时", {"high": {HAISHU: ["白云街道", "月湖街道"]}})
    second = publish("2022-08-25 0时", {"high": {HAISHU: ["月湖街道"], YINZHOU: ["全域"]}})
    assert (second.taken, second.unchanged, second.started, second.ended) == (1, 1, 1, 1)
    gone = Area.objects.get(low=330203006)
    assert (gone.start, gone.end) == (datetime(2022, 8, 22, 2, tzinfo=UTC), datetime(2022, 8, 24, 16, tzinfo=UTC))
    empty = publish("2023-01-01 15时", {})
    assert (empty.rows, empty.ended) == (0, 2)
    assert standing() == set()
    back = publish("2023-01-07 15时", {"high": {HAISHU: ["白云街道"]}})
    assert (back.started, Area.objects.filter(low=330203006).count()) == (1, 2), "an area that comes back starts anew"


def test_another_level_of_the_same_text_ends_the_one_and_starts_the_other(publish) -> None:
    publish("2022-08-22 10时", {"high": {HAISHU: ["白云街道"]}})
    changed = publish("2022-08-25 0时", {"middle": {HAISHU: ["白云街道"]}})
    assert (changed.started, changed.ended) == (1, 1)
    assert {level for level, *_ in standing()} == {"higher_risk"}


def test_what_can_not_be_resolved_is_held_and_never_guessed(publish) -> None:
    outcome = publish(
        "2022-08-22 10时",
        {
            "high": {
                ("浙江省", "宁波市", "东钱湖旅游度假区"): ["某小区", "南门街道1号"],
                ("某省", "某市", "某县"): ["全域"],
                HAISHU: ["没有镇全域", "没有镇1号楼"],
            }
        },
    )
    problems = {row.row: row.problems[0]["code"] for row in HeldRow.objects.all()}
    assert problems == {1: "place-county-unknown", 3: "place-province-unknown"} | (
        {4: "place-street-unknown"} if 4 in problems else {}
    )
    assert outcome.rows == outcome.taken + outcome.held
    resolved = {place for _, _, low, _, place in standing() if low == 330203001}
    assert resolved == {"1号"}, "a street that the city has once tells the county"
    assert ("key", "place", 330203000, 330203999, "没有镇1号楼") in standing(), (
        "the county is certain, the street is not"
    )


def test_a_place_of_the_gazetteer_is_met_by_its_name(publish, by: Official) -> None:
    from yimatong.records.actions.places import ensure_places

    compound = ensure_places([("compound", "月湖小区", 330203004, None)])["compound", "月湖小区", 330203004, None]
    ensure_places([("building", "3幢", 330203004, compound)])
    publish("2022-08-22 10时", {"high": {HAISHU: ["月湖街道月湖小区"]}})
    assert Area.objects.get().place_id == compound
    areas = engine_areas()
    assert {area[4] for area in areas} == set(
        Place.objects.filter(division=330203004, kind__in=["compound", "building"]).values_list("pk", flat=True)
    )
    assert len(areas) == 2, "an area holds for everything inside its place"


def test_lists_are_taken_in_their_order_and_once(publish) -> None:
    first = publish("2022-08-22 10时", {"high": {HAISHU: ["白云街道"]}})
    again = publish("2022-08-22 10时", {"high": {HAISHU: ["白云街道"]}}, name="copy.json")
    assert (again.again, again.delivery) == (True, first.delivery)
    with pytest.raises(FeedError) as refusal:
        publish("2022-08-21 10时", {"high": {HAISHU: ["月湖街道"]}})
    assert refusal.value.code == "snapshot-older"


def test_the_latest_list_can_be_withdrawn_and_only_that(publish, by: Official, tmp_path: Path) -> None:
    first = publish("2022-08-22 10时", {"high": {HAISHU: ["白云街道", "月湖街道"]}})
    second = publish("2022-08-25 0时", {"high": {HAISHU: ["月湖街道", "望春街道"]}})
    with pytest.raises(YimatongError) as refusal:
        withdraw(by=by, delivery=first.delivery, why="x", lake_folder=tmp_path)
    assert refusal.value.code == "snapshot-not-last"
    done = withdraw(by=by, delivery=second.delivery, why="wrong list", lake_folder=tmp_path)
    assert (done.struck, done.standing) == (2, 1)
    assert {low for _, _, low, _, _ in standing()} == {330203004, 330203006}
    withdraw(by=by, delivery=first.delivery, why="x", lake_folder=tmp_path)
    assert standing() == set()
    assert publish("2022-08-21 10时", {"high": {HAISHU: ["月湖街道"]}}).started == 1


def test_names_are_resolved_by_the_day_of_the_list(by: Official, tmp_path: Path, publish) -> None:
    """余杭's eastern half became 临平区 on 2021-04-09; the name tells nothing before."""
    linping = {"high": {("浙江省", "杭州市", "下城区"): ["全域"]}}
    assert publish("2021-04-08 10时", linping).held == 0
    assert publish("2021-04-09 10时", linping).held == 1


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "file-empty"), (b"{", "json-broken"), (b"[]", "json-broken"), (b'{"data": 1}', "json-broken"), (b"\xff\xfe{", "file-kind-unknown"),
        (b'{"data": {"end_update_time": "yesterday", "highlist": []}}', "json-broken"),
        (b'{"data": {"end_update_time": "2022-08-22 10\xe6\x97\xb6"}}', "json-broken"),
        (b'{"data": {"end_update_time": "2022-08-22 10\xe6\x97\xb6", "highlist": [{"province": "a"}]}}', "json-broken"),
        (b'{"data": {"end_update_time": "2022-08-22 10\xe6\x97\xb6", "highlist": [{"province": "a", "city": "b", "county": "c", "communitys": [1]}]}}', "json-broken"),
        (b'{"a":' * 100_000, "json-broken"), (b"hello", "file-kind-unknown"),
    ],
)  # fmt: skip
def test_what_is_no_list_is_refused_and_changes_nothing(publish, content: bytes, what: str) -> None:
    with pytest.raises(FeedError) as refusal:
        publish("2022-08-22 10时", content)
    assert refusal.value.code == what
    assert Area.objects.count() == 0


def test_without_divisions_nothing_is_taken(by: Official, tmp_path: Path) -> None:
    path = tmp_path / "list.json"
    path.write_bytes(document("2022-08-22 10时", {"high": {HAISHU: ["全域"]}}))
    with pytest.raises(FeedError) as refusal:
        take_list(path, by=by, legal_basis="law", source=SOURCE)
    assert refusal.value.code == "divisions-missing"


def engine_areas() -> list[tuple[Any, ...]]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(queries.snapshot_sql("areas"))
        return cursor.fetchall()
