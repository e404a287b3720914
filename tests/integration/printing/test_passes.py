"""P2, P10, P13, D3, D5, D6, D7: a pass in every form says what it must, to people and to scanners."""

from __future__ import annotations

import numpy as np
import pytest
import segno

from tests.integration.printing.papers import (
    FROM,
    LAST,
    TO,
    TRUST,
    ZONES,
    codes,
    opened_picture,
    paper,
    rendered,
    sizes,
    texts,
)
from yimatong.core.credential import Accepted, verify
from yimatong.core.errors import YimatongError
from yimatong.core.paper import read_number
from yimatong.edges.printing import FORMS, card, cards, pictures, typesetting, unprintable

DPI = {"thermal58": 203, "thermal80": 203}


@pytest.mark.parametrize("form", FORMS)
def test_the_code_on_paper_is_accepted_by_a_scanner_that_has_no_network(form: str) -> None:
    printed = paper(child_of=form == "card")
    page = rendered(card([printed], form=form), DPI.get(form, 300))[0]
    (text,) = codes(page)
    assert text == printed.qr_text
    answer = verify(text, now=TO, trust=TRUST, recall=None, city="330200")
    assert isinstance(answer, Accepted)
    assert answer.claims.number == printed.number
    assert verify(text, now=FROM - 1, trust=TRUST, recall=None, city="330200").reason == "not-yet"


@pytest.mark.parametrize("form", FORMS)
def test_every_form_says_all_that_the_announcement_asks_in_both_languages(form: str) -> None:
    text = texts(card([paper(not_valid_zones=ZONES[:1])], form=form))[0]
    for said in (
        "甬行证", "NingboPaperPass", "330203-0001234-0", "王小明", "330299194903070014", "2020年2月16日", "2020年2月29日",
        "海曙区南门街道万安社区发证点", "须与本人身份证件同时出示", "无证件的未成年人除外", "ValidonlytogetherwiththeIDdocument",
        "不适用区域", "海曙区古林镇薛家村", "Validuntil", "Issuingpoint",
    ):  # fmt: skip
        assert said in text, said
    assert "儿童" not in text


@pytest.mark.parametrize("form", FORMS)
def test_the_languages_are_those_that_were_asked_for(form: str) -> None:
    said = {languages: texts(card([paper()], form=form, languages=languages))[0] for languages in (("zh",), ("en",))}
    assert "有效期至" in said["zh",]
    assert "2020年2月29日" in said["zh",]
    assert not any(word in said["zh",] for word in ("Valid", "Name", "Paper", "Scan", "Feb"))
    assert "29Feb2020" in said["en",]
    assert "Validuntil" in said["en",]
    assert not any(word in said["en",] for word in ("有效期至", "姓名", "年2月", "须与", "扫码"))


def test_a_childs_pass_says_that_the_number_is_a_parents() -> None:
    for form in FORMS:
        text = texts(card([paper(1235, "陈一诺", child_of=True)], form=form))[0]
        assert "儿童" in text
        assert "父（母）证件号" in text
        assert "aparent'sIDno." in text
        assert "证件号码" not in text


def test_the_sizes_are_those_of_the_papers() -> None:
    assert sizes(card([paper()])) == [(85.6, 54.0)]
    assert sizes(card([paper()], form="a4")) == [(210.0, 297.0)]
    assert sizes(card([paper()], form="thermal58"))[0][0] == 58.0
    assert sizes(card([paper()], form="thermal80"))[0][0] == 80.0


def test_who_asked_for_large_print_gets_it_in_every_form() -> None:
    small, large = paper(1, large=False), paper(2, "张桂芬", large=True)
    assert sizes(card([small, large, small])) == [(85.6, 54.0), (210.0, 297.0), (85.6, 54.0)]
    sheets = texts(card([large, *[small] * 10, large], form="sheet"))
    assert [("张桂芬" in text, text.count("王小明")) for text in sheets] == [(False, 10), (True, 0), (True, 0)]
    strips = sizes(card([small, large], form="thermal80"))
    assert strips[1][1] > 1.25 * strips[0][1]


def test_every_module_is_five_whole_dots_of_a_300_dpi_printer() -> None:
    printed = paper()
    wanted = np.array(
        [list(row) for row in segno.make(printed.qr_text, error="m", boost_error=False, micro=False).matrix]
    )
    page = np.asarray(opened_picture(pictures([printed])[0]))
    side = len(wanted) * 5
    assert codes(opened_picture(pictures([printed])[0])) == [printed.qr_text]
    top = 128 + 20
    left = 1011 - 33 - 20 - side
    square = page[top : top + side, left : left + side]
    assert set(np.unique(square)) == {0, 255}
    blocks = square.reshape(len(wanted), 5, len(wanted), 5)
    assert (blocks.min(axis=(1, 3)) == blocks.max(axis=(1, 3))).all()
    margin = page[128 : 128 + side + 40, left - 20 : left + side + 20].copy()
    margin[20:-20, 20:-20] = 255
    assert margin.min() == 255, "four modules of white all around"


