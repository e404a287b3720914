"""Microseconds a person: ours with everything derived, and each peer on finished facts, in turns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bench import cities, machine
from bench.figures import Figure
from bench.peers import facts
from bench.peers.facts import Known
from bench.peers.judges import Answers, Peer, peers
from bench.run import MILLION, Bench

NAME = "peers"
ROUNDS = 3
RULE_STEPS = ("instances", "reasons", "verdicts")


def measure(bench: Bench) -> Iterator[Figure]:
    """Ours, the peers', and the ratios; every peer must say of all the people of the sample what ours says."""
    people = max((size for size in bench.sizes if size <= MILLION), default=min(bench.sizes))
    found, alone = bench.rounds(people), bench.rounds(people, threads=1)
    bench.say(f"finished facts for {bench.peer_people:,} people")
    policy = cities.policy()
    known = facts.known(bench.city(people).sources, bench.out(people), bench.peer_people)
    lean = [facts.values(person, policy, cities.WHEN) for person in known]
    yield from _ours(people, found, alone)
    for peer, micros, answers in _in_turns(bench, peers(known, lean, policy, cities.WHEN, bench.root)):
        yield _against(peer, micros, people, found, alone)
        yield _agrees(peer, answers, known)


def _ours(people: int, found: dict[str, Any], alone: dict[str, Any]) -> Iterator[Figure]:
    cores = machine.cores()
    yield Figure(
        NAME,
        f"ours, {people:,} people, {cores} cores",
        f"{_micros(found['best'], people):.2f} µs a person",
        note="from stays and facts: derived, judged, every reason with its evidence and its dates, and written",
    )
    yield Figure(NAME, "ours, one core", f"{_micros(alone['best'], people):.2f} µs a person", note="the same")
    yield Figure(
        NAME,
        f"ours, the rules alone, {cores} cores",
        f"{_micros(_rules_alone(found), people):.2f} µs a person",
        note=f"the steps {', '.join(RULE_STEPS)}: what the peers do, and the lifts, the evidence and the dates besides",
    )


def _against(peer: Peer, micros: float, people: int, found: dict[str, Any], alone: dict[str, Any]) -> Figure:
    cores, times = machine.cores(), micros / _micros(found["best"], people)
    least = peer.least if people == MILLION else None
    by_core, bare = micros / _micros(alone["best"], people), micros / _micros(_rules_alone(found), people)
    return Figure(
        NAME,
        peer.name,
        f"{micros:.2f} µs a person, {times:.1f} times ours",
        f"at least {least:.0f} times" if least else "",
        times >= least if least else None,
        f"One core; {peer.given}, made beforehand; says the {peer.says}. Ours derives and has {cores} cores; with one core "
        f"each {by_core:.1f} times, against our rules alone on {cores} cores {bare:.1f} times.",
    )


def _agrees(peer: Peer, answers: Answers, known: list[Known]) -> Figure:
    expected = [getattr(person, peer.says) for person in known]
    wrong = sum(tuple(a) != tuple(b) for a, b in zip(answers, expected, strict=True))
    return Figure(
        NAME, f"  people of whom it says another {peer.says}", f"{wrong} of {len(known):,}", "none", wrong == 0
    )


def _in_turns(bench: Bench, every: list[Peer]) -> list[tuple[Peer, float, Answers]]:
    """The best of several rounds of each peer, on one core, and its answers."""
    best: dict[str, tuple[Peer, float, Answers]] = {}
    for number in range(ROUNDS):
        bench.say(f"peers, round {number + 1} of {ROUNDS}")
        for peer in every:
            with machine.one_core():
                micros, answers = peer.judge()
            if peer.name not in best or micros < best[peer.name][1]:
                best[peer.name] = (peer, micros, answers)
    return list(best.values())


def _rules_alone(found: dict[str, Any]) -> float:
    return sum(found["steps"][step] for step in RULE_STEPS)


def _micros(seconds: float, people: int) -> float:
    return seconds / people * 1e6
