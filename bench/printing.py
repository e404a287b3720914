"""Paper: many passes as one PDF, how fast and in how much memory; one at a desk; and the code of a card as a camera sees it.

`python -m bench.printing FORM COUNT` is one print job, in a process of its own.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from io import BytesIO
from itertools import product
from statistics import quantiles
from typing import Any

import numpy as np
from PIL import Image, ImageFilter

from bench import aside
from bench.figures import Figure
from bench.pictures import text_in
from bench.run import Bench
from yimatong.core.colour import Colour
from yimatong.core.credential import Claims, FileKey, Kind, mint, paper_text
from yimatong.core.paper import Block
from yimatong.edges.printing import (
    Form,
    PrintedPass,
    RegisterPage,
    RegisterRow,
    RegisterTotals,
    blanks,
    card,
    pictures,
    register_pages,
    write_many,
)
from yimatong.edges.printing.symbol import symbol

NAME = "printing"
JOB, SMALL_JOB = 10_000, 2_000
MORNING = datetime.fromisoformat("2020-02-16T09:00:00+08:00")
DESK, CARDS = 100, 3
MODULE = 5
"""Dots of a module on a card, at 300 dpi."""
KEY = FileKey.made()
FAMILY, GIVEN = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗", "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰飞红"
ZONES = ("海曙区古林镇薛家村", "慈溪市观海卫镇五洞闸村")


def measure(bench: Bench) -> Iterator[Figure]:
    """Everything about paper that has a figure."""
    yield from _jobs(bench)
    yield from _others()
    yield from _seen(bench)


def passes(count: int, block: Block) -> Iterator[PrintedPass]:
    """So many signed passes of invented people, made while they are asked for."""
    for place, number in zip(range(count), block.numbers(), strict=False):
        name = FAMILY[place % 20] + GIVEN[place % 27] + GIVEN[place * 7 % 26]
        document = f"330299{1940 + place % 70}0307{place % 10_000:04}"
        yield PrintedPass(
            number, name, document, date(2020, 2, 16), date(2020, 2, 29), f"海曙区第{place % 50 + 1}发证点",
            _signed(place, number), ZONES, place % 20 == 0,
        )  # fmt: skip


def _signed(place: int, number: str) -> str:
    claims = Claims(
        city="330200", exp=1582991999, nbf=1581782400, iat=1581782400, cti=place.to_bytes(8, "big"), kind=Kind.PAPER,
        colour=Colour.GREEN, name="王*明", tail="0014", check=place % 65536, slot=9_000_000 + place, epoch=439464, number=number,
    )  # fmt: skip
    return paper_text(mint(claims, KEY))


def job(form: Form, count: str) -> dict[str, Any]:
    """Print so many passes: seconds, pages, bytes, what drawing their codes alone takes, and the peak of memory."""
    block, told = Block(330203, 1, int(count)), list[int]()
    made = list(passes(int(count), block))
    out = _Counted()
    began = time.perf_counter()
    written = write_many(made, out, form=form, total=len(made), progress=lambda done, _total: told.append(done))
    seconds = time.perf_counter() - began
    result = aside.with_peak({"seconds": seconds, "pages": written.pages, "size": written.size, "told": len(told)})
    began = time.perf_counter()
    for each in made:
        symbol(each.qr_text)
    return result | {"codes": time.perf_counter() - began, "whole": told[-1] == len(made) and out.size == written.size}


class _Counted(BytesIO):
    """A file that keeps nothing, as a printer's queue on another machine."""

    size = 0

    def write(self, data: Any) -> int:
        self.size += len(data)
        return len(data)


def _jobs(bench: Bench) -> Iterator[Figure]:
    bench.say(f"{JOB:,} passes as one PDF")
    small, large = (aside.run("bench.printing", "card", str(count)) for count in (SMALL_JOB, JOB))
    yield Figure(
        NAME,
        f"{JOB:,} cards as one PDF",
        f"{large['pages'] / large['seconds']:,.0f} pages a second",
        f"all {JOB:,} pages in it",
        large["pages"] == JOB and large["whole"],
        f"{large['seconds']:.1f} s, {large['size'] / 1e6:.0f} MB, progress told {large['told']} times; "
        f"{large['seconds'] / large['codes']:.1f} times what drawing the codes alone takes; one process",
    )
    growth = large["peak"] / small["peak"]
    yield Figure(
        NAME,
        "  peak memory",
        f"{large['peak'] / 1e6:.0f} MB",
        f"at most 1.25 times that of {SMALL_JOB:,}",
        growth <= 1.25,
        f"{growth:.2f} times; the list of the passes themselves is part of it",
    )
    bench.say("the same on sheets and in large print")
    sheet = aside.run("bench.printing", "sheet", str(JOB))
    yield Figure(
        NAME,
        f"{JOB:,} cards on sheets A4",
        f"{JOB / sheet['seconds']:,.0f} passes a second",
        f"{JOB // 10:,} pages",
        sheet["pages"] == JOB // 10 and sheet["whole"],
        f"{sheet['seconds']:.1f} s, {sheet['size'] / 1e6:.0f} MB, peak {sheet['peak'] / 1e6:.0f} MB",
    )
    large_print = aside.run("bench.printing", "a4", str(SMALL_JOB))
    yield Figure(
        NAME, f"{SMALL_JOB:,} in large print, A4", f"{SMALL_JOB / large_print['seconds']:,.0f} pages a second",
        note=f"{large_print['seconds']:.1f} s, {large_print['size'] / 1e6:.0f} MB, peak {large_print['peak'] / 1e6:.0f} MB",
    )  # fmt: skip


