"""A storm of texts through two stand-in gateways: sent a second, a code in the middle of it, and what is lost or doubled by kills."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from bench import aside, night
from bench.figures import Figure
from bench.run import MILLION, Bench

NAME = "messages"
PEOPLE = 2_000
KILLS = 20
CHANGES, MOST_ON_TOP = 100_000, 0.10
LATEST_CODE = 2.0
"""Seconds that a code may wait in the middle of a storm."""


def measure(bench: Bench) -> Iterator[Figure]:
    """A storm told beside the nights that make it; then one sender as the worker has it and two gateways, all on this machine."""
    people = max((size for size in bench.sizes if size <= MILLION), default=min(bench.sizes))
    changes = min(CHANGES, people // 2)
    bench.say(f"nights of {changes:,} changed verdicts among {people:,} people, alone and while they are told")
    city = json.dumps(asdict(bench.city(people)))
    yield from _made(aside.run("bench.told", "storm", city, str(night.home(bench, people)), str(changes)), people)
    kills = min(bench.kills, KILLS)
    bench.say(f"{bench.texts:,} texts through two gateways, and again through {kills} kills of the sender")
    home = bench.root / "messages" / "home"
    found = aside.run("bench.outbox", str(home), str(PEOPLE), str(bench.texts), str(kills))
    yield from _sent(found)
    yield from _killed(found, kills)


def _made(found: dict[str, Any], people: int) -> Iterator[Figure]:
    nights, told = found["nights"], found["told"]
    beside = [nights[name]["seconds"] for name in ("ordered beside", "released beside")]
    alone = [nights["ordered"]["seconds"], (nights["released"]["seconds"] + nights["released again"]["seconds"]) / 2]
    on_top = sum(beside) / sum(alone) - 1
    yield Figure(
        NAME, "what telling costs the nights beside it", f"{100 * on_top:+.0f} %", f"at most {100 * MOST_ON_TOP:+.0f} %",
        on_top <= MOST_ON_TOP,
        f"{people:,} people, {nights['ordered']['changed']:,} changed verdicts each; {sum(beside):.1f} s for two nights while those "
        f"before are told, {sum(alone):.1f} s for the same alone",
    )  # fmt: skip
    yield Figure(
        NAME, "messages made", f"{told['rows'] / told['made']:,.0f} a second", "stated", None,
        f"{told['rows']:,} in the inboxes within {told['made']:.1f} s of their runs' end; twice: {found['twice']}",
    )  # fmt: skip
    yield Figure(
        NAME, "messages sent on", f"{told['sent'] / told['routing']:,.0f} a second", "stated", None,
        f"to phones, channels and doors, with as much rest as work and standing back while somebody judges; {told['texts']:,} texts, "
        "what a later night overtook was not texted",
    )  # fmt: skip


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
