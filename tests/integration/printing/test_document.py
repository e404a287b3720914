"""P2, P10, P11, P13, D6, D7: the document point by point, as it lies on the paper: sizes, corner, marks, letters, lines, notes."""

from __future__ import annotations

import math
import re
from collections import Counter
from pathlib import Path

import numpy as np
import pypdfium2.raw as pdfium
import pytest
import segno
import zxingcpp
from PIL import Image

from tests.integration.printing import pictures
from tests.integration.printing.papers import ZONES, codes, opened, paper, rendered, texts
from yimatong.core.paper import read_number
from yimatong.edges.printing import FORMS, Form, PrintedPass, card

DOT = 25.4 / 300
CARDS = [(229 + column * 1011, 159 + row * 638) for row in range(5) for column in range(2)]
"""Where the ten cards of a sheet lie, in dots of 300 an inch."""
WIDE, HIGH = 1011, 638
CORNER = round(6 / DOT)
PRINTED = {"thermal58": 48, "thermal80": 72}


def in_colour(data: bytes, dpi: float = 300) -> list[np.ndarray]:
    """Every page as a printer of so many dots an inch has it."""
    with opened(data) as document:
        return [np.asarray(page.render(scale=dpi / 72).to_pil().convert("RGB"), dtype=np.int16) for page in document]


def letters(data: bytes) -> Counter[float]:
    """How many signs of which size, in points, stand on the first page; blanks are not counted."""
    found: Counter[float] = Counter()
    with opened(data) as document:
        text = document[0].get_textpage()
        for place in range(text.count_chars()):
            matrix = pdfium.FS_MATRIX()
            pdfium.FPDFText_GetMatrix(text, place, matrix)
            if chr(pdfium.FPDFText_GetUnicode(text, place)).strip():
                found[round(pdfium.FPDFText_GetFontSize(text, place) * abs(matrix.d), 1)] += 1
    return found


def test_a_card_is_that_of_a_purse_to_the_tenth_of_a_millimetre() -> None:
    with opened(card([paper()])) as document:
        width, height = (side / 72 * 25.4 for side in document[0].get_size())
    assert abs(width - 85.6) < 0.05
    assert abs(height - 54.0) < 0.05


@pytest.mark.parametrize("form", ["card", "sheet"])
def test_the_upper_right_corner_of_every_card_is_cut_along_dashes_and_nothing_lies_in_it(form: Form) -> None:
    (page,) = in_colour(card([paper(serial) for serial in range(1, 11)][: 10 if form == "sheet" else 1], form=form))
    for left, top in CARDS if form == "sheet" else [(0, 0)]:
        corner = page[top : top + CORNER, left + WIDE - CORNER : left + WIDE]
        rows, columns = np.indices(corner.shape[:2])
        cut = columns - rows
        assert (corner[(cut > 6) & (columns < CORNER - 6) & (rows > 6)] == 255).all(), "white, to be cut off"
        assert (corner[cut < -6].min(axis=-1) < 128).all(), "the green of the head"
        along = corner.min(axis=-1)[np.abs(cut) <= 2].astype(int)
        assert (along < 100).any(), "the line for the scissors"
        bottom = page[top + HIGH - CORNER : top + HIGH, left + WIDE - CORNER : left + WIDE]
        assert not (bottom == 255).all(axis=-1).any(), "and this corner alone"


def test_a_sheet_has_marks_at_every_edge_and_no_word_crosses_one() -> None:
    (page,) = rendered(card([paper(serial) for serial in range(1, 11)], form="sheet"))
    dark = np.asarray(page) < 128
    left, right, top, bottom = 229, 229 + 2 * WIDE, 159, 159 + 5 * HIGH
    for row in range(6):
        line = dark[top + row * HIGH - 2 : top + row * HIGH + 3]
        assert line[:, left - 100 : left - 20].any(axis=0).all()
        assert line[:, right + 20 : right + 100].any(axis=0).all()
    for column in range(3):
        line = dark[:, left + column * WIDE - 2 : left + column * WIDE + 3]
        assert line[top - 80 : top - 20].any(axis=1).all()
        assert line[bottom + 20 : bottom + 60].any(axis=1).all()
    under = dark[bottom + 20 : bottom + 62]
    assert np.flatnonzero(under.any(axis=0)).size <= 3 * 5, "between the cards and the words there are the marks alone"


def test_the_large_page_has_no_letter_below_sixteen_points_but_for_the_lines_of_micro_letters() -> None:
    for printed in (paper(not_valid_zones=ZONES), paper(2, child_of=True), paper(3, large=True)):
        found = letters(card([printed], form="a4"))
        assert min(size for size in found if size > 2) >= 16
        assert found[50.0] == len(printed.number)


@pytest.mark.parametrize("form", FORMS)
def test_the_number_is_printed_large_and_its_check_digit_is_right(form: Form) -> None:
    printed = paper(4321)
    data = card([printed], form=form)
    (number,) = set(re.findall(r"\d{6}-\d{7}-\d", texts(data)[0]))
    assert str(read_number(number)) == number == printed.number
    sizes = letters(data)
    assert max(size for size, count in sizes.items() if count >= len(number)) >= (
        16 if form in ("card", "sheet") else 13
    )


