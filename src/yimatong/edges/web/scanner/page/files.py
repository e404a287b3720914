"""The files of the scanner's page as web/build.mjs made them."""

from django.urls import reverse

from yimatong.core.text import message_in
from yimatong.edges.web.devices.installed import BuiltPage, Kept

PAGE = BuiltPage("scan", message_in("page", "scan"))
READERS = {"reader": "text/javascript; charset=utf-8", "wasm": "application/wasm"}
"""What reads codes in pictures: a worker's script and its WebAssembly, under /scan/ with a policy of their own."""


def readers() -> dict[str, Kept]:
    """Addresses and hashes of the readers, by kind."""
    listed = PAGE.files()
    return {kind: Kept(reverse("scan:file", args=[listed[kind]["name"]]), listed[kind]["hash"]) for kind in READERS}


def reader_type(name: str) -> str | None:
    """The content type of a reader's file; None for every other name."""
    listed = PAGE.files()
    return next((type_ for kind, type_ in READERS.items() if listed[kind]["name"] == name), None)
