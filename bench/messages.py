"""A storm of texts through two stand-in gateways: sent a second, a code in the middle of it, and what is lost or doubled by kills."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bench import aside
from bench.figures import Figure
from bench.run import Bench

NAME = "messages"
PEOPLE = 2_000
KILLS = 20
LATEST_CODE = 2.0
"""Seconds that a code may wait in the middle of a storm."""


def measure(bench: Bench) -> Iterator[Figure]:
    """One sender as the worker has it, two gateways that answer at once, all on this machine."""
    kills = min(bench.kills, KILLS)
    bench.say(f"{bench.texts:,} texts through two gateways, and again through {kills} kills of the sender")
    home = bench.root / "messages" / "home"
    found = aside.run("bench.outbox", str(home), str(PEOPLE), str(bench.texts), str(kills))
    yield from _sent(found)
    yield from _killed(found, kills)


def _sent(found: dict[str, Any]) -> Iterator[Figure]:
    shares = ", ".join(f"{count:,}" for count in found["shares"])
    yield Figure(
        NAME,
        "put into the outbox",
        f"{found['posted']:,.0f} a second",
        "stated",
        None,
        "sealed and written, many in one statement",
    )
    yield Figure(
        NAME, f"{found['texts']:,} texts sent", f"{found['sent']:,.0f} a second", "stated", None,
        f"{found['seconds']:.0f} s by one process, {shares} by each gateway; claimed before, written down after",
    )  # fmt: skip
    codes = sorted(found["codes"])
    yield Figure(
        NAME, "a code in the middle of it", f"{codes[-1]:.2f} s", f"at most {LATEST_CODE:.0f} s", codes[-1] <= LATEST_CODE,
        f"the longest of {len(codes)}, half of them within {codes[len(codes) // 2]:.2f} s, until it is written down as sent",
    )  # fmt: skip


def _killed(found: dict[str, Any], kills: int) -> Iterator[Figure]:
    after = found["killed"]
    yield Figure(
        NAME, f"lost and twice after {kills} kills", f"{after['lost']}, {after['twice']}", "0 of each",
        not after["lost"] and not after["twice"] and after["kills"] >= kills,
        f"{after['texts']:,} texts, the sender killed with kill -9 in the middle; counted at the gateways by id and by words; "
        f"{after['again']} handed over again to the gateway that had them, under the same id",
    )  # fmt: skip
