"""The paper pass in words and numbers: numbers with a check digit, blocks of serials, how long a pass holds. Pure.

What other packages call:

    number(district, serial) -> "330203-0001234-0"                 ValueError for what no number can be
    read_number(text) -> Number(district, serial) | NumberFlaw     whatever the text, as people type, say or paste it
    str(Number) ; Number.digits (14 digits) ; NumberFlaw.code .sentence("zh") .remedy("zh")
    Block(district, first, last) .count .numbers() .after(serial) `number in block` .overlaps(other)
    next_block(district, last_leased, count=BLOCK) -> Block        ValueError when the district has no serials left
    last_day(issued_on, days) -> date                              both days inside
    validity(issued_on, valid_until, today) -> Validity(state, days_left) .words("zh")
"""

from __future__ import annotations

from yimatong.core.paper.blocks import BLOCK, Block, next_block
from yimatong.core.paper.numbers import LAST_SERIAL, Number, NumberFlaw, number, read_number
from yimatong.core.paper.validity import Validity, last_day, validity

__all__ = [
    "BLOCK",
    "LAST_SERIAL",
    "Block",
    "Number",
    "NumberFlaw",
    "Validity",
    "last_day",
    "next_block",
    "number",
    "read_number",
    "validity",
]
