"""The pictures of docs/reference/paper-pass.md, made anew: `python -m tests.integration.printing.pictures`.

Everybody on them is invented. The key is made for the moment, so that no picture is a pass.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from PIL import Image

from tests.integration.printing.papers import ISSUED, LAST, ZONES, opened, paper
from yimatong.core.paper import Block, number
from yimatong.edges.printing import RegisterPage, RegisterRow, RegisterTotals, blanks, card, register_page

FOLDER = Path(__file__).resolve().parents[3] / "docs" / "pictures"
GREY, GAP = (150, 150, 150), 14
POINT = "海曙区南门街道万安社区发证点"
DRAWN = (
    ((0.0, 14.0), (10.0, 9.0), (20.0, 16.0), (28.0, 4.0), (30.0, 24.0), (40.0, 10.0), (48.0, 18.0), (58.0, 8.0), (66.0, 16.0), (96.0, 6.0)),
    ((18.0, 2.0), (36.0, 0.0)),
)  # fmt: skip


def seen(data: bytes, dpi: float) -> Image.Image:
    """The pages of a file beside each other on grey."""
    with opened(data) as document:
        pages = [page.render(scale=dpi / 72).to_pil().convert("RGB") for page in document]
    width, height = sum(page.width + GAP for page in pages) + GAP, max(page.height for page in pages) + 2 * GAP
    table, x = Image.new("RGB", (width, height), GREY), GAP
    for page in pages:
        table.paste(page, (x, GAP))
        x += page.width + GAP
    return table


def strips() -> Image.Image:
    """80 mm, 58 mm, and large print."""
    made = [card([paper(not_valid_zones=ZONES[:2])], form="thermal80"), card([paper()], form="thermal58")]
    pictures = [seen(data, 120) for data in [*made, card([paper(large=True)], form="thermal58")]]
    whole = Image.new("RGB", (sum(one.width for one in pictures), max(one.height for one in pictures)), GREY)
    for place, one in enumerate(pictures):
        whole.paste(one, (sum(before.width for before in pictures[:place]), 0))
    return whole


def register() -> bytes:
    """A page with signatures, one of them missing."""
    names = ("王小明", "陈一诺", "张桂芬", "李建国", "赵小兰", "周文", "孙丽")
    rows = tuple(
        RegisterRow(
            place, number(330203, 1233 + place), name, f"33029919{49 + place}0307001{place}", datetime(2020, 2, 16, 9, 5 * place), LAST,
            child_of=place == 2, remark="补发" if place == 4 else "", signature=None if place == 6 else DRAWN,
        )
        for place, name in enumerate(names, 1)
    )  # fmt: skip
    totals = RegisterTotals(6, 1, 1)
    return register_page(RegisterPage(POINT, "海曙区", ISSUED, 1, 1, rows, totals, totals, "林晓燕"))


PICTURES: dict[str, Callable[[], Image.Image]] = {
    "paper-card": lambda: seen(card([paper(not_valid_zones=ZONES)]), 220),
    "paper-card-child": lambda: seen(card([paper(1235, "陈一诺", child_of=True)]), 220),
    "paper-card-foreign": lambda: seen(
        card([paper(7, "MUHAMMAD ABDULLAH BIN ABDUL RAHMAN AL-FARSI", "HXB-1234567")]), 220
    ),
    "paper-large-print": lambda: seen(card([paper(not_valid_zones=ZONES)], form="a4"), 80),
    "paper-sheet": lambda: seen(card([paper(serial) for serial in range(1, 11)], form="sheet"), 100),
    "paper-thermal": strips,
    "paper-blanks": lambda: seen(blanks(Block(330203, 1, 5).numbers(), POINT), 100),
    "paper-register": lambda: seen(register(), 100),
}


def write(folder: Path) -> list[Path]:
    """Make every picture anew, in 64 colours, as small files are."""
    made = []
    for name, drawn in PICTURES.items():
        made.append(folder / f"{name}.png")
        drawn().quantize(64, dither=Image.Dither.NONE).save(made[-1], optimize=True)
    return made


if __name__ == "__main__":
    print("\n".join(str(file) for file in write(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)))
