"""What the architecture tests look at: the tracked files of this checkout, and their syntax trees."""

from __future__ import annotations

import ast
import subprocess
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEXT = {
    ".py",
    ".ts",
    ".tsx",
    ".js",
    ".mjs",
    ".css",
    ".html",
    ".md",
    ".toml",
    ".yaml",
    ".yml",
    ".json",
    ".txt",
    ".in",
    ".po",
    ".sql",
    ".csv",
}


@cache
def tracked_files() -> tuple[Path, ...]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, check=True, text=True,
    )  # fmt: skip
    return tuple(file for name in listed.stdout.split("\0") if name and (file := ROOT / name).is_file())


@cache
def tree_of(file: Path) -> ast.Module:
    return ast.parse(file.read_text(), filename=str(file))


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def tracked() -> tuple[Path, ...]:
    """Every file that is in the repository or would be added to it."""
    return tracked_files()


@pytest.fixture(scope="session")
def texts(tracked) -> dict[Path, str]:
    """The texts that people wrote, by path from the root of the checkout."""
    return {
        file.relative_to(ROOT): file.read_text(errors="replace")
        for file in tracked
        if file.suffix in TEXT or file.name in {"Makefile", "run"}
    }


@pytest.fixture(scope="session")
def trees(tracked) -> dict[Path, ast.Module]:
    """The syntax tree of every Python file, by path from the root of the checkout."""
    return {file.relative_to(ROOT): tree_of(file) for file in tracked if file.suffix == ".py"}


@pytest.fixture(scope="session")
def product(trees) -> dict[Path, ast.Module]:
    """The syntax trees of src/yimatong alone."""
    return {file: tree for file, tree in trees.items() if file.parts[:2] == ("src", "yimatong")}
