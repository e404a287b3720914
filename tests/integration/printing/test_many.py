"""P2: many passes as one PDF, written as they are set; nothing lost, nothing twice, in their order."""

from __future__ import annotations

import re
from io import BytesIO

import pytest

from tests.integration.printing.papers import codes, opened, paper, rendered, sizes, texts
from yimatong.core.errors import YimatongError
from yimatong.edges.printing import card, streamed, write_many
from yimatong.edges.printing.cards import CHUNK
from yimatong.edges.printing.joining import Joined, NotPlain


class Pipe:
    """Something that can be written to and nothing else, as a socket is."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        self.parts.append(data)
        return len(data)


def test_more_than_a_chunk_is_one_file_with_every_pass_once_in_its_order() -> None:
    count, told, out = 2 * CHUNK + 7, [], Pipe()
    passes = (paper(serial) for serial in range(1, count + 1))
    written = write_many(passes, out, total=count, progress=lambda done, total: told.append((done, total)))
    data = b"".join(out.parts)
    assert written == (count, count, len(data))
    assert told == [(CHUNK, count), (2 * CHUNK, count), (count, count)]
    numbers = [re.search(r"330203-(\d{7})-\d", text)[1] for text in texts(data)]
    assert numbers == [f"{serial:07}" for serial in range(1, count + 1)]
    assert set(sizes(data)) == {(85.6, 54.0)}


def test_the_first_and_the_last_page_of_a_long_file_still_scan() -> None:
    out = BytesIO()
    passes = [paper(serial) for serial in range(1, CHUNK + 3)]
    write_many(passes, out)
    pages = rendered(out.getvalue())
    assert [codes(pages[0]), codes(pages[-1])] == [[passes[0].qr_text], [passes[-1].qr_text]]


def test_what_is_the_same_on_every_page_stands_once_in_the_file() -> None:
    one, many = BytesIO(), BytesIO()
    write_many([paper()], one)
    write_many([paper(serial) for serial in range(1, 2 * CHUNK + 1)], many)
    assert one.getvalue().count(b"/Subtype/Form") == many.getvalue().count(b"/Subtype/Form") == 1
    assert len(many.getvalue()) < 2 * CHUNK * 13_000


def test_it_is_set_while_it_is_read_and_not_afterwards() -> None:
    out, seen = BytesIO(), []

    def passes():
        for serial in range(1, 2 * CHUNK + 2):
            seen.append(len(out.getvalue()))
            yield paper(serial)

    write_many(passes(), out)
    assert seen[CHUNK - 1] < 100, "only the file's first line before the first chunk is whole"
    assert 100 < seen[CHUNK] < seen[2 * CHUNK] < len(out.getvalue())


def test_in_pieces_it_is_the_same_file_and_each_piece_comes_when_it_is_set() -> None:
    passes, asked, whole = [paper(serial) for serial in range(1, 2 * CHUNK + 2)], [], BytesIO()

    def given():
        for each in passes:
            asked.append(each.number)
            yield each

    pieces = streamed(given())
    first = next(pieces)
    assert len(asked) == CHUNK
    rest = list(pieces)
    write_many(passes, whole)
    assert b"".join([first, *rest]) == whole.getvalue()
    assert len(rest) == 3, "two chunks more, and the table at the end"
    with pytest.raises(YimatongError):
        next(streamed([]))


def test_on_sheets_large_print_comes_last_and_only_the_last_sheet_has_empty_places() -> None:
    out = BytesIO()
    count = CHUNK + 15
    passes = [paper(serial, large=serial % 5 == 0) for serial in range(1, count + 1)]
    written = write_many(passes, out, form="sheet")
    found = [len(set(re.findall(r"330203-\d{7}-\d", text))) for text in texts(out.getvalue())]
    usual, large = count - count // 5, count // 5
    assert found == [10] * (usual // 10) + [usual % 10] * bool(usual % 10) + [1] * large
    assert written.pages == len(found)


def test_a_print_shop_is_told_not_to_scale_and_who_it_is_for_stays_inside() -> None:
    data = card([paper()])
    assert b"/PrintScaling/None" in data
    with opened(data) as document:
        about = document.get_metadata_dict()
    assert about["Title"] == "甬行证"
    assert not any("王小明" in value or "330299" in value for value in about.values())


def test_nothing_is_no_file_and_a_mistake_in_the_middle_says_which_pass() -> None:
    with pytest.raises(YimatongError) as mistake:
        write_many([], BytesIO())
    assert mistake.value.code == "paper-empty"
    broken = [paper(1), paper(2, qr_text="A" * 999)]
    with pytest.raises(YimatongError) as mistake:
        write_many(broken, BytesIO())
    assert (mistake.value.code, mistake.value.place) == ("paper-qr", broken[1].number)


@pytest.mark.parametrize(
    "damage", [lambda file: file[:-40], lambda file: b"%PDF-1.7" + file[8:], lambda file: b"x" + file, lambda file: b""]
)
def test_a_file_of_another_form_is_refused_before_anything_of_it_is_written(damage) -> None:
    out = BytesIO()
    joined = Joined(out)
    joined.add(card([paper(1)]))
    before = out.getvalue()
    with pytest.raises(NotPlain):
        joined.add(damage(card([paper(2)])))
    assert out.getvalue() == before
    joined.add(card([paper(3)]))
    joined.close()
    assert ["0001" in texts(out.getvalue())[0], "0003" in texts(out.getvalue())[1], joined.pages] == [True, True, 2]
