"""A process beside each running product, in its home, that does what a test asks of the product's own actions.

`python -m tests.browser.aside` reads lines from its input, each a module and what its function `answer` is asked, as JSON, and answers
each with a line. It imports Django once: for every question anew, that would be two seconds of a core.
"""

from __future__ import annotations

import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from bench.product import environment

ROOT = Path(__file__).resolve().parents[2]
_beside: dict[Path, subprocess.Popen[str]] = {}


def asked(home: Path, module: str, *arguments: str) -> Any:
    """What `answer` of a module says in the home of a running product."""
    process = _beside.get(home) or _beside.setdefault(home, _begun(home))
    assert process.stdin is not None
    assert process.stdout is not None
    print(json.dumps([module, *arguments]), file=process.stdin, flush=True)
    said = process.stdout.readline()
    assert said, f"the process beside {home} ended: {process.wait()}"
    told = json.loads(said)
    assert "wrong" not in told, told["wrong"]
    return told["answer"]


def end(home: Path) -> None:
    """End the process beside a product, if there is one."""
    if (process := _beside.pop(home, None)) is not None:
        process.communicate(timeout=60)


def _begun(home: Path) -> subprocess.Popen[str]:
    # Not the keys of the test session, but those of the home.
    ours = {"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}", "DJANGO_SETTINGS_MODULE": "yimatong.site.settings"}
    command = [sys.executable, "-m", "tests.browser.aside"]
    return subprocess.Popen(
        command, cwd=ROOT, env=environment(home) | ours, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def main() -> None:
    """Answer until the input ends, as it does when whoever asks is gone."""
    import traceback

    import django
    from django.db import close_old_connections

    # What the product's parts print is not an answer.
    answers, sys.stdout = sys.stdout, sys.stderr
    django.setup()
    from tests.acting import everybody_signs_in
    from yimatong.records import acting

    for line in sys.stdin:
        module, *arguments = json.loads(line)
        try:
            with everybody_signs_in(in_the_product=True):
                told = {"answer": import_module(module).answer(*arguments)}
            acting.stop_acting()
        except Exception:  # noqa: BLE001 -- whoever asked fails with it
            told = {"wrong": traceback.format_exc()}
        close_old_connections()
        print(json.dumps(told), file=answers, flush=True)


if __name__ == "__main__":
    main()
