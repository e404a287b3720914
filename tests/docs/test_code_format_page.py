"""docs/reference/code-format.md says what the code says: reasons, details, claims, limits. Its example is held by tests/vectors."""

from __future__ import annotations

import re
from pathlib import Path

from yimatong.core.credential import PREFIX, TrustList, claims, keys, recall, verification, words
from yimatong.core.credential.cbor import DEEPEST, LONGEST
from yimatong.core.credential.passes import LONGEST_TEXT
from yimatong.core.credential.refusals import table_of_reasons
from yimatong.core.credential.seen import REPLAY_GRACE
from yimatong.core.text import message

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "reference" / "code-format.md").read_text(encoding="utf-8")


def section(number: int) -> str:
    return PAGE.split(f"\n## {number}. ")[1].split("\n## ")[0]


def test_every_reason_stands_there_in_both_languages_with_its_remedy() -> None:
    rows = re.findall(r"^\| `([\w-]+)` \| (.+?) \| (.+?) \| (.+?) \|$", section(6), re.MULTILINE)
    table = table_of_reasons()["reasons"]
    assert {row[0]: row[1:] for row in rows} == {
        reason: (message(said["sentence"]).of("zh"), said["sentence"], said["remedy"]) for reason, said in table.items()
    }


def test_every_detail_is_named() -> None:
    named = set(re.findall(r"`([\w-]+)`", section(6).split("`malformed` and some others say")[1]))
    assert named == set(table_of_reasons()["details"])


def test_every_claim_has_its_number_and_its_name() -> None:
    rows = dict(re.findall(r"^\| (-?\d+) \| (\w+) \|", section(4).split("| key in ours |")[0], re.MULTILINE))
    assert rows == {"1": "iss", "4": "exp", "5": "nbf", "6": "iat", "7": "cti", "8": "cnf", str(claims.PRIVATE): "ours"}
    inner = dict(re.findall(r"^\| (\d+) \| (\w+) \|", section(4).split("| key in ours |")[1], re.MULTILINE))
    assert [getattr(claims, name.upper()) for name in inner.values()] == [int(number) for number in inner]
    assert len(inner) == 9


def test_every_limit_is_the_codes() -> None:
    assert f"{LONGEST_TEXT:,} signs" in section(1)
    assert PREFIX == "YMT1:"
    assert (DEEPEST, f"{LONGEST:,} bytes" in section(2)) == (6, True)
    assert (keys.KID_BYTES, claims.NAME_BYTES, claims.TAIL_SIGNS, claims.NUMBER_SIGNS, claims.PERMITS) == (
        4,
        8,
        4,
        20,
        23,
    )
    assert f"now − {verification.BEHIND} ≤ ts ≤ now + {verification.AHEAD}" in section(6)
    assert f"more than {verification.CLOCK_PROBLEM} seconds behind" in section(6)
    assert f"more than {REPLAY_GRACE} seconds ago" in section(6)
    assert f"{recall.FEWEST_BITS} to {recall.MOST_BITS}" in section(8)
    assert f"ts / {words.SECONDS}" in section(9)
    assert TrustList.__dataclass_fields__.keys() >= {"version", "issued", "expires", "city", "min_iat", "keys"}
