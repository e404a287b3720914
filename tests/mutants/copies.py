"""A copy of the product with one text replaced, and a test that is run over it in a process of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WEB = "web/"
"""Files that begin so are scripts of the browser, tried by vitest; the others lie in src/yimatong."""


def place_of(file: str, root: Path = ROOT) -> Path:
    """Where a file of the product lies in a checkout."""
    return root / file if file.startswith(WEB) else root / "src" / "yimatong" / file


def planted(file: str, old: str, new: str, witness: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the witness over a copy made in `folder`, in which `old` (it stands there once) is `new`."""
    shutil.copytree(ROOT / "src", folder / "src", ignore=shutil.ignore_patterns("__pycache__"))
    if file.startswith(WEB):
        shutil.copytree(ROOT / "web", folder / "web")
    # What the product finds beside its source, the packs of policies above all, it finds beside the copy as well.
    for name in ("node_modules", "package.json", "tsconfig.json", "vectors", "policies", "tests", "docs"):
        (folder / name).symlink_to(ROOT / name)
    place = place_of(file, folder)
    text = place.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"the text to replace stands {text.count(old)} times"
    place.write_text(text.replace(old, new), encoding="utf-8")
    return over_scripts(folder, witness) if file.startswith(WEB) else over(folder / "src", [witness])


def failed(told: subprocess.CompletedProcess[str]) -> bool:
    """Whether a test failed, and not something before it."""
    if "vitest" in told.args:
        return told.returncode == 1 and "AssertionError" in told.stdout + told.stderr
    return told.returncode == 1 and " failed" in told.stdout.splitlines()[-1]


def over(source: Path, witnesses: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """The witnesses over this product; the first that fails is the last."""
    ours = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "YIMATONG_", "DJANGO_"))
    }
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-n0", "-p", "no:cacheprovider", "--reruns", "0"]
    # The database's server has an identity of its own, and a socket's path is short.
    with tempfile.TemporaryDirectory(prefix="p-") as folder:
        Path(folder).chmod(0o755)
        return subprocess.run(
            [*command, "-o", f"pythonpath={source} {ROOT}", "--basetemp", f"{folder}/pytest", *witnesses],
            cwd=ROOT, env={**ours, "TMPDIR": folder, "PYTHONPATH": str(source)}, capture_output=True, text=True, check=False, timeout=900,
        )  # fmt: skip


def over_scripts(root: Path, witness: str) -> subprocess.CompletedProcess[str]:
    """A file of tests of the browser's scripts, in this checkout."""
    command = [
        "npx",
        "--no-install",
        "vitest",
        "run",
        "--root",
        "web",
        "--testTimeout",
        "30000",
        witness.removeprefix(WEB),
    ]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False, timeout=600)
