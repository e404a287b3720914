"""What the cores can sign: passes of given claims, made without a database on all cores at once, and their signatures alone."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from yimatong.core.credential import FileKey, mint
from yimatong.core.credential.passes import read_code

TURN, A_LOOK = 1.0, 100
"""Seconds of minting, and of signing, in a sample; passes between two looks at the clock."""


class Limit:
    """Samples of what so many processes make at once: `ready` (claims in, pass out) and `signed` (nothing but the signature)."""

    def __init__(self, pool: ProcessPoolExecutor, processes: int) -> None:
        self._pool, self._processes = pool, processes
        self._samples: dict[str, list[float]] = {"ready": [], "signed": []}

    def sample(self, passes: Sequence[bytes], pem: Path) -> None:
        """The claims are those of these passes, the key is that of the file; each process goes through all of them."""
        share = (list(passes), pem)
        found = [one.result() for one in [self._pool.submit(_rates, *share) for _each in range(self._processes)]]
        for name, samples in self._samples.items():
            samples.append(sum(one[name] for one in found))

    def rates(self) -> dict[str, float]:
        """Passes a second of all processes together, the mean of the samples."""
        return {name: sum(samples) / len(samples) for name, samples in self._samples.items()}


@contextmanager
def limit(processes: int) -> Iterator[Limit]:
    """Processes that wait, and cost nothing, between the samples."""
    context = multiprocessing.get_context("spawn")
    start = context.Barrier(processes)
    with ProcessPoolExecutor(processes, mp_context=context, initializer=_begin, initargs=(start,)) as pool:
        yield Limit(pool, processes)


_start: list[Any] = []


def _begin(start: Any) -> None:
    _start[:] = [start]


def _rates(passes: list[bytes], pem: Path) -> dict[str, float]:
    """In a process: waits until all are ready, so that no core has only one of them."""
    key = FileKey.read(pem)
    read = [read_code(pass_) for pass_ in passes]
    claims, messages = [one.claims for one in read], [one.signed.to_be_signed for one in read]
    work: dict[str, Iterator[bytes]] = {
        "ready": (mint(one, key) for one in cycle(claims)),
        "signed": (key.sign(one) for one in cycle(messages)),
    }
    found = {}
    for name, stream in work.items():
        _start[0].wait()
        began, made = time.perf_counter(), 0
        while (taken := time.perf_counter() - began) < TURN:
            made += sum(1 for _pass in islice(stream, A_LOOK))
        found[name] = made / taken
    return found
