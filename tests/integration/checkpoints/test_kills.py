"""The server is killed in the middle of uploads; python -m bench does it twenty times."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.kill
@pytest.mark.soak
def test_a_server_that_is_killed_in_the_middle_of_uploads_loses_nothing(tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
        "DJANGO_SETTINGS_MODULE": "yimatong.site.settings",
    }
    environment.pop("YIMATONG_HOME", None)
    command = [sys.executable, "-m", "bench.gates", "kills", str(tmp_path / "home"), "4", "6000"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=400)
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["kills"] >= 3, "the uploads were over before the kills"
    assert (found["there"], found["lost"], found["double"]) == (found["records"], 0, 0)
