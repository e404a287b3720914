"""Pre-printed numbered blanks: a card to be filled in by hand and its stub, for a day without electricity."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from itertools import islice

from yimatong.core.errors import YimatongError
from yimatong.core.paper import NumberFlaw, read_number
from yimatong.core.text import message as _
from yimatong.edges.printing import typesetting
from yimatong.edges.printing.cards import check_choice
from yimatong.edges.printing.document import BOTH, Languages
from yimatong.edges.printing.glyphs import shown
from yimatong.edges.printing.joining import Joined
from yimatong.edges.printing.symbol import symbol
from yimatong.edges.printing.words import words

BLANKS_A_PAGE = 5
CHUNK = 40 * BLANKS_A_PAGE


def blanks(numbers: Iterable[str], point: str, *, languages: Languages = BOTH) -> bytes:
    """Sheets of blanks with these numbers for a point, five on a page A4; the code on a stub is the number, for later entry.

    YimatongError `paper-number` for what is no number, or one that stands twice, and `paper-empty` where there is none.
    """
    check_choice("sheet", languages)
    out, seen, rest = BytesIO(), set[str](), iter(numbers)
    joined = Joined(out)
    while chunk := list(islice(rest, CHUNK)):
        rows = [{"number": _checked(each, seen), "code": _code(each)} for each in chunk]
        data = {"languages": list(languages), "words": words(languages), "point": shown(point), "blanks": rows}
        joined.add(typesetting.pdf("blank.typ", data))
    if not seen:
        raise YimatongError(
            "paper-empty",
            _("there is no number to print blanks for."),
            remedy=_("lease a block of numbers to the point first."),
        )
    joined.close()
    return out.getvalue()


def _checked(number: str, seen: set[str]) -> str:
    """The number, when it is one and was not on a blank before."""
    found = read_number(number)
    if isinstance(found, NumberFlaw) or str(found) in seen:
        twice = not isinstance(found, NumberFlaw)
        raise YimatongError(
            "paper-number",
            _("a number is printed on one blank only.") if twice else _("this is no number of a paper pass."),
            place=number,
            remedy=_("hand over the numbers of a block, each once."),
        )
    seen.add(str(found))
    return str(found)


def _code(number: str) -> dict[str, object]:
    code = symbol(number.replace("-", ""), place=number)
    return {"side": code.side, "svg": code.svg}
