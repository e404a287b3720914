"""Papers of invented people, signed with a made key, and what a reader of PDF finds in them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from io import BytesIO

import pypdfium2 as pdfium
import zxingcpp
from PIL import Image

from yimatong.core.colour import Colour
from yimatong.core.credential import (
    Claims,
    FileKey,
    Kind,
    TrustedKey,
    TrustList,
    Use,
    masked,
    mint,
    paper_text,
    tail_of,
)
from yimatong.core.paper import number
from yimatong.edges.printing import PrintedPass, card

CITY, EPOCH = "330200", 439464
ISSUED, LAST = date(2020, 2, 16), date(2020, 2, 29)
FROM, TO = 1581782400, 1582991999
"""The seconds of city time at which the two days begin and end."""
KEY = FileKey.made()
TRUST = TrustList(1, FROM, TO + 10**6, CITY, 0, (TrustedKey.of(KEY.point, Use.PASS, 0, TO + 10**6),))
ZONES = ("海曙区古林镇薛家村", "余姚市低塘街道历山村", "慈溪市观海卫镇五洞闸村", "宁海县西店镇")


def signed(serial: int, name: str, document: str) -> str:
    """The QR text of a pass that the made key signed."""
    claims = Claims(
        city=CITY, exp=TO, nbf=FROM, iat=FROM, cti=serial.to_bytes(8, "big"), kind=Kind.PAPER, colour=Colour.GREEN,
        name=masked(name), tail=tail_of(document), check=serial % 65536, slot=16_000_000 + serial, epoch=EPOCH,
        number=number(330203, serial),
    )  # fmt: skip
    return paper_text(mint(claims, KEY))


def paper(
    serial: int = 1234, name: str = "王小明", document: str = "330299194903070014", **others: object
) -> PrintedPass:
    """A pass of an invented person."""
    values: dict[str, object] = {
        "number": number(330203, serial), "name": name, "document_shown": document, "issued_on": ISSUED, "valid_until": LAST,
        "issuing_point": "海曙区南门街道万安社区发证点", "qr_text": signed(serial, name, document), **others,
    }  # fmt: skip
    return PrintedPass(**values)  # type: ignore[arg-type]


@contextmanager
def opened(data: bytes) -> Iterator[pdfium.PdfDocument]:
    """The file in PDFium."""
    document = pdfium.PdfDocument(data)
    try:
        yield document
    finally:
        document.close()


def texts(data: bytes) -> list[str]:
    """The text of every page, without blanks and line ends: where a line breaks is not what is said."""
    with opened(data) as document:
        return ["".join(page.get_textpage().get_text_range().split()) for page in document]


def sizes(data: bytes) -> list[tuple[float, float]]:
    """Width and height of every page in millimetres."""
    with opened(data) as document:
        return [tuple(round(side / 72 * 25.4, 1) for side in page.get_size()) for page in document]


def rendered(data: bytes, dpi: float = 300) -> list[Image.Image]:
    """Every page in grey as a printer of so many dots an inch has it."""
    with opened(data) as document:
        return [page.render(scale=dpi / 72, grayscale=True).to_pil() for page in document]


def codes(picture: Image.Image) -> list[str]:
    """The QR codes of a picture, as texts."""
    found = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)
    return [each.text for each in found]


def opened_picture(data: bytes) -> Image.Image:
    """A PNG in grey."""
    return Image.open(BytesIO(data)).convert("L")


def card_picture(made: PrintedPass) -> Image.Image:
    """A card in grey as a 300 dpi printer has it, drawn by PDFium."""
    return rendered(card([made]))[0].convert("L")
