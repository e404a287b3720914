"""Long work that shows how far it is: one line that changes on a terminal, a line a step where it is written to a file."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import click

from yimatong.core.engine.outcome import Progress


@contextmanager
def shown() -> Iterator[Progress]:
    """Give a callable that long work calls before each step with its name, its number from 1 and how many there are."""
    terminal = sys.stderr.isatty()
    began = time.monotonic()

    def show(name: str, number: int, of: int) -> None:
        text = f"  [{number}/{of}] {name}  {time.monotonic() - began:.0f} s"
        if terminal:
            click.echo(f"\r\x1b[2K{text}", err=True, nl=False)
        else:
            click.echo(text, err=True)

    try:
        yield show
    finally:
        if terminal:
            click.echo("\r\x1b[2K", err=True, nl=False)
