"""The rows of THREAT_MODEL.md, and what each of them says: held, found, bounded, made visible, or not."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "THREAT_MODEL.md"
ROW = re.compile(r"^\| ([CSRFW]\d+) \| (.+?) \| \*\*(.+?)\*\*(.*) \|$")
PROMISED = ("Held", "Found", "Bounded", "Made visible")
OPEN = "Not "


@dataclass(frozen=True)
class Promise:
    """A row: its id, what somebody does, and the word for what answers it."""

    id: str
    attack: str
    says: str

    @property
    def is_one(self) -> bool:
        """Whether the row promises something, which has to be tried."""
        return not self.says.startswith(OPEN)


def promises() -> list[Promise]:
    """All rows, in their order."""
    return [
        Promise(*(text.strip() for text in match.groups()[:3]))
        for line in PAGE.read_text("utf-8").splitlines()
        if (match := ROW.match(line))
    ]


def unread() -> list[str]:
    """Rows under a head with an `id` that cannot be read: a status is missing, an id is not of the form."""
    lines, found, within = PAGE.read_text("utf-8").splitlines(), [], False
    for line in lines:
        if not line.startswith("|"):
            within = False
        elif line.startswith("| id |"):
            within = True
        elif within and not line.startswith("|---") and not ROW.match(line):
            found.append(line[:60])
    return found


def not_claimed() -> list[str]:
    """What the model says that it does not claim."""
    section = PAGE.read_text("utf-8").partition("## What we do not claim\n")[2]
    return [line.removeprefix("- ") for line in section.splitlines() if line.startswith("- ")]
