"""A print job's file is whole or not there: also when the job is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from yimatong.core.errors import YimatongError
from yimatong.edges.printing import whole_file

KILLED = """
import sys
from pathlib import Path
from yimatong.edges.printing import whole_file
with whole_file(Path(sys.argv[1])) as out:
    out.write(b"half")
    out.flush()
    print("writing", flush=True)
    sys.stdin.read()
"""


def killed_in_the_middle(path: Path) -> None:
    """A job that is killed (-9) while it writes."""
    job = subprocess.Popen([sys.executable, "-c", KILLED, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    with job:
        assert job.stdout is not None
        assert job.stdout.readline() == b"writing\n"
        os.kill(job.pid, signal.SIGKILL)


@pytest.mark.parametrize("before", [b"the old file", None])
def test_a_job_that_is_killed_leaves_what_was_there_and_the_next_one_clears_up(
    tmp_path: Path, before: bytes | None
) -> None:
    path = tmp_path / "day.pdf"
    if before is not None:
        path.write_bytes(before)
    killed_in_the_middle(path)
    assert (path.read_bytes() if path.exists() else None) == before
    assert len(list(tmp_path.glob(".day.pdf.*.part"))) == 1
    with whole_file(path) as out:
        out.write(b"new")
    assert path.read_bytes() == b"new"
    assert [file.name for file in tmp_path.iterdir()] == ["day.pdf"]
    assert path.stat().st_mode & 0o777 == 0o600, "names stand in it"


def test_a_job_that_fails_leaves_nothing_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "day.pdf"
    path.write_bytes(b"old")
    with pytest.raises(TypeError), whole_file(path) as out:
        out.writelines([b"half", "no bytes"])  # type: ignore[list-item]
    assert [(file.name, file.read_bytes()) for file in tmp_path.iterdir()] == [("day.pdf", b"old")]


def test_a_folder_that_is_not_there_is_said_with_a_remedy(tmp_path: Path) -> None:
    with pytest.raises(YimatongError) as wrong, whole_file(tmp_path / "no" / "day.pdf"):
        raise AssertionError
    assert (wrong.value.code, wrong.value.place) == ("not-a-folder", "no")
    assert all(
        (
            wrong.value.sentence.of("zh"),
            wrong.value.sentence.of("en"),
            wrong.value.remedy.of("zh"),
            wrong.value.remedy.of("en"),
        )
    )