def _others() -> Iterator[Figure]:
    made = list(passes(DESK, Block(330203, 1, DESK)))
    card(made[:1])
    taken = []
    for each in made:
        began = time.perf_counter()
        card([each])
        taken.append((time.perf_counter() - began) * 1000)
    p50, p95 = quantiles(taken, n=20)[9], quantiles(taken, n=20)[18]
    yield Figure(
        NAME, "one pass at a desk, values to PDF, p95", f"{p95:.0f} ms", "under 250 ms", p95 < 250,
        f"p50 {p50:.0f} ms over {DESK}; the first of a process, which reads the fonts, is not counted",
    )  # fmt: skip
    began = time.perf_counter()
    blanks(Block(330203, 1, 1000).numbers(), "海曙区南门街道万安社区发证点")
    yield Figure(NAME, "1,000 numbered blanks with stubs", f"{time.perf_counter() - began:.1f} s", note="200 pages A4")
    began = time.perf_counter()
    register_pages([_register(page, made) for page in range(1, 101)])
    yield Figure(
        NAME, "100 pages of a register", f"{time.perf_counter() - began:.1f} s", note="1,200 lines, each with a drawn signature"
    )  # fmt: skip


def _register(page: int, made: list[PrintedPass]) -> RegisterPage:

    drawn = (((0.0, 0.0), (40.0, 30.0), (80.0, 0.0)), ((10.0, 20.0), (70.0, 20.0)))
    rows = tuple(
        RegisterRow(
            place,
            each.number,
            each.name,
            each.document_shown,
            MORNING,
            each.valid_until,
            signature=drawn,
        )
        for place, each in enumerate(made[:12], 12 * page - 11)
    )
    return RegisterPage(
        "万安社区发证点", "海曙区", date(2020, 2, 16), page, 100, rows, RegisterTotals(12), RegisterTotals(1200)
    )


@dataclass(frozen=True, slots=True)
class Look:
    """How a camera sees a card: pixels a module, blur in modules, degrees turned, noise and contrast of 255.

    `black`: printed without greys.
    """

    pixels: float = 5.0
    blur: float = 0.0
    degrees: int = 0
    noise: int = 0
    contrast: int = 255
    black: bool = False


def looks() -> Iterator[Look]:
    """Every combination of the grid that docs/reference/bench.md states."""
    grid = product(
        (5.0, 3.0), (0.0, 0.2, 0.3, 0.4, 0.5), (0, 3, 10, 45, 90, 170), (0, 10, 20, 30), (255, 128), (False, True)
    )
    return (Look(*values) for values in grid)


def looked_at(printed: Image.Image, look: Look, seed: int = 1) -> Image.Image:
    """A card of 300 dpi, whole with its letters and lines, as the camera has it."""
    seen = printed.point(lambda grey: 255 * (grey > 127)) if look.black else printed
    if look.pixels != MODULE:
        scale = look.pixels / MODULE
        seen = seen.resize((round(seen.width * scale), round(seen.height * scale)), Image.Resampling.BOX)
    if look.degrees:
        seen = seen.rotate(look.degrees, resample=Image.Resampling.BICUBIC, expand=True, fillcolor=200)
    if look.blur:
        seen = seen.filter(ImageFilter.GaussianBlur(look.blur * look.pixels))
    values = 127.5 + (np.asarray(seen, dtype=np.float64) - 127.5) * look.contrast / 255
    if look.noise:
        values = values + np.random.default_rng(seed).normal(0, look.noise, values.shape)
    return Image.fromarray(np.clip(values, 0, 255).astype(np.uint8))


def good(look: Look) -> bool:
    """Whether a scanner must read it: what a steady hand and a whole card give."""
    return look.pixels >= MODULE and look.blur <= 0.3 and look.noise <= 10 and look.contrast == 255


def _seen(bench: Bench) -> Iterator[Figure]:
    every, read = list(looks()), list[tuple[Look, bool]]()
    bench.say(f"{CARDS} cards, {len(every)} pictures of each")
    for made in passes(CARDS, Block(330203, 1, CARDS)):
        printed = Image.open(BytesIO(pictures([made], dpi=300)[0])).convert("L")
        read += [(look, text_in(looked_at(printed, look)) == made.qr_text) for look in every]
    must = [ok for look, ok in read if good(look)]
    farther = [ok for look, ok in read if look.pixels < MODULE and good(replace(look, pixels=float(MODULE)))]
    yield Figure(
        NAME,
        "the card's code is read at 300 dpi: blur up to 0.3 modules, noise up to 10, turned up to 170 degrees",
        f"{sum(must)} of {len(must)}",
        "all",
        all(must),
        f"{CARDS} cards of 85.6 mm, {len(made.qr_text)} signs in the code, 5 pixels a module of 0.42 mm; printed with greys and "
        "in black only; the whole card is in the picture; one look each",
    )
    yield Figure(NAME, "  the same with 3 pixels a module", f"{sum(farther)} of {len(farther)}", note="one look each")
    for field in ("blur", "noise", "contrast", "degrees", "pixels", "black"):
        asked, had = Counter(getattr(s, field) for s, _ok in read), Counter(getattr(s, field) for s, ok in read if ok)
        told = ", ".join(f"{value:g}: {had[value]} of {asked[value]}" for value in sorted(asked))
        yield Figure(NAME, f"  the whole grid by {field}", told)


if __name__ == "__main__":
    aside.answer(job)
