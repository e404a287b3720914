"""`make test`: every test, two at a time, and those that need the whole machine one after another.

Standard library only. Arguments go to pytest as they are and then choose the tests: `make test TESTS="tests/unit -k colour"`.
The last lines say again which tests failed and why: of a long output, often only the end is kept.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from xml.etree import ElementTree as ET

import system

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"
# Those of the browser share one running product a worker, and Spark starts processes of its own: each kind in a run of its own.
PARTS = {
    "plain": (["-n", "2", "--dist", "loadgroup"], "not spark and not browser"),
    "browser": (["-n", "2", "--dist", "worksteal"], "browser"),
    "spark": ([], "spark and not browser"),
}
SCRIPTS = "scripts"
FAILED = 1
NO_TESTS = 5
LINES_OF_A_FAILURE = 30


def main(arguments: list[str]) -> int:
    if arguments:
        return pytest(arguments)
    with tempfile.TemporaryDirectory(prefix="yimatong-reports-") as folder:
        reports = Path(folder)
        # One first start of the product for all parts: tests/first_start.py.
        os.environ["YIMATONG_TEST_FIRST"] = str(reports / "first-start")
        codes = [tried(name, reports) for name in (SCRIPTS, *PARTS)]
        tell(reports)
    codes = [code for code in codes if code != NO_TESTS] or [NO_TESTS]
    return max(codes)


def pytest(arguments: list[str]) -> int:
    """Run pytest and return its exit code; tests find the browser by YIMATONG_CHROMIUM."""
    environment = {**os.environ, "YIMATONG_CHROMIUM": system.chromium() or ""}
    return subprocess.run(
        [str(BIN / "python"), "-m", "pytest", *arguments], cwd=ROOT, env=environment, check=False
    ).returncode


def scripts(report: Path) -> int:
    """Run the tests of the browser's own scripts."""
    reporters = ["--reporter=default", "--reporter=junit", f"--outputFile.junit={report}"]
    return subprocess.run(
        ["npm", "test", "--silent", "--", *reporters], cwd=ROOT, env=with_node(), check=False
    ).returncode


def part(name: str, report: Path, *, alone: bool) -> int:
    """Run one kind of pytest's tests, two at a time; `alone`: those that failed, one after another."""
    company, marks = PARTS[name]
    how = ["--last-failed", "--last-failed-no-failures", "none"] if alone else company
    code = pytest([*how, "-m", marks, f"--junit-xml={report}"])
    return FAILED if alone and code == NO_TESTS else code


def tried(name: str, reports: Path) -> int:
    """Run one kind of tests; where some fail, those once more, and say so: a failure that stays is one.

    Two tests on two cores are now and then late for each other. What fails both times fails the run; what fails only in
    company is named on the screen, and is to be mended in the test or in the product.
    """
    report = reports / f"{name}.xml"
    code = scripts(report) if name == SCRIPTS else part(name, report, alone=False)
    if code != FAILED:
        return code
    print(f"· tests failed ({name}): once more, alone", flush=True)
    if report.exists():
        report.rename(reports / f"{name}, in company.xml")
    return scripts(report) if name == SCRIPTS else part(name, report, alone=True)


def tell(reports: Path) -> None:
    """Print again, from the reports of all parts, what failed."""
    for report in sorted(reports.glob("*.xml")):
        for case in ET.parse(report).iter("testcase"):
            for failure in (*case.findall("failure"), *case.findall("error")):
                said = (failure.text or failure.get("message") or "").strip().splitlines()[-LINES_OF_A_FAILURE:]
                print(f"\n· FAILED ({report.stem}): {case.get('classname')}::{case.get('name')}")
                print("\n".join(f"    {line}" for line in said), flush=True)


def with_node() -> dict[str, str]:
    """The environment with the set-up's own Node.js behind the machine's, for a machine that has none."""
    return {**os.environ, "PATH": f"{os.environ.get('PATH', '')}{os.pathsep}{BIN}"}


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
