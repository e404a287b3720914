"""The reference feed program: plays the police's earlier system and the province's platform.

    python -m yimatong.counterparts.feeds write FOLDER --day 2020-02-14 --people 100 --seed 1
    python -m yimatong.counterparts.feeds serve --port 8210 --day 2020-02-14 --people 100 --seed 1

It makes one day's deliveries of synthetic people (ID numbers of area 330299), the same for the same seed and day: a CSV of the
police as such systems write them (GB18030, Chinese headers), and JSON lines of the platform. `serve` offers them over HTTP:

    GET /police/2020-02-14.csv      GET /platform/2020-02-14.jsonl      GET /index.json -> [{"path", "sha256", "rows"}]

It knows the contract (docs/reference/feeds.md) and nothing of the product; what it writes a stranger could write.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import io
import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

FAMILY = "王李张刘陈杨黄赵周吴徐孙胡朱高林何郭马罗"
GIVEN = (
    "伟",
    "芳",
    "娜",
    "敏",
    "静",
    "强",
    "磊",
    "洋",
    "艳",
    "勇",
    "军",
    "杰",
    "娟",
    "涛",
    "超",
    "明",
    "霞",
    "平",
    "刚",
    "桂英",
)
STREETS = ("330203001", "330203002", "330212002", "330205001", "330206003")
ELSEWHERE = ("420106", "420102", "330300", "331002", "310115", "340104")
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
POLICE_TITLES = (
    "登记编号", "姓名", "证件类型", "证件号码", "手机号", "申报时间", "街道代码", "详细住址", "发热", "气促", "呼吸道症状",
    "症状开始时间", "接触过有症状者", "接触时间", "到过的地区代码", "到达日期", "离开日期",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who declared: nobody real."""

    number: int
    name: str
    document: str
    phone: str
    street: str
    address: str
    declared: datetime
    symptom: str
    contact: date | None
    journey: tuple[str, date, date] | None


@dataclass(frozen=True, slots=True)
class Delivery:
    """One file: where it is served, its bytes and how many rows it has."""

    path: str
    body: bytes
    rows: int

    @property
    def sha256(self) -> str:
        """The digest that tells it from every other."""
        return hashlib.sha256(self.body).hexdigest()


def document(number: int) -> str:
    """A resident's number that is nobody's: area 330299, a date of birth, the check digit of GB 11643."""
    born = date(1940, 1, 1) + timedelta(days=number * 37 % 25_000)
    body = f"330299{born:%Y%m%d}{number % 999 + 1:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True))
    return body + "10X98765432"[total % 11]


def people(first: int, count: int, day: date, seed: int) -> list[Person]:
    """People who declared on a day; one in twenty has a symptom, one in ten has been elsewhere."""
    chance = random.Random(f"{seed}/{day}/{first}")  # noqa: S311 -- a play, and it must repeat itself
    return [_person(number, day, chance) for number in range(first, first + count)]


def _person(number: int, day: date, chance: random.Random) -> Person:
    journey = None
    if chance.random() < 0.1:
        begin = day - timedelta(days=chance.randrange(3, 12))
        journey = chance.choice(ELSEWHERE), begin, begin + timedelta(days=chance.randrange(3))
    return Person(
        number=number,
        name=chance.choice(FAMILY) + chance.choice(GIVEN),
        document=document(number),
        phone=f"1390{number:07d}",
        street=chance.choice(STREETS),
        address=f"试验小区{chance.randrange(1, 30)}幢{chance.randrange(1, 5)}单元",
        declared=datetime.combine(day, datetime.min.time()) + timedelta(minutes=chance.randrange(480, 1320)),
        symptom=chance.choice(("fever", "dyspnoea", "respiratory")) if chance.random() < 0.05 else "",
        contact=day - timedelta(days=1) if chance.random() < 0.02 else None,
        journey=journey,
    )


