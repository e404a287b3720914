"""A folder of facts: every wrong cell is named with its line, nothing is guessed, and nothing is written."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from yimatong.core.errors import YimatongError
from yimatong.core.facts import COLUMNS
from yimatong.core.time import SHANGHAI
from yimatong.edges.cli.main import GROUPS, program, run
from yimatong.edges.folders.problems import SENTENCES, FolderError
from yimatong.edges.folders.reading import read

PEOPLE = "person,division\n1,330203001\n2,330203001\n"
NINGBO = Path(__file__).resolve().parents[4] / "policies" / "cn-zj-ningbo"


def town(folder: Path, **files: str | bytes) -> Path:
    """A folder with the given CSV files; `people` is there unless given."""
    folder.mkdir()
    for name, text in ({"people": PEOPLE} | files).items():
        (folder / f"{name}.csv").write_bytes(text.encode() if isinstance(text, str) else text)
    return folder


def wrong(folder: Path, tmp_path: Path) -> list[tuple[str, int, str, str]]:
    """What is wrong with a folder: (file, line, column, code)."""
    with pytest.raises(FolderError) as error:
        read(folder, SHANGHAI, tmp_path / "spool")
    for language in ("zh", "en"):
        assert "folder-wrong" in error.value.tell(language)  # type: ignore[arg-type]
    return [(problem.file, problem.line, problem.column, problem.code) for problem in error.value.problems]


FACTS = "fact,person,kind,detail,start,end,onset\n"
ROWS = {
    "1,1,case,confirmed,2020-02-18,,": [],
    "x,1,case,confirmed,2020-02-18,,": [("fact", "number-wrong")],
    "1,,case,confirmed,2020-02-18,,": [("person", "value-missing")],
    "1,1.5,case,confirmed,2020-02-18,,": [("person", "number-wrong")],
    "1,-1,case,confirmed,2020-02-18,,": [("person", "number-wrong")],
    "1,99999999999,case,confirmed,2020-02-18,,": [("person", "number-wrong")],
    "1,１,case,confirmed,2020-02-18,,": [("person", "number-wrong")],
    "1,9,case,confirmed,2020-02-18,,": [("person", "person-unknown")],
    "1,1,Case,confirmed,2020-02-18,,": [("kind", "kind-unknown")],
    "1,1,case,certain,2020-02-18,,": [("detail", "detail-unknown")],
    "1,1,case,fever,2020-02-18,,": [("detail", "detail-unknown")],
    "1,1,case,confirmed,18.2.2020,,": [("start", "instant-wrong")],
    "1,1,case,confirmed,2020-02-30,,": [("start", "instant-wrong")],
    "1,1,case,confirmed,2020-02-18T10:00,,": [("start", "instant-without-zone")],
    "1,1,case,confirmed,1970-02-18,,": [("start", "instant-out-of-range")],
    "1,1,case,confirmed,2020-02-18,2020-02-17,": [("end", "end-before-start")],
    "1,1,case,confirmed,2020-02-18,2020-02-18,2020-02-10": [],
    "1,1,order,home,2020-02-18,,2020-02-18": [("onset", "onset-not-of-a-case")],
    "1,1,case,confirmed,2020-02-18": [("", "row-width")],
    "x,1,case,confirmed,never,,": [("fact", "number-wrong"), ("start", "instant-wrong")],
    '"1","1","case","confirmed","2020-02-18T10:00Z","",""': [],
}


@pytest.mark.parametrize("row", ROWS)
def test_a_wrong_row_is_named_by_line_and_column(row: str, tmp_path: Path):
    folder = town(tmp_path / "town", facts=f"{FACTS}7,2,declaration,self,2020-02-16,,\n{row}\n")
    expected = [("facts.csv", 3, column, code) for column, code in ROWS[row]]
    if expected:
        assert wrong(folder, tmp_path) == expected
    else:
        assert read(folder, SHANGHAI, tmp_path / "spool").facts


def test_every_wrong_row_of_every_table_is_told_at_once(tmp_path: Path):
    folder = town(
        tmp_path / "town",
        people="person,division\n1,330203001\n1,330203001\n2,3302\n",
        homes="person,stairwell,start\n1,0,2020-01-01\n3,1,2020-01-01\n",
        areas="area,level,low,high,start\n1,keen,420000000,429999999,2020-01-01\n2,key,429999999,420000000,2020-01-01\n",
        stays="person,place,division,arrive,leave\n1,5,330203001,2020-02-02T10:00+08:00,2020-02-02T09:00+08:00\n",
    )
    assert wrong(folder, tmp_path) == [
        ("areas.csv", 2, "level", "level-unknown"),
        ("areas.csv", 3, "low", "range-backwards"),
        ("homes.csv", 2, "stairwell", "number-wrong"),
        ("homes.csv", 3, "person", "person-unknown"),
        ("people.csv", 3, "person", "said-twice"),
        ("people.csv", 4, "division", "division-wrong"),
        ("stays.csv", 2, "leave", "end-before-start"),
    ]


def test_instants_are_rounded_in_the_persons_favour_and_dates_are_whole_days(tmp_path: Path):
    rows = (
        "1,1,order,home,2020-02-18T10:00:01+08:00,2020-02-19T10:00:59+08:00,",
        "2,1,order,home,2020-02-18,2020-02-18,",
        "3,2,order,home,2020-02-18T02:00Z,,",
    )
    folder = town(tmp_path / "town", facts=FACTS + "\n".join(rows) + "\n")
    table = pq.read_table(read(folder, SHANGHAI, tmp_path / "spool").facts[0])
    midnight = SHANGHAI.first_minute(18310)
    assert table["start"].to_pylist() == [midnight + 601, midnight, midnight + 600]
    assert table["end"].to_pylist() == [midnight + 1440 + 600, midnight + 1439, None]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings_of_spreadsheets_are_read(encoding: str, tmp_path: Path):
    folder = town(tmp_path / "town", people=PEOPLE.replace("\n", "\r\n").encode(encoding))
    assert pq.read_table(read(folder, SHANGHAI, tmp_path / "spool").people[0]).num_rows == 2


@pytest.mark.parametrize(
    ("text", "line", "code"),
    [
        ("", 1, "header-missing"),
        ("1,330203001\n", 1, "header-missing"),
        ("person\n1\n", 1, "column-missing"),
        ("person,division,name\n1,330203001,x\n", 1, "column-unknown"),
        ("person,division,person\n1,330203001,1\n", 1, "column-twice"),
        ('person,division\n1,330203001\n2,"3302030\n', 3, "quote-open"),
        ("person,division\n" + "1," + "3" * 200_000 + "\n", 2, "quote-open"),
    ],
)
def test_a_broken_table_is_refused_by_name(text: str, line: int, code: str, tmp_path: Path):
    found = wrong(town(tmp_path / "town", people=text), tmp_path)
    assert [(name, at, problem) for name, at, _column, problem in found] == [("people.csv", line, code)]


@pytest.mark.parametrize("raw", [b"person,division\n1,330203001\n\xff\xfe\x00", b"person,division\n1,33\x000203001\n"])
def test_bytes_that_are_no_text_are_refused_by_line(raw: bytes, tmp_path: Path):
    with pytest.raises(YimatongError) as error:
        read(town(tmp_path / "town", people=raw), SHANGHAI, tmp_path / "spool")
    assert error.value.place == "people.csv"


def test_the_folder_itself_is_looked_at(tmp_path: Path):
    assert wrong(tmp_path / "nowhere", tmp_path)[0][3] == "folder-missing"
    (tmp_path / "empty").mkdir()
    assert [problem[3] for problem in wrong(tmp_path / "empty", tmp_path)] == ["people-missing"]
    folder = town(tmp_path / "town", fact=FACTS)
    assert wrong(folder, tmp_path) == [("fact.csv", 0, "", "file-unknown")]
    (folder / "fact.csv").unlink()
    pq.write_table(pa.table({"person": pa.array([1], pa.int32())}), folder / "people.parquet")
    assert wrong(folder, tmp_path) == [("people", 0, "", "table-twice")]


def test_parquet_is_held_to_the_same_rules_by_row(tmp_path: Path):
    folder = town(tmp_path / "town")
    kinds = {"int32": pa.int64(), "int64": pa.int64(), "string": pa.string()}
    schema = pa.schema([(name, kinds[kind.rstrip("?")]) for name, kind in COLUMNS["facts"]])
    good = {
        "fact": 1,
        "person": 1,
        "kind": "case",
        "detail": "confirmed",
        "start": 26_366_520,
        "end": None,
        "onset": None,
    }
    rows = [good, good | {"fact": 2, "start": 26_366_520 * 60}, good | {"fact": 1}, good | {"fact": 4, "kind": None}]
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), folder / "facts.parquet")
    assert wrong(folder, tmp_path) == [
        ("facts.parquet", 2, "start", "instant-out-of-range"),
        ("facts.parquet", 3, "fact", "said-twice"),
        ("facts.parquet", 4, "kind", "value-missing"),
    ]
    pq.write_table(pa.table({"fact": ["1"], "who": [1]}), folder / "facts.parquet")
    codes = {(column, code) for _file, _line, column, code in wrong(folder, tmp_path)}
    assert {("fact", "column-type"), ("who", "column-unknown"), ("person", "column-missing")} <= codes
    (folder / "facts.parquet").write_bytes(b"PAR1 not really PAR1")
    assert wrong(folder, tmp_path) == [("facts.parquet", 0, "", "file-not-read")]


def test_parquet_with_a_column_whose_name_is_no_text_is_named_and_breaks_nothing(tmp_path: Path):
    folder = town(tmp_path / "town")
    pq.write_table(pa.table({"fact": [1], "qqqq": [1]}), folder / "facts.parquet", store_schema=False)
    raw = (folder / "facts.parquet").read_bytes()
    assert raw.count(b"qqqq")
    (folder / "facts.parquet").write_bytes(raw.replace(b"qqqq", b"q\xf7qq"))
    assert wrong(folder, tmp_path) == [("facts.parquet", 0, "", "file-not-read")]


def test_bad_input_writes_nothing_and_every_problem_can_be_had_as_csv(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    facts = "".join(f"{n},1,case,certain,2020-02-18,,\n" for n in range(1, 151))
    folder = town(tmp_path / "town", facts=FACTS + facts)
    out, listed = tmp_path / "outcome", tmp_path / "problems.csv"
    words = ["judge", str(folder), "--policy", str(NINGBO), "--as-of", "2020-02-20T08:00+08:00", "--out", str(out)]
    command = program(GROUPS, database=lambda: pytest.fail("no database is needed"))

    assert run(command, ["--lang", "zh", *words, "--problems", str(listed)]) == 3
    said = capsys.readouterr().err
    assert "facts.csv:2:detail" in said
    assert "还有 50 处" in said
    assert "certain" not in said, "a value is never repeated"
    assert len(listed.read_text("utf-8-sig").splitlines()) == 151
    assert sorted(path.name for path in tmp_path.iterdir()) == ["problems.csv", "town"]


def test_an_outcome_is_replaced_only_when_asked_and_nothing_else_ever_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    folder, out = town(tmp_path / "town"), tmp_path / "outcome"
    words = ["judge", str(folder), "--policy", str(NINGBO), "--as-of", "2020-02-20T08:00+08:00", "--out", str(out)]
    command = program(GROUPS, database=lambda: pytest.fail("no database is needed"))
    assert run(command, words) == 0
    assert run(command, words) == 2
    assert "out-exists" in capsys.readouterr().err
    assert run(command, [*words, "--overwrite"]) == 0
    (out / "summary.json").unlink()
    assert run(command, [*words, "--overwrite"]) == 2, "what is no outcome of ours is never removed"
    assert (out / "verdicts.csv").exists()


def test_a_day_without_a_policy_is_refused_instead_of_everybody_being_green(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    folder = town(tmp_path / "town")
    words = [
        "judge",
        str(folder),
        "--policy",
        str(NINGBO),
        "--as-of",
        "2021-02-20T08:00+08:00",
        "--out",
        str(tmp_path / "o"),
    ]
    assert run(program(GROUPS, database=lambda: pytest.fail("no database is needed")), words) == 3
    assert "policy-not-in-force" in capsys.readouterr().err


def test_every_sentence_is_there_in_both_languages():
    assert all(text.of("zh") != text.of("en") for texts in SENTENCES.values() for text in texts)


def test_parquet_whose_rows_are_damaged_is_named_though_its_description_is_right(tmp_path):
    stays = {
        "person": [1, 2],
        "place": [1, 1],
        "division": [330203001] * 2,
        "arrive": [26_000_000] * 2,
        "leave": [26_000_060] * 2,
    }
    whole = town(tmp_path / "whole")
    pq.write_table(
        pa.table({name: pa.array(values, pa.int32()) for name, values in stays.items()}), whole / "stays.parquet"
    )
    raw = (whole / "stays.parquet").read_bytes()
    assert read(whole, SHANGHAI, tmp_path / "spool").stays
    for at in range(4, 60, 7):
        (whole / "stays.parquet").write_bytes(raw[:at] + b"\xff" * 16 + raw[at + 16 :])
        assert ("stays.parquet", 0, "", "file-not-read") in wrong(whole, tmp_path)
