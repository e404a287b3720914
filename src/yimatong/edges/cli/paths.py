"""Places that a command writes to, looked at before it does anything: no device, pipe, socket or loop is written to, nor replaced."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from yimatong.core import given


class NewFile(click.Path):
    """A file to write, or one to replace; `file-not-regular` or `not-a-folder` (core/given.py)."""

    def __init__(self) -> None:
        super().__init__(path_type=Path, dir_okay=False)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path."""
        path = Path(os.fsdecode(super().convert(value, param, ctx)))
        given.writable(path)
        return path


class NewFolder(click.Path):
    """A folder to write into, which is made where it is not there; `not-a-folder`."""

    def __init__(self) -> None:
        super().__init__(path_type=Path, file_okay=False)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path."""
        path = Path(os.fsdecode(super().convert(value, param, ctx)))
        given.folder(path)
        return path