def police(day: date, count: int, seed: int) -> Delivery:
    """The police's file of a day."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(POLICE_TITLES)
    for one in people(1, count, day, seed):
        symptoms = ["是" if one.symptom == name else "否" for name in ("fever", "dyspnoea", "respiratory")]
        journey = (one.journey[0], *(f"{at:%Y-%m-%d}" for at in one.journey[1:])) if one.journey else ("", "", "")
        writer.writerow(
            (
                f"GA{day:%Y%m%d}{one.number:06d}", one.name, "居民身份证", one.document, one.phone,
                f"{one.declared:%Y-%m-%d %H:%M}", one.street, one.address, *symptoms, f"{day}" if one.symptom else "",
                "是" if one.contact else "否", f"{one.contact}" if one.contact else "", *journey,
            )
        )  # fmt: skip
    return Delivery(f"/police/{day}.csv", text.getvalue().encode("gb18030"), count)


def platform(day: date, count: int, seed: int) -> Delivery:
    """The platform's file of a day: other people, and its decision on each."""
    lines = []
    for one in people(500_000, count, day, seed):
        line: dict[str, object] = {
            "reference": f"ZJ{day:%Y%m%d}{one.number}", "name": one.name, "id_type": "resident", "id_number": one.document,
            "phone": one.phone, "declared_at": f"{one.declared.isoformat()}+08:00", "division": one.street,
            "decision": "yellow" if one.symptom or one.contact else "green",
        }  # fmt: skip
        if one.symptom:
            line |= {one.symptom: True, "symptoms_from": f"{day}"}
        if one.contact:
            line |= {"contact": True, "contact_on": f"{one.contact}"}
        if one.journey:
            line |= dict(zip(("visited", "visited_from", "visited_to"), map(str, one.journey), strict=True))
        lines.append(json.dumps(line, ensure_ascii=False))
    return Delivery(f"/platform/{day}.jsonl", "\n".join([*lines, ""]).encode(), count)


def deliveries(day: date, count: int, seed: int) -> tuple[Delivery, ...]:
    """Both files of a day."""
    return police(day, count, seed), platform(day, count, seed)


def write(folder: Path, made: Sequence[Delivery]) -> list[Path]:
    """Write the files below a folder."""
    paths = []
    for delivery in made:
        path = folder / delivery.path.lstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(delivery.body)
        paths.append(path)
    return paths


def server(port: int, made: Sequence[Delivery]) -> ThreadingHTTPServer:
    """An HTTP server of these deliveries on this machine alone; port 0 takes a free one."""
    return ThreadingHTTPServer(("127.0.0.1", port), _handler({delivery.path: delivery for delivery in made}))


def _handler(made: dict[str, Delivery]) -> Callable[..., BaseHTTPRequestHandler]:
    index = [{"path": path, "sha256": one.sha256, "rows": one.rows} for path, one in made.items()]

    class Handler(BaseHTTPRequestHandler):
        """Answers GET with a file or the index."""

        def do_GET(self) -> None:
            """Send what was asked for."""
            body = json.dumps(index).encode() if self.path == "/index.json" else None
            found = made.get(self.path)
            if found is not None:
                body = found.body
            self.send_response(HTTPStatus.NOT_FOUND if body is None else HTTPStatus.OK)
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the library's own name
            """Say nothing: a path may one day carry more than a date."""

    return Handler


def main(words: Sequence[str] | None = None) -> int:
    """Run the program."""
    parser = argparse.ArgumentParser(prog="yimatong.counterparts.feeds", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("what", choices=("write", "serve"))
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--port", type=int, default=8210)
    parser.add_argument("--day", type=date.fromisoformat, default=date(2020, 2, 14))
    parser.add_argument("--people", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(words)
    made = deliveries(given.day, given.people, given.seed)
    if given.what == "write":
        if given.folder is None:
            parser.error("write needs a folder")
        for path in write(given.folder, made):
            print(path)  # noqa: T201 -- the program's result
        return 0
    with server(given.port, made) as serving:
        print(f"http://127.0.0.1:{serving.server_address[1]}/index.json", flush=True)  # noqa: T201 -- the program's result
        serving.serve_forever()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
