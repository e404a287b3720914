"""Files that somebody spoilt, given to their readers, and hostile values in addresses, queries and forms: what is no refusal is a crash.

    python -m bench.spoilt files|parameters SEED COUNT      prints how many there were, how many were refused, and the crashes, as JSON

A process of its own, since a reader written in another language may take its process with it. No database: what is tried is what stands
before it. The walk of every page with one: tests/integration/web/test_hostile_pages.py.
"""

from __future__ import annotations

import io
import json
import os
import random
import secrets
import subprocess
import sys
import tempfile
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from time import process_time
from typing import Any

from bench.machine import CHECKOUT

SLOWEST = 20.0
"""Seconds of work for one file of a few KiB, or one value."""
HEAD, ROW = ("证件号码", "检测结果", "采样时间"), ("330299198001010018", "阴性", "2020-02-15 08:30")
NOW = datetime(2020, 2, 20, tzinfo=UTC)
AREA = {"province": "浙江省", "city": "宁波市", "county": "海曙区", "communitys": ["江厦街28号"]}
LIST = {"data": {"end_update_time": "2022-08-22 10时", "hcount": 1, "highlist": [AREA]}, "code": 0, "msg": ""}
PIECES = (
    b"", b"\0", b'"', b",", b"\n", b"\r", b"\xff", b"\xef\xbb\xbf", b"=1+1", b"9" * 400, b"-1", b"NaN", b"<", b">", b"]]>", b"&#0;", b"&a;",
    b"<!DOCTYPE a>", b"PK\x03\x04", b"PK\x01\x02", b"PAR1", b"\xff" * 8, b"\x7f\xff\xff\xff", b"\x80" * 9 + b"\x01", "\u202e１".encode(),
    b"1e999", b"9999-99-99", b"[" * 300, b"{", b'r="XFD1048576"', b'r="A0"', b't="s"><v>99999</v>', b"<v>-1</v>",
)  # fmt: skip
LETTERS = (
    "0", "9", "-", "+", "e", ".", ":", "T", "/", "\0", "\n", "\u202e", "\ud800", "²", "１", "=", "<", "'", '"', "%00", "{", "\\u0000", " ",
)  # fmt: skip
Taken = Callable[[bytes], None]


@dataclass
class Tried:
    """How many there were, what was said how often, and of each crash its number, what it was given to, and what was raised."""

    executions: int = 0
    said: Counter[str] = field(default_factory=Counter)
    crashes: list[tuple[int, str, str]] = field(default_factory=list)


