"""The catalogues of translations, brought up to date with what the code says.

    python tools/catalogue.py                   add what is new to each catalogue, with no translation yet; drop what nothing says any more
    python tools/catalogue.py --check           change nothing; say what is missing, and fail where Chinese lacks something
    python tools/catalogue.py --new LANGUAGE    begin the catalogue of a language: bo, ug, zh_Hant
    python tools/catalogue.py --with FILE       take translations from a file: JSON, by language a list of [context or null, English, words]

Messages are marked by `_("...")` in Python, by the tags of Django in templates, by `_("...")` and `_p("context", "...")` in TypeScript. A
catalogue is src/yimatong/locale/LANGUAGE/LC_MESSAGES/django.po; set-up compiles it (tools/setup.py), for the browser too
(tools/messages.py).
"""

import argparse
import io
import json
import sys
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "yimatong"
LOCALE = SOURCE / "locale"
BROWSER = ROOT / "web" / "src"
WHOLE = "zh_Hans"
TABLES = (SOURCE / "core" / "credential" / "reasons.json",)
"""Messages that Python and the browser read from the same file: every text in it is one."""
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "_p": ((1, "c"), 2),
    "message": None,
    "message_in": ((1, "c"), 2),
}


def said():
    """Return what the code says: a catalogue without translations, each message with the files that say it."""
    catalogue = Catalog()
    for path in sorted(
        [*SOURCE.rglob("*.py"), *SOURCE.rglob("*.html"), *BROWSER.rglob("*.ts"), *BROWSER.rglob("*.tsx")]
    ):
        text = path.read_text(encoding="utf-8")
        kind = "javascript" if path.suffix in {".ts", ".tsx"} else "python"
        code = templatize(text) if path.suffix == ".html" else text
        base = BROWSER.parent.parent if kind == "javascript" else SOURCE
        for _line, message, _comments, context in extract(kind, io.BytesIO(code.encode()), keywords=KEYWORDS):
            catalogue.add(message, locations=[(str(path.relative_to(base)), None)], context=context)
    for path in TABLES:
        for message in _strings(json.loads(path.read_text(encoding="utf-8"))):
            catalogue.add(
                message, locations=[(str(path.relative_to(SOURCE)), None), ("web/src/credential/refusals.ts", None)]
            )
    return catalogue


def _strings(value):
    """Every text of a table, at any depth."""
    return [value] if isinstance(value, str) else [text for one in value.values() for text in _strings(one)]


def known(path):
    """Return a catalogue as it lies in its file."""
    with path.open("rb") as file:
        return read_po(file, locale=path.parent.parent.name)


def updated(old, found, given=()):
    """Return a catalogue that has what was found, with the translations of an old one and of those that are given."""
    new = Catalog(locale=old.locale, header_comment=old.header_comment, fuzzy=False)
    new.mime_headers = old.mime_headers
    words = {(context, message): translation for context, message, translation in given}
    for one in found:
        if one.id:
            key = one.id[0] if isinstance(one.id, tuple) else one.id
            before = old.get(key, one.context)
            string = words.get((one.context, key)) or (before.string if before else "")
            new.add(one.id, string, locations=one.locations, flags=one.flags, context=one.context)
    return new


def written(catalogue):
    """Return a catalogue as its file has it: in the order of the English, the files without their lines."""
    file = io.BytesIO()
    write_po(file, catalogue, width=0, sort_output=True, include_lineno=False)
    return file.getvalue()


def begin(language):
    """Begin a language's catalogue, with the plural forms that the language has (CLDR); one that is there stays."""
    path = LOCALE / language / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.is_file():
        header = f"# {Locale.parse(language).get_display_name('en')} of the product. The source is English."
        empty = Catalog(locale=language, project="yimatong", header_comment=header, fuzzy=False)
        path.write_bytes(written(empty))


def main(arguments):
    """Bring each catalogue up to date; return 1 where `--check` finds one that is not, or a translation is missing."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--new", metavar="LANGUAGE")
    parser.add_argument("--with", dest="given", type=Path)
    asked = parser.parse_args(arguments)
    if asked.new:
        begin(asked.new)
    given = json.loads(asked.given.read_text(encoding="utf-8")) if asked.given else {}
    found, wrong = said(), 0
    for path in sorted(LOCALE.glob("*/LC_MESSAGES/django.po")):
        language = path.parent.parent.name
        new = updated(known(path), found, given.get(language, ()))
        missing = [
            one.id for one in new if one.id and not (one.string if isinstance(one.string, str) else all(one.string))
        ]
        for message in missing[:20]:
            print(f"{language}: no translation of {message!r}")
        print(f"{language}: {len(new)} messages, {len(missing)} without a translation")
        text = written(new)
        if asked.check:
            stale = text != path.read_bytes()
            if stale:
                print(f"{path.relative_to(ROOT)} is not as the code says: python tools/catalogue.py")
            # Chinese is whole; another language says in Chinese what it lacks.
            wrong += stale + bool(missing and language == WHOLE)
        else:
            path.write_bytes(text)
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
