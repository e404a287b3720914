"""A file breaks in; the product is made not to answer."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.parquet as pq
from django.urls import reverse

from tests.attack.guards import put, without
from tests.attack.records import middleware_without
from tests.attack.town import Attacked
from tests.attack.tries import Denied, Planted, Refused, attack, by_test
from yimatong.core import bounds, given
from yimatong.edges.feeds import files, parquet_files
from yimatong.edges.feeds.limits import LIMITS


@attack(
    "name-that-leads-outside", who="sender of files", aim="power", promise="F3", how="have a delivery recorded under a name that leads out of its folder",
    guard="the last part of the name is kept, and the file by its digest", answer=Refused("its name alone"),
    off=[without(files.stamp, "path.name[-255:]", "str(path)")],
)  # fmt: skip
def name_that_leads_outside(city: Attacked) -> bool:
    with TemporaryDirectory() as name:
        (Path(name) / "in").mkdir()
        (Path(name) / "list.csv").write_text("x\n")
        stamp = files.stamp(Path(name) / "in" / ".." / "list.csv")
    if stamp.name == "list.csv":
        raise Denied("its name alone")
    return ".." in stamp.name


@attack(
    "pipe-for-a-file", who="operator", aim="power", promise="F4", how="name a pipe in the place of a file, and write into it what is to be read",
    guard="what is opened is a regular file", answer=Refused("file-not-regular"),
    off=[without(given.opened, "odd = not stat.S_ISREG(about.st_mode) or (about.st_size == 0 and _has_more(handle))", "odd = False")],
)  # fmt: skip
def pipe_for_a_file(city: Attacked) -> bool:
    with TemporaryDirectory() as name:
        path = Path(name) / "list.csv"
        os.mkfifo(path)
        end = os.open(path, os.O_RDWR)
        try:
            os.write(end, b"of a pipe")
            return given.read(path) == b"of a pipe"
        except BlockingIOError:
            return True
        finally:
            os.close(end)


@attack(
    "file-without-end", who="sender of files", aim="stop", promise="F4", how="name a file of settings that has more bytes than any has",
    guard="each file has the most bytes that it may have", answer=Refused("file-too-large"),
    off=[without(given.opened, "odd or about.st_size > most:", "odd:"), without(given.read, "if len(data) > most:", "if False:")],
)  # fmt: skip
def file_without_end(city: Attacked) -> bool:
    with TemporaryDirectory() as name:
        path = Path(name) / "key"
        path.touch()
        os.truncate(path, given.SMALL * 8)
        return len(given.read(path)) > given.SMALL


@attack(
    "parquet-of-absurd-shape", who="a source", aim="stop", promise="F5", how="deliver Parquet with more columns than anybody's table has",
    guard="its description is looked at before it is read", answer=Refused("too-many-columns"),
    off=[without(parquet_files.too_much, "if about.num_columns > LIMITS.columns:", "if False:")],
)  # fmt: skip
def parquet_of_absurd_shape(city: Attacked) -> bool:
    with TemporaryDirectory() as name:
        path = Path(name) / "tests.parquet"
        pq.write_table(pa.table({f"c{number}": [1] for number in range(LIMITS.columns + 1)}), path)
        if wrong := parquet_files.too_much(path):
            raise Denied(wrong)
    return True


@attack(
    "text-of-a-megabyte", who="clerk", aim="stop", promise="W4", how="ask an office page with a text of a megabyte in its address",
    guard="one place bounds what a request may hold", answer=Refused("400"), off=[middleware_without("bounds.Bounds")],
)  # fmt: skip
def text_of_a_megabyte(city: Attacked) -> bool:
    answer = city.browser("clerk").get(reverse("web:overview"), {"x": "9" * 1_000_000})
    if answer.status_code != 200:
        raise Denied(answer.status_code)
    return True


@attack(
    "number-of-5000-digits", who="stranger on the network", aim="stop", promise="W4", how="send a number of 5,000 digits, which Python does not even read",
    guard="a number has at most nineteen digits", answer=Refused("no number"), off=[without(bounds.whole, "len(text) > DIGITS or ", "")],
)  # fmt: skip
def number_of_5000_digits(city: Attacked) -> bool:
    try:
        if bounds.whole("9" * 5_000) is None:
            raise Denied("no number")
    except ValueError:
        return True
    return False


@attack(
    "json-without-end", who="gate device", aim="stop", promise="W4", how="send JSON of a hundred thousand brackets inside one another",
    guard="its depth is counted before it is read", answer=Refused("no JSON"), off=[put(bounds, "is_deep", lambda _data: False)],
)  # fmt: skip
def json_without_end(city: Attacked) -> bool:
    try:
        bounds.loads(b"[" * 100_000)
    except ValueError as refused:
        raise Denied("no JSON") from refused
    except RecursionError:
        return True
    return False


EXCEL = "tests/unit/feeds/test_excel_files.py"
by_test(
    "decompression-bomb", section="files", who="sender of files", aim="stop", promise="F1", how="deliver a workbook that unpacks to more than the machine has",
    guard="what an archive says of itself is bounded", answer=Refused("excel-unpacks-too-large"),
    planted=Planted(
        "edges/feeds/excel_files.py", "if unpacked > LIMITS.unpacked or steep:", "if False:",
        f"{EXCEL}::test_a_file_that_unpacks_to_too_much_is_refused_before_it_is_unpacked",
    ),
)  # fmt: skip
by_test(
    "entities-in-a-workbook", section="files", who="sender of files", aim="read", promise="F1", how="deliver a workbook whose XML names entities",
    guard="entities are refused before they are read", answer=Refused("excel-entities"),
    planted=Planted(
        "edges/feeds/excel_files.py", "if seen == 0 and any(sign in piece[:PROLOG].upper() for sign in HARMFUL):", "if False:",
        f"{EXCEL}::test_entities_and_document_types_are_refused",
    ),
)  # fmt: skip
by_test(
    "half-a-delivery", section="files", who="a source", aim="red", promise="F2 W1", how="a delivery whose process is killed in the middle leaves its first rows",
    guard="a delivery is one transaction", answer=Refused("nothing is left of it"),
    planted=Planted(
        "edges/feeds/importing.py", "@transaction.atomic\ndef _take(", "def _take(",
        "tests/integration/feeds/test_whole_or_nothing.py::test_a_process_killed_in_the_middle_leaves_nothing_and_its_file_can_be_taken",
    ),
)  # fmt: skip
by_test(
    "workbook-of-a-million-parts", section="files", who="sender of files", aim="stop", promise="F5", how="deliver a workbook of more parts than any has",
    guard="its directory is looked at before it is unpacked", answer=Refused("excel-too-many-parts"),
    planted=Planted(
        "edges/feeds/excel_files.py", "if members > LIMITS.members or length > LIMITS.directory_bytes:", "if False:",
        "tests/unit/feeds/test_bounds_of_files.py::test_a_workbook_of_too_many_parts_or_sheets_is_refused",
    ),
)  # fmt: skip