def tried(what: str, seed: int, count: int, folder: Path) -> Tried:
    """`files` or `parameters` in a process of their own; one that ended badly is a crash."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("YIMATONG_") and name != "DATABASE_URL"},
        **{f"YIMATONG_{name}_KEY": secrets.token_hex(30) for name in ("SECRET", "IDENTITY", "AUDIT")}, "YIMATONG_HOME": str(folder),
        "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none", "DJANGO_SETTINGS_MODULE": "yimatong.site.settings",
        "PYTHONPATH": os.pathsep.join((str(CHECKOUT / "src"), str(CHECKOUT))), "TMPDIR": str(folder),
    }  # fmt: skip
    ran = subprocess.run(
        [sys.executable, "-m", "bench.spoilt", what, str(seed), str(count)],
        cwd=CHECKOUT, env=environment, stdout=subprocess.PIPE, text=True, check=False,
    )  # fmt: skip
    if ran.returncode:
        return Tried(0, Counter(), [(-1, what, f"the process ended with {ran.returncode}")])
    found = json.loads(ran.stdout.splitlines()[-1])
    return Tried(found["executions"], Counter(found["said"]), [(at, where, why) for at, where, why in found["crashes"]])


def spoilt(chance: random.Random, data: bytes) -> bytes:
    """Bytes changed in one to four places: bits, pieces put in, taken out, doubled, cut; the end more often than elsewhere."""
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        low = 0 if chance.random() < 0.6 else max(0, len(data) - 600)
        at = chance.randrange(low, len(data) + 1)
        way = chance.randrange(6)
        if way == 0 and at < len(data):
            data = data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :]
        elif way == 1:
            data = data[:at] + chance.choice(PIECES) + data[at + chance.choice((0, 0, 1, 4, 30)) :]
        elif way == 2:
            data = data[:at] + data[at + chance.choice((1, 2, 8, 200)) :]
        elif way == 3:
            data = data[:at] + data[max(0, at - chance.choice((3, 40, 400))) :]
        elif way == 4 and chance.random() < 0.3:
            data = data[:at]
        else:
            data = data[:at] + chance.randbytes(chance.choice((1, 2, 4, 8))) + data[at + 4 :]
    return data


def in_archive(chance: random.Random, data: bytes) -> bytes:
    """A workbook of which one part is spoilt inside, or the archive around it."""
    if chance.random() < 0.4:
        return spoilt(chance, data)
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        members = old.namelist()
        likely = [name for name in members if "sheet1" in name or "workbook.xml" in name or "sharedStrings" in name]
        changed = chance.choice(likely if chance.random() < 0.7 else members)
        for name in members:
            if name != changed or chance.random() < 0.95:
                new.writestr(name, spoilt(chance, old.read(name)) if name == changed else old.read(name))
    return buffer.getvalue()


def originals(folder: Path) -> Iterator[tuple[str, bytes, Callable[[random.Random, bytes], bytes], Taken]]:
    """A name, a right file, how it is spoilt, and what reads it: each of the formats that are taken from outside."""
    import openpyxl
    import pyarrow as pa
    import pyarrow.parquet as pq

    from yimatong.core.lake import STAY_COLUMNS
    from yimatong.core.time import SHANGHAI
    from yimatong.edges.feeds import importing, stays
    from yimatong.edges.feeds.catalogue import CONTRACTS
    from yimatong.edges.feeds.checking import check
    from yimatong.edges.feeds.risk_areas import lists
    from yimatong.edges.folders import reading

    file, town, spool = folder / "file", folder / "town", folder / "spool"
    town.mkdir()

    def table(data: bytes) -> None:
        file.write_bytes(data)
        check(importing.read(file, CONTRACTS["tests"]), CONTRACTS["tests"], now=NOW, zone=SHANGHAI)

    def stay(data: bytes) -> None:
        file.write_bytes(data)
        stays.check_shape(file)
        for _ in stays.pieces(file):
            pass

    def areas(data: bytes) -> None:
        file.write_bytes(data)
        lists.read(file, SHANGHAI)

    def of_town(name: str) -> Taken:
        def taken(data: bytes) -> None:
            for old in town.iterdir():
                old.unlink()
            (town / "people.csv").write_text("person,division\n1,330203001\n2,330203001\n")
            (town / name).write_bytes(data)
            reading.read(town, SHANGHAI, spool)

        return taken

    rows = [HEAD, *[ROW] * 20]
    text = "\n".join(",".join(row) for row in rows)
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    excel, parquet = io.BytesIO(), io.BytesIO()
    book.save(excel)
    pq.write_table(pa.table({name: pa.array([1, 2, 3], pa.int32()) for name in STAY_COLUMNS}), parquet)
    facts = (
        "fact,person,kind,detail,start,end,onset\n1,1,case,confirmed,2020-02-18,,\n2,2,case,confirmed,2020-02-17,,\n"
    )
    yield "csv", text.encode(), spoilt, table
    yield "csv in GB18030", text.encode("gb18030"), spoilt, table
    yield "xlsx", excel.getvalue(), in_archive, table
    yield "parquet", parquet.getvalue(), spoilt, stay
    yield "list of areas", json.dumps(LIST, ensure_ascii=False).encode(), spoilt, areas
    yield "folder's csv", facts.encode(), spoilt, of_town("facts.csv")
    yield "folder's parquet", parquet.getvalue(), spoilt, of_town("stays.parquet")


def files(seed: int, count: int) -> Tried:
    """So many spoilt files, each format in its turn."""
    with tempfile.TemporaryDirectory() as name:
        formats = list(originals(Path(name)))

        def one(chance: random.Random, at: int) -> tuple[str, Callable[[], object]]:
            title, data, way, taken = formats[at % len(formats)]
            changed = way(chance, data)
            return title, lambda: taken(changed)

        return counted(seed, count, one)


def value(chance: random.Random) -> str:
    """A text that means harm, or nothing."""
    from yimatong.core.bounds import LONGEST_TEXT

    if chance.random() < 0.02:
        return chance.choice(LETTERS) * chance.choice((5_000, LONGEST_TEXT, LONGEST_TEXT + 1))
    if chance.random() < 0.2:
        return str(chance.choice((2**31, 2**63, 2**64, 10**19)) + chance.choice((-1, 0, 1)))
    return "".join(chance.choices(LETTERS, k=chance.choice((0, 1, 2, 3, 8, 19, 40))))


def parameters(seed: int, count: int) -> Tried:
    """So many hostile values: in an address of each route, in a query and a form past the bounds, in each form's fields, in JSON."""
    from django.test import RequestFactory
    from django.urls import resolve

    from tests import hostile
    from yimatong.core import bounds
    from yimatong.edges.web.everybody.bounds import Bounds

    routes = sorted({written for written, _, _ in hostile.routes()})
    forms = _forms(hostile.module_of(pattern.callback) for _, _, pattern in hostile.routes())
    gate, make = Bounds(lambda _: None), RequestFactory()  # type: ignore[arg-type, return-value]

    def address(chance: random.Random) -> object:
        written = chance.choice(routes)
        while "<" in written:
            written = f"{written.partition('<')[0]}{value(chance)}{written.partition('>')[2]}"
        return resolve(f"/{written}")

    def asked(chance: random.Random) -> object:
        given = {value(chance) or "q": value(chance) for _ in range(chance.choice((1, 3)))}
        given = {
            key.encode(errors="replace").decode(): one.encode(errors="replace").decode() for key, one in given.items()
        }
        return gate.process_view(chance.choice((make.get, make.post))("/complain/1/", given))

    def filled(chance: random.Random) -> object:
        form = chance.choice(forms)
        given = {
            name: value(chance) if chance.random() < 0.7 else hostile.plausible(name, one)
            for name, one in form.base_fields.items()
        }
        return form(given).is_valid()

    def body(chance: random.Random) -> object:
        right = json.dumps({"a": [1, -2.5, {"b": value(chance)}], "n": chance.choice((2**63, 1, "x", None))}).encode()
        return bounds.loads(spoilt(chance, right))

    ways = (("address", address), ("query or form", asked), ("fields", filled), ("JSON", body))

    def one(chance: random.Random, at: int) -> tuple[str, Callable[[], object]]:
        title, way = ways[at % len(ways)]
        return title, lambda: way(chance)

    return counted(seed, count, one)


