"""Both verifiers over the same texts: ours in Python, and the browser's under Node.js beside it."""

from __future__ import annotations

import json
import subprocess
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from bench import mutations
from vectors.making import scene
from yimatong.core.credential import Accepted, RecallList, TrustList, sign_trust_list, verify

CHECKOUT = Path(__file__).parents[1]
BATCH = 5_000
RECALLED = frozenset({17, 40_000, 16_777_215})


@dataclass
class Compared:
    """How many texts, what was said how often, and where the two differ or one broke: seed's number, Python's word, the browser's."""

    executions: int = 0
    said: Counter[str] = field(default_factory=Counter)
    crashes: list[tuple[int, str, str]] = field(default_factory=list)
    disagreements: list[tuple[int, str, str]] = field(default_factory=list)


def compare(seed: int, count: int, program: Path) -> Compared:
    """Verify so many mutated codes of a seed by both, the one while the other works."""
    build(program)
    found, trust, recall = Compared(), scene.trust(), scene.recall_list(slots=RECALLED)
    given = {
        "root": scene.ROOT.point.hex(), "list": sign_trust_list(trust, scene.ROOT).hex(), "recall": [scene.snapshot(slots=RECALLED).hex()],
        "now": scene.NOW, "city": scene.CITY,
    }  # fmt: skip
    with (
        subprocess.Popen(
            ["node", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        ) as node,
        ThreadPoolExecutor(1) as beside,
    ):
        assert node.stdin is not None
        assert node.stdout is not None
        node.stdin.write(json.dumps(given) + "\n")
        for texts in _batches(mutations.codes(seed, count)):
            theirs = beside.submit(_asked, node, texts)
            ours = [_said(text, trust, {recall.epoch: recall}) for text in texts]
            for one, other in zip(ours, theirs.result(), strict=True):
                found.said[one.partition(" ")[0]] += 1
                if "crash" in (one[:5], other[:5]):
                    found.crashes.append((found.executions, one, other))
                elif one != other:
                    found.disagreements.append((found.executions, one, other))
                found.executions += 1
        node.stdin.close()
    return found


def build(program: Path) -> None:
    """Bundle the browser's verifier for Node.js."""
    options = ["--bundle", "--platform=node", "--format=esm", "--log-level=warning", f"--outfile={program}"]
    subprocess.run(["node_modules/.bin/esbuild", "web/test/fuzzed.ts", *options], cwd=CHECKOUT, check=True)


def _batches(texts: Iterable[str]) -> Iterator[list[str]]:
    coming = iter(texts)
    while batch := list(islice(coming, BATCH)):
        yield batch


def _asked(node: subprocess.Popen[str], texts: list[str]) -> list[str]:
    assert node.stdin is not None
    assert node.stdout is not None
    node.stdin.write("".join(json.dumps(text) + "\n" for text in texts) + "\n")
    node.stdin.flush()
    lines = []
    while line := node.stdout.readline().rstrip("\n"):
        lines.append(line)
    return lines


def _said(text: str, trust: TrustList, recall: dict[int, RecallList]) -> str:
    try:
        answer = verify(text, now=scene.NOW, trust=trust, recall=recall, city=scene.CITY)
    except Exception as problem:  # noqa: BLE001 -- any at all is what is looked for
        return f"crash {type(problem).__name__}"
    if isinstance(answer, Accepted):
        claims, ts, age = answer
        said = [None if one is None else str(one) for one in (ts, age)]
        return (
            f"accepted {claims.cti.hex()} {claims.colour.value} {claims.name} {said[0] or 'null'} {said[1] or 'null'}"
        )
    return f"{answer.reason} {answer.detail}"