@pytest.mark.parametrize("form", FORMS)
def test_it_says_where_it_holds_where_not_and_that_the_document_goes_with_it(form: Form) -> None:
    bare, zoned = (texts(card([paper(not_valid_zones=zones)], form=form))[0] for zones in ((), ZONES[:2]))
    for text in (bare, zoned):
        assert "须与本人身份证件同时出示（无证件的未成年人除外）" in text
        assert "宁波市内有效，划定的重点管控区域不适用" in text
        assert "ValidonlytogetherwiththeIDdocument(minorswithoutoneexcepted)" in text
        assert "inallofNingboexceptinthecontrolzonesthatadistrictorcountyhasnamed" in text
        assert "发证日期Issued" in text
        assert "有效期至Validuntil" in text
    assert ("不适用区域" in bare, "不适用区域" in zoned) == (False, True)
    assert all(zone in zoned for zone in ZONES[:2])


@pytest.mark.parametrize("form", ["card", "a4", "sheet"])
def test_micro_letters_repeat_the_passs_own_number_and_woven_lines_lie_behind(form: Form) -> None:
    printed = paper(77)
    data = card([printed], form=form)
    assert texts(data)[0].count(printed.number) > 10
    assert set(re.findall(r"\d{6}-\d{7}-\d", texts(data)[0])) == {printed.number}
    colours = in_colour(data)[0].reshape(-1, 3)
    red, green, blue = colours.T
    woven = (green > red + 25) & (green > blue + 5) & (red > 150)
    assert woven.sum() > 5_000, "pale green lines"


@pytest.mark.parametrize("form", ["thermal58", "thermal80"])
@pytest.mark.parametrize("printed", [paper(not_valid_zones=ZONES), paper(2, large=True, child_of=True)])
def test_a_strip_is_black_alone_inside_what_the_printer_reaches_in_whole_dots(form: Form, printed: PrintedPass) -> None:
    data = card([printed], form=form)
    (page,) = in_colour(data, 203)
    assert (page.max(axis=-1) - page.min(axis=-1)).max() == 0, "no colour"
    inked = np.flatnonzero((page.min(axis=-1) < 200).any(axis=0))
    side = (int(form[-2:]) - PRINTED[form]) / 2 / 25.4 * 203
    assert inked[0] >= side - 1.5
    assert inked[-1] <= page.shape[1] - side + 1.5
    seen = as_a_strip_printer_has_it(data)
    assert codes(seen) == [printed.qr_text]
    modules = len(list(segno.make(printed.qr_text, error="m", boost_error=False, micro=False).matrix))
    assert is_of_whole_dots(np.asarray(seen), modules)


def as_a_strip_printer_has_it(data: bytes) -> Image.Image:
    """The first page in grey, every dot the 203rd part of an inch: the page is made larger to a whole number of them."""
    with opened(data) as document:
        page = document[0]
        width, height = (math.ceil(side / 72 * 203) / 203 * 72 for side in page.get_size())
        page.set_mediabox(0, page.get_height() - height, width, page.get_height())
        return page.render(scale=203 / 72, grayscale=True).to_pil()


def is_of_whole_dots(page: np.ndarray, modules: int) -> bool:
    """Whether each module of the page's code is a square of so many dots, all of one colour but where its edge lies in a dot."""
    (code,) = zxingcpp.read_barcodes(Image.fromarray(page), formats=zxingcpp.BarcodeFormat.QRCode)
    corner, other = code.position.top_left, code.position.bottom_right
    dots = round((other.x - corner.x) / modules)
    side = dots * modules
    if max(abs(other.x - corner.x - side), abs(other.y - corner.y - side)) > 1:
        return False
    for top in range(corner.y - 2, corner.y + 3):
        for left in range(corner.x - 2, corner.x + 3):
            blocks = page[top : top + side, left : left + side].reshape(modules, dots, modules, dots)[:, 1:-1, :, 1:-1]
            if set(np.unique(blocks)) == {0, 255} and (blocks.min(axis=(1, 3)) == blocks.max(axis=(1, 3))).all():
                return True
    return False


def test_a_card_is_read_where_a_printer_has_black_alone() -> None:
    printed = paper()
    (page,) = rendered(card([printed]))
    assert codes(Image.fromarray(255 * (np.asarray(page) > 127).astype(np.uint8))) == [printed.qr_text]


def test_the_pictures_of_the_page_are_made_by_one_command(tmp_path: Path) -> None:
    page = (pictures.FOLDER.parent / "reference" / "paper-pass.md").read_text()
    named = re.findall(r"\.\./pictures/(paper-[a-z-]+)\.png", page)
    assert sorted(named) == sorted(pictures.PICTURES), "each is shown once"
    for file in pictures.write(tmp_path):
        with Image.open(file) as made, Image.open(pictures.FOLDER / file.name) as kept:
            assert made.size == kept.size, f"{file.name}: python -m tests.integration.printing.pictures"
            if file.stem.startswith("paper-card"):
                assert len(codes(made.convert("L"))) == 1
