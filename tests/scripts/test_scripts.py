"""The tests of the browser's own scripts (web/test), run as their own runner does: vitest."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FEWEST = 500
"""So many there were when this was written; fewer means that vitest no longer finds them all."""


def test_every_test_of_the_browsers_scripts_passes(tmp_path: Path) -> None:
    report = tmp_path / "vitest.json"
    command = ["npm", "test", "--silent", "--", "--reporter=json", f"--outputFile={report}"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert report.is_file(), done.stdout[-3000:] + done.stderr[-3000:]
    told = json.loads(report.read_text())
    failures = [
        f"{Path(file['name']).relative_to(ROOT)}: {one['fullName']}\n{''.join(one['failureMessages'])[:2000]}"
        for file in told["testResults"]
        for one in file["assertionResults"]
        if one["status"] == "failed"
    ]
    broken = [f"{file['name']}: {file['message']}" for file in told["testResults"] if file["message"]]
    assert failures + broken == [], "\n\n".join([*failures, *broken])
    assert done.returncode == 0, done.stderr[-3000:]
    assert told["numPassedTests"] >= FEWEST
