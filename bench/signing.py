"""What the cores can sign: passes of given claims, made without a database on all cores at once, and their signatures alone."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from yimatong.core.credential import FileKey, mint
from yimatong.core.credential.passes import read_code

SECONDS = 10.0
"""Of minting, and as many of signing alone."""
TURN, A_LOOK = 0.5, 100
"""Seconds of a turn, and passes between two looks at the clock."""


def limits(passes: Sequence[bytes], pem: Path, processes: int, seconds: float = SECONDS) -> dict[str, float]:
    """Passes a second of all processes together: `ready` (claims in, pass out) and `signed` (nothing but the signature), in turns.

    The claims are those of these passes, and the key is that of the file; each process has all of them and goes through them.
    """
    context = multiprocessing.get_context("spawn")
    start, share = context.Barrier(processes), (list(passes), pem, seconds)
    with ProcessPoolExecutor(processes, mp_context=context, initializer=_begin, initargs=(start,)) as pool:
        found = [one.result() for one in [pool.submit(_rates, *share) for _process in range(processes)]]
    return {name: sum(one[name] for one in found) for name in ("ready", "signed")}


_start: list[Any] = []


def _begin(start: Any) -> None:
    _start[:] = [start]


def _rates(passes: list[bytes], pem: Path, seconds: float) -> dict[str, float]:
    """In a process: waits until all are ready, so that each core has its own from the first second to the last."""
    key = FileKey.read(pem)
    read = [read_code(pass_) for pass_ in passes]
    claims, messages = [one.claims for one in read], [one.signed.to_be_signed for one in read]
    work: dict[str, Iterator[bytes]] = {
        "ready": (mint(one, key) for one in cycle(claims)),
        "signed": (key.sign(one) for one in cycle(messages)),
    }
    made, taken = dict.fromkeys(work, 0), dict.fromkeys(work, 0.0)
    _start[0].wait()
    until = time.perf_counter() + 2 * seconds
    while time.perf_counter() < until:
        for name, stream in work.items():
            began = time.perf_counter()
            while (now := time.perf_counter()) < began + TURN:
                made[name] += sum(1 for _pass in islice(stream, A_LOOK))
            taken[name] += now - began
    return {name: made[name] / taken[name] for name in work}
