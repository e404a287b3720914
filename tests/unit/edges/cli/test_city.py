"""`yimatong city build` as a person uses it."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from yimatong.city.manifest import read
from yimatong.core.errors import YimatongError
from yimatong.edges.cli.city import Meter, command
from yimatong.edges.cli.judge import command as judging
from yimatong.edges.folders.problems import FolderError

POLICY = Path(__file__).parents[4] / "policies" / "cn-zj-ningbo"


def build(*arguments: str):
    return CliRunner().invoke(command, ["build", "--policy", str(POLICY), *arguments])


def test_a_city_is_built_and_its_rows_are_told(tmp_path):
    result = build("--people", "500", "--out", str(tmp_path / "city"))

    assert result.exit_code == 0, result.output
    assert "people 500" in result.stderr
    assert (tmp_path / "city" / "people.parquet").is_file()
    assert read(tmp_path / "city").people == 500


def test_the_instant_moves_the_days(tmp_path):
    result = build("--people", "500", "--days", "10", "--as-of", "2020-03-01T00:00Z", "--out", str(tmp_path / "city"))

    assert result.exit_code == 0, result.output
    days = sorted(path.name for path in (tmp_path / "city" / "stays").iterdir())
    assert (days[0], days[-1], len(days)) == ("2020-02-20.parquet", "2020-02-29.parquet", 10)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--as-of", "2020-02-20"], "instant-wrong"),
        (["--as-of", "yesterday"], "instant-wrong"),
        (["--people", "499"], "city-size"),
        (["--days", "9"], "city-days"),
        (["--counts", "absent.csv"], "city-counts-unreadable"),
    ],
)
def test_what_cannot_be_is_told_by_its_code_and_nothing_is_written(tmp_path, arguments, code):
    result = build(*arguments, "--out", str(tmp_path / "city"))

    assert isinstance(result.exception, YimatongError)
    assert result.exception.code == code
    assert not list(tmp_path.iterdir())


def test_a_broken_manifest_is_told_and_not_taken_for_another_city(tmp_path):
    (tmp_path / "city.json").write_text("{")

    with pytest.raises(YimatongError) as refused:
        read(tmp_path)

    assert refused.value.code == "city-manifest-broken"


def test_progress_is_told_twice_a_second_at_the_most_with_its_rate():
    seen, now = [], iter([10.0, 10.1, 10.6, 10.7, 12.0])
    meter = Meter(lambda *told: seen.append(told), ("found", "stays"), clock=lambda: next(now))

    for done in (0, 100, 300, 400, 2_000):
        meter("stays", done, 2_000)

    assert seen[0][0] in {"stays", "停留记录"}
    assert [told[1:] for told in seen] == [(2, 2)] * 3
    assert "300/2,000 (500/s)" in seen[1][0]
    assert "2,000/2,000 (1,000/s)" in seen[2][0]


def test_a_built_city_is_judged_as_it_lies_and_a_stranger_in_its_folder_is_named(tmp_path):
    """`yimatong judge` refused four of the files that `yimatong city build` wrote."""
    city, out = tmp_path / "city", tmp_path / "judged"
    assert build("--people", "500", "--out", str(city)).exit_code == 0
    judge = [str(city), "--policy", str(POLICY), "--as-of", "2020-02-20T08:00+08:00", "--out", str(out)]
    result = CliRunner().invoke(judging, judge)
    assert result.exit_code == 0, result.output
    assert pq.read_metadata(out / "verdicts.parquet").num_rows == 500
    pq.write_table(pq.read_table(city / "facts.parquet"), city / "fact.parquet")
    result = CliRunner().invoke(judging, [*judge, "--overwrite"])
    assert isinstance(result.exception, FolderError)
    assert [problem.file for problem in result.exception.problems] == ["fact.parquet"]
    (city / "fact.parquet").unlink()
    (city / "city.json").unlink()
    result = CliRunner().invoke(judging, [*judge, "--overwrite"])
    assert isinstance(result.exception, FolderError), "nobody says that these are a city's registers"
    assert len(result.exception.problems) == 4
