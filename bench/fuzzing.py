"""Both verifiers over a million mutated codes, readers of files over spoilt ones, hostile parameters: executions, crashes, disagreements.

`make bench ONLY=fuzzing`.
"""

from __future__ import annotations

from collections.abc import Iterator

from bench.both import compare
from bench.figures import Figure
from bench.run import MILLION, Bench
from bench.spoilt import tried

NAME = "fuzzing"
SEED = 20200215
FILES, PARAMETERS = 20_000, 100_000


def measure(bench: Bench) -> Iterator[Figure]:
    """The Python verifier and the browser's, under Node.js beside it; what reads files; what reads addresses, forms and JSON."""
    yield from _before_the_database(bench)
    bench.say(f"{MILLION:,} mutated codes of seed {SEED}, by both verifiers")
    found = compare(SEED, MILLION, bench.root / "fuzzed.mjs")
    said = ", ".join(f"{word} {count:,}" for word, count in found.said.most_common(6))
    yield Figure(
        NAME,
        "mutated codes, by both verifiers",
        f"{found.executions:,}",
        f"{MILLION:,}",
        found.executions >= MILLION,
        said,
    )
    yield Figure(NAME, "crashes", str(len(found.crashes)), "0", not found.crashes, str(found.crashes[:3] or ""))
    told = str(found.disagreements[:3] or "decision, reason and detail, and of what is accepted its claims")
    yield Figure(NAME, "disagreements", str(len(found.disagreements)), "0", not found.disagreements, told)


def _before_the_database(bench: Bench) -> Iterator[Figure]:
    for what, title, count in (
        ("files", "spoilt CSV, Excel, Parquet, JSON and archives, by their readers", FILES),
        ("parameters", "hostile values in addresses, queries, forms and JSON", PARAMETERS),
    ):
        bench.say(f"{count:,} of seed {SEED}: {title}")
        found = tried(what, SEED, count, bench.root)
        said = ", ".join(f"{word} {times:,}" for word, times in found.said.most_common(6))
        yield Figure(NAME, title, f"{found.executions:,}", f"{count:,}", found.executions >= count, said)
        yield Figure(
            NAME, f"crashes: {what}", str(len(found.crashes)), "0", not found.crashes, str(found.crashes[:3] or "")
        )