def _forms(modules: Iterator[Any]) -> list[Any]:
    """Forms that need nothing but what was sent."""
    from django.forms import BaseForm

    found: dict[str, Any] = {}
    for module in modules:
        for name, one in vars(module).items():
            if isinstance(one, type) and issubclass(one, BaseForm) and getattr(one, "base_fields", None):
                with suppress(TypeError):
                    one({})
                    found[f"{module.__name__}.{name}"] = one
    return [found[name] for name in sorted(found)]


def counted(seed: int, count: int, one: Callable[[random.Random, int], tuple[str, Callable[[], object]]]) -> Tried:
    """Do so many things, each with its title, and count what became of them."""
    from django.core.exceptions import BadRequest, RequestDataTooBig, TooManyFieldsSent
    from django.http.multipartparser import MultiPartParserError
    from django.urls import Resolver404

    from yimatong.core.errors import YimatongError

    found, chance = Tried(), random.Random(seed)
    for at in range(count):
        title, does = one(chance, at)
        begun, said = process_time(), "taken"
        try:
            does()
        except (
            YimatongError,
            BadRequest,
            RequestDataTooBig,
            TooManyFieldsSent,
            MultiPartParserError,
            Resolver404,
        ) as refused:
            said = getattr(refused, "code", "") or type(refused).__name__
        except ValueError as problem:
            # JSON of strangers is refused by ValueError; nothing else is.
            said = "ValueError"
            if title != "JSON":
                found.crashes.append((at, title, _where(problem)))
        except KeyboardInterrupt:
            raise
        except BaseException as problem:  # noqa: BLE001 -- a panic of a reader in Rust is no Exception
            said = "crash"
            found.crashes.append((at, title, _where(problem)))
        if process_time() - begun > SLOWEST:
            found.crashes.append((at, title, f"{process_time() - begun:.0f} s"))
        found.said[said] += 1
        found.executions += 1
    return found


def _where(problem: BaseException) -> str:
    trace, last = problem.__traceback__, ""
    while trace is not None:
        last, trace = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}", trace.tb_next
    return f"{type(problem).__name__} {str(problem)[:120]} at {last}"


if __name__ == "__main__":
    import django

    django.setup()
    result = {"files": files, "parameters": parameters}[sys.argv[1]](int(sys.argv[2]), int(sys.argv[3]))
    print(json.dumps({"executions": result.executions, "said": dict(result.said), "crashes": result.crashes[:20]}))
