"""What the browser's pages say, out of the catalogues: `python tools/messages.py`, which set-up runs before it builds the pages.

Writes web/generated/messages.json, all that web/src says in every language, and beside it one file a page with what that page
says. Catalogues lie in src/yimatong/locale and in the folder that YIMATONG_LOCALES names, laid out alike; what that one has
goes before. What is said stands in the product's own catalogue: its messages name the files that say them.
"""

import json
import os
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.messages.pofile import read_po

from yimatong.core.text import ALIASES, DEFAULT, SOURCE

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = [
    ROOT / "src" / "yimatong" / "locale",
    *map(Path, filter(None, [os.environ.get("YIMATONG_LOCALES")])),
]
OUT = ROOT / "web" / "generated"
BROWSER = "web/src/"
PAGES = ("code", "desk", "scan")


def read(path):
    """Return the messages of a catalogue."""
    with path.open("rb") as file:
        return [one for one in read_po(file) if one.id and isinstance(one.id, str)]


def key(message):
    """Return what the browser knows a message by: its English, its context before that."""
    return f"{message.context}\x04{message.id}" if message.context else message.id


def rooms():
    """Return by message the folders of web/src that say it."""
    found = {}
    for path in sorted(FOLDERS[0].glob("*/LC_MESSAGES/django.po")):
        for message in read(path):
            rooms = {
                file.removeprefix(BROWSER).partition("/")[0]
                for file, _ in message.locations
                if file.startswith(BROWSER)
            }
            if rooms:
                found.setdefault(key(message), set()).update(rooms)
    return found


def catalogues(said):
    """Return by language the translations of what is said."""
    found = {DEFAULT: {}}
    for folder in FOLDERS:
        for path in sorted(folder.glob("*/LC_MESSAGES/django.po")):
            tag = path.parent.parent.name.replace("_", "-").lower()
            words = {key(one): one.string for one in read(path) if one.string and not one.fuzzy and key(one) in said}
            found.setdefault(ALIASES.get(tag, tag), {}).update(words)
    return found


def name(tag):
    """Return a language's name in itself."""
    try:
        return Locale.parse(tag, sep="-").get_display_name() or tag
    except (UnknownLocaleError, ValueError):
        return tag


def main():
    """Write the files of the pages."""
    said = rooms()
    found = catalogues(said)
    tags = [DEFAULT, SOURCE, *sorted(found.keys() - {DEFAULT, SOURCE})]
    OUT.mkdir(exist_ok=True)
    for page in ("messages", *PAGES):
        others = {*PAGES} - {page} if page in PAGES else set()
        messages = {
            tag: {message: words for message, words in sorted(found[tag].items()) if said[message] - others}
            for tag in tags
            if tag != SOURCE
        }
        text = json.dumps(
            {"names": {tag: name(tag) for tag in tags}, "messages": messages}, ensure_ascii=False, indent=1
        )
        (OUT / f"{page}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