def test_a_sheet_has_ten_cards_of_full_size_and_marks_outside_them() -> None:
    passes = [paper(serial) for serial in range(100, 112)]
    pages = rendered(card(passes, form="sheet"))
    assert [sorted(codes(page)) for page in pages] == [
        sorted(each.qr_text for each in passes[:10]),
        sorted(each.qr_text for each in passes[10:]),
    ]
    first = np.asarray(pages[0])
    left, top, right, bottom = 229, 159, 229 + 2 * 1011, 159 + 5 * 638
    assert max(right - 2480, bottom - 3508) <= 0, "ten cards fit A4"
    outside = np.vstack([first[: top - 10], first[bottom + 10 : bottom + 90]])
    columns = np.flatnonzero((outside < 128).sum(axis=0) > 100)
    for edge in (left, left + 1011, right):
        assert abs(columns - edge).min() <= 2


def test_a_rare_sign_is_a_box_for_the_pen_and_never_another_sign() -> None:
    assert unprintable("欧阳𠮷堃") == "𠮷"
    assert unprintable("Zoë O'Brien 喆") == ""
    assert "欧阳□" in texts(card([paper(name="欧阳𠮷")]))[0]


@pytest.mark.parametrize("name", ["#panic()", "*b* _i_ $x$ @ref <label>", "[王]{小}明\\", "王\u202e小明\u0007"])
def test_a_name_is_printed_as_it_stands_and_never_run(name: str) -> None:
    shown = "".join(sign for sign in name if sign.isprintable())
    assert "".join(shown.split()) in texts(card([paper(name=name)]))[0]


@pytest.mark.parametrize("form", FORMS)
def test_the_longest_that_comes_still_fits_one_page(form: str) -> None:
    zones = tuple(f"{zone}第{turn}组" for turn in range(6) for zone in ZONES)
    name = "MUHAMMAD ABDULLAH BIN ABDUL RAHMAN AL-FARSI IBN YUSUF AL-QURTUBI"
    printed = paper(
        7,
        name,
        "HXB-1234567890123",
        issuing_point="宁波市公安局出入境管理局外国人服务站（鄞州区首南街道）",
        not_valid_zones=zones,
        child_of=True,
    )
    made = card([printed], form=form)
    (text,) = texts(made)
    assert "".join(name.split()) in text
    assert "HXB-1234567890123" in text
    if not form.startswith("thermal"):
        assert f"等{len(zones)}处" in text
    assert codes(rendered(made, DPI.get(form, 300))[0]) == [printed.qr_text]


def test_the_number_can_be_read_back_from_the_paper() -> None:
    text = texts(card([paper(4321)]))[0]
    assert str(read_number("330203-0004321-" + text.split("330203-0004321-")[1][0])) in text


def test_the_same_values_give_the_same_bytes() -> None:
    passes = [paper(serial) for serial in (1, 2)]
    assert card(passes, form="sheet") == card(passes, form="sheet")


def test_it_holds_to_its_last_day_and_says_so() -> None:
    printed = paper()
    assert f"{LAST.year}年{LAST.month}月{LAST.day}日" in texts(card([printed]))[0]
    assert isinstance(verify(printed.qr_text, now=TO, trust=TRUST, recall=None, city="330200"), Accepted)
    assert verify(printed.qr_text, now=TO + 1, trust=TRUST, recall=None, city="330200").reason == "expired"


@pytest.mark.parametrize(
    ("passes", "options", "code"),
    [
        ([], {}, "paper-empty"), ([paper()], {"form": "poster"}, "paper-form"), ([paper()], {"languages": ()}, "paper-language"),
        ([paper()], {"languages": ("zh", "fr")}, "paper-language"), ([paper(qr_text="")], {}, "paper-qr"), ([paper(qr_text="A" * 420)], {}, "paper-qr"),
    ],
)  # fmt: skip
def test_a_mistake_has_a_code_and_a_remedy_in_two_languages(passes: list, options: dict, code: str) -> None:
    for work in (card, pictures):
        with pytest.raises(YimatongError) as mistake:
            work(passes, **options)
        assert mistake.value.code == code
        assert all(
            (
                mistake.value.sentence.of("zh"),
                mistake.value.sentence.of("en"),
                mistake.value.remedy.of("zh"),
                mistake.value.remedy.of("en"),
            )
        )
        assert "王小明" not in str(mistake.value)


@pytest.mark.parametrize("form", FORMS)
def test_typst_has_nothing_to_complain_of(form: str) -> None:
    data = {**cards._data([paper(not_valid_zones=ZONES, child_of=True), paper(2, large=True)], form, ("zh", "en"))}
    template = typesetting.TEMPLATES / "pass.typ"
    made, warnings = typesetting._compiler().compile_with_warnings(
        template, format="pdf", sys_inputs=typesetting._inputs(data)
    )
    assert made.startswith(b"%PDF")
    assert [warning.message for warning in warnings] == []
