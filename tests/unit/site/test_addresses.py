"""Addresses are known to every process, also to one that answers no request."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ASKED = "import django; django.setup(); from django.urls import reverse; print(reverse('web:overview'))"


def test_a_process_without_middleware_knows_the_addresses(tmp_path: Path) -> None:
    known = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "YIMATONG_TEST_HOME": str(tmp_path),
        "PYTHONPATH": "src:.",
    }
    told = subprocess.run(
        [sys.executable, "-c", ASKED], env=known, capture_output=True, text=True, check=False, timeout=60
    )
    assert (told.returncode, told.stdout[:1]) == (0, "/"), told.stderr[-500:]
