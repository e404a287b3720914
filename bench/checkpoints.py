"""The sync after days without a network: rows a second against COPY, and a server that is killed in the middle of it."""

from __future__ import annotations

from collections.abc import Iterator

from bench import aside, machine
from bench.figures import Figure
from bench.run import Bench

NAME = "checkpoints"
LEAST = 0.25
DEVICES, KILLS, RECORDS = 500, 20, 16_000


def measure(bench: Bench) -> Iterator[Figure]:
    """The ratio has a target, and nothing may be lost or double; the rates are stated."""
    passages, cores = bench.passages, machine.cores()
    bench.say(f"{passages:,} passages that {DEVICES} scanners have queued, and COPY of the same")
    found = aside.run("bench.gates", "sync", str(bench.root / "gates"), str(passages), str(DEVICES), str(2 * cores))
    if found["there"] != passages // DEVICES * DEVICES:
        raise RuntimeError(f"{found['there']} passages are there of {passages}")
    rate, copied = found["there"] / found["seconds"], found["there"] / found["copy"]
    yield Figure(
        NAME,
        "queued passages taken, against COPY of the same rows",
        f"{rate / copied:.2f}",
        f"at least {LEAST}",
        rate / copied >= LEAST,
        f"{rate:,.0f} passages a second from {DEVICES} scanners in signed batches of 500 in random order through the WSGI application "
        f"({2 * cores} processes, each batch a transaction that is on the disk, with its licence signed); COPY of the same "
        f"{found['there']:,} rows into the same table with its indexes, one process: {copied:,.0f}; {cores} cores",
    )
    bench.say(f"{KILLS} kills of the server in the middle of uploads")
    killed = aside.run("bench.gates", "kills", str(bench.root / "gates-killed"), str(KILLS), str(RECORDS))
    yield Figure(
        NAME,
        f"lost and double after {killed['kills']} kills of the server",
        f"{killed['lost']} and {killed['double']}",
        "0 and 0",
        killed["kills"] >= KILLS and killed["lost"] == killed["double"] == 0,
        f"{killed['records']:,} passages of 8 scanners that send again what was not acknowledged, {killed['tries']:,} requests; "
        "kill -9 of the whole web server",
    )
