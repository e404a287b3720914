"""A measurement in a process of its own, so that its memory is its own: one JSON object comes back."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.machine import peak

CHECKOUT = Path(__file__).parents[1]


def run(module: str, *arguments: str) -> dict[str, Any]:
    """Run a module of the bench that ends with `answer`, and return what it answered."""
    paths = [str(CHECKOUT / "src"), str(CHECKOUT), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(paths)}
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments], env=environment, stdout=subprocess.PIPE, text=True, check=True
    )
    answered: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answered


def answer(work: Callable[..., dict[str, Any]]) -> None:
    """Do the work on the command line's arguments and print its result."""
    print(json.dumps(work(*sys.argv[1:])))


def with_peak(result: dict[str, Any]) -> dict[str, Any]:
    """The result and the peak memory of this process, in bytes."""
    return result | {"peak": peak()}
