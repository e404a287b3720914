"""A file breaks in; the product is made not to answer."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from tests.attack.guards import without
from tests.attack.town import Attacked
from tests.attack.tries import Denied, Planted, Refused, attack, by_test
from yimatong.edges.feeds import files


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
