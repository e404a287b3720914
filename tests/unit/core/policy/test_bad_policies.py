"""Each file in bad/ breaks a good policy in one way; its first two lines say where it goes and what must be said of it.

# in: zz-land/rules/red.case.yaml
# says: policy-duplicate-key on line 9
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from yimatong.core.engine.in_memory import ENGINES
from yimatong.core.policy.examine import examine
from yimatong.core.policy.problems import CODES, Problem

HERE = Path(__file__).parent
BAD = sorted((HERE / "bad").glob("*.yaml"))
HEADER = re.compile(r"# in: (\S+)\n# says: (\S+) on line (\d+)\n")
ELSEWHERE = {
    "cell-not-shown": "zz-land/checkpoints.yaml:77",
    # Where the place is not in the file that is wrong, it is said here.
    "extends-nothing": "zz-nowhere/policy.yaml:1",
    "rule-not-shown": "zz-land/rules/red.case.yaml:1",
    "value-not-shown": "zz-land/rules/yellow.fever.yaml:1",
}


@pytest.fixture
def policies(tmp_path: Path) -> Path:
    """A folder with a good province and a good city, to be broken."""
    shutil.copytree(HERE / "good", tmp_path / "policies")
    return tmp_path / "policies"


def problems(policies: Path, pack: str) -> tuple[Problem, ...]:
    return examine(policies / pack, ENGINES).problems


@pytest.mark.parametrize("pack", ["zz-land", "zz-land-town"])
def test_the_good_policies_have_no_problem(policies: Path, pack: str) -> None:
    assert problems(policies, pack) == ()


@pytest.mark.parametrize("file", BAD, ids=[file.stem for file in BAD])
def test_a_bad_file_is_told_with_its_place_and_remedy(policies: Path, file: Path) -> None:
    header = HEADER.match(file.read_text(encoding="utf-8"))
    assert header, "a bad file begins with where it goes and what must be said"
    target, code, line = header.groups()
    (policies / target).parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(file, policies / target)

    found = problems(policies, target.split("/", 1)[0])

    place = ELSEWHERE.get(file.stem, f"{target}:{line}")
    assert (place, code) in {(problem.place, problem.code) for problem in found}
    for problem in found:
        for language in ("zh", "en"):
            assert problem.sentence.of(language), (problem.code, language)
            assert problem.remedy.of(language), (problem.code, language)
        assert re.search(r"[\u4e00-\u9fff]", problem.sentence.of("zh"))
        assert not re.search(r"[\u4e00-\u9fff]", re.sub(r"`[^`]*`", "", problem.sentence.of("en")))


def test_every_way_of_being_wrong_has_a_bad_example() -> None:
    shown = {HEADER.match(file.read_text(encoding="utf-8")).group(2) for file in BAD}  # type: ignore[union-attr]
    # Files that no text editor would write are made by test_hostile_files.py, messages with wrong words by test_messages.py; engines that
    # differ are no file's fault.
    made = {
        code
        for name in ("test_hostile_files.py", "test_messages.py", "test_engines_differ.py")
        for code in re.findall(r'"(policy-[a-z0-9-]+)"', (HERE / name).read_text(encoding="utf-8"))
    }
    assert shown | made == CODES
