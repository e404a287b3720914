"""P3, D3: the register of a point and day in the official layout, with signatures, totals and numbered pages."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from io import BytesIO

import numpy as np
import pytest
from PIL import Image, ImageDraw

from tests.integration.printing.papers import ISSUED, LAST, opened_picture, sizes, texts
from yimatong.core.errors import YimatongError
from yimatong.core.paper import number
from yimatong.edges.printing import (
    ROWS_A_PAGE,
    RegisterPage,
    RegisterRow,
    RegisterTotals,
    register_page,
    register_pages,
    register_pictures,
)

STROKES = (((0.0, 0.0), (40.0, 30.0), (80.0, 0.0)), ((10.0, 20.0), (70.0, 20.0)), ((5.0, 5.0),))


def row(sequence: int = 1, **others: object) -> RegisterRow:
    values: dict[str, object] = {
        "sequence": sequence, "number": number(330203, 2000 + sequence), "name": "王小明", "document_shown": "330299194903070014",
        "issued_at": datetime(2020, 2, 16, 9, sequence), "valid_until": LAST, **others,
    }  # fmt: skip
    return RegisterRow(**values)  # type: ignore[arg-type]


def page(*rows: RegisterRow, **others: object) -> RegisterPage:
    values: dict[str, object] = {
        "issuing_point": "南门街道万安社区发证点", "district": "海曙区", "day": ISSUED, "page": 2, "pages": 3, "rows": rows,
        "page_totals": RegisterTotals(6, 1, 2), "day_totals": RegisterTotals(27, 3, 4), "clerk": "林晓燕", **others,
    }  # fmt: skip
    return RegisterPage(**values)  # type: ignore[arg-type]


def scan(form: str = "PNG", size: tuple[int, int] = (1200, 400)) -> bytes:
    picture, out = Image.new("RGB", size, "white"), BytesIO()
    ImageDraw.Draw(picture).line([(0, size[1]), size], fill="black", width=40)
    ImageDraw.Draw(picture).line([(0, 0), size], fill="black", width=40)
    picture.save(out, form)
    return out.getvalue()


def ink_of_signature(sheet: RegisterPage, line: int = 0) -> int:
    """Dark dots inside the cell of a line's signature, at 150 dpi."""
    dots = np.asarray(opened_picture(register_pictures([sheet])[0]))
    left, width, top, height = (round(mm / 25.4 * 150) for mm in (189.5, 36, 34 + 10.3 * line, 8.5))
    return int((dots[top : top + height, left : left + width] < 128).sum())


def test_a_page_says_point_day_page_rows_totals_and_who_signs() -> None:
    made = register_page(page(row(13), row(14, name="陈一诺", child_of=True, remark="监护人：陈建国")))
    (text,) = texts(made)
    for said in (
        "甬行证发放登记册", "RegisterofPaperPassesIssued", "南门街道万安社区发证点", "2020年2月16日", "第2页共3页", "Page2of3",
        "330203-0002013-", "王小明", "330299194903070014", "09:13", "2020-02-29", "陈一诺", "父（母）证件号", "监护人：陈建国",
        "新发issued6", "补换replaced1", "写坏作废spoiled2", "用号合计numbersused9", "新发issued27", "用号合计numbersused34",
        "经办人", "林晓燕", "复核人", "负责人（盖章）",
    ):  # fmt: skip
        assert said in text, said
    assert sizes(made) == [(297.0, 210.0)]


def test_a_full_page_and_a_page_without_rows_are_one_page_each() -> None:
    full = page(
        *[
            row(sequence, signature=STROKES, name="MUHAMMAD ABDULLAH BIN ABDUL RAHMAN AL-FARSI", child_of=True)
            for sequence in range(1, ROWS_A_PAGE + 1)
        ]
    )
    made = register_pages([full, page()])
    assert sizes(made) == [(297.0, 210.0)] * 2
    assert texts(made)[0].count("330203-") == ROWS_A_PAGE


def test_one_language_alone() -> None:
    assert "Signature" not in texts(register_page(page(row()), languages=("zh",)))[0]
    assert "签字" not in texts(register_page(page(row()), languages=("en",)))[0]


@pytest.mark.parametrize(
    "signature", [STROKES, scan(), scan("JPEG"), scan(size=(60, 20)), (((3.0, 3.0),),), (((0.0, 0.0), (9.0, 0.0)),)]
)
def test_a_signature_drawn_or_scanned_stands_in_its_cell(signature: object) -> None:
    signed = page(row(1), row(2, signature=signature))
    assert ink_of_signature(signed, 0) == 0
    assert ink_of_signature(signed, 1) > 20


@pytest.mark.parametrize("signature", [None, (), b""])
def test_no_signature_leaves_room_for_the_pen(signature: object) -> None:
    assert ink_of_signature(page(row(signature=signature))) == 0


def test_a_large_scan_does_not_make_a_large_file() -> None:
    rows = [row(sequence, signature=scan(size=(4000, 1500))) for sequence in range(1, ROWS_A_PAGE + 1)]
    assert len(register_page(page(*rows))) < 300_000


@pytest.mark.parametrize(
    ("sheet", "code"),
    [
        (page(*[row(sequence) for sequence in range(1, ROWS_A_PAGE + 2)]), "register-rows"),
        (page(row(signature=b"no picture")), "register-signature"),
        (page(row(signature=scan()[:200])), "register-signature"),
        (replace(page(row()), page_totals=RegisterTotals(28, 0, 0)), "register-totals"),
    ],
)
def test_a_mistake_has_a_code_a_place_and_no_name(sheet: RegisterPage, code: str) -> None:
    with pytest.raises(YimatongError) as mistake:
        register_page(sheet)
    assert mistake.value.code == code
    assert mistake.value.place
    assert mistake.value.remedy.of("zh")
    assert mistake.value.remedy.of("en")
    assert "王小明" not in str(mistake.value)
