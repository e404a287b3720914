"""Languages as Django knows them: by a code of its own, each by the name that its speakers call it."""

from __future__ import annotations

from django.conf.locale import LANG_INFO

from yimatong.core.text import ALIASES, DEFAULT, message_in

OWN_NAME = message_in("name of the language itself", "English")
"""What a catalogue calls its own language."""


def code_of(tag: str) -> str:
    """The code that Django calls a language by: `zh-hans` of `zh`."""
    return next((code for code, ours in ALIASES.items() if ours == tag), tag)


def known_by_its_own_name(tag: str) -> str:
    """The name of a language in itself, told to Django too, which knows no names of rare ones; the tag where its catalogue has none."""
    code = code_of(tag)
    known, named = LANG_INFO.get(code, {}), OWN_NAME.of(tag)
    if tag != DEFAULT and named == OWN_NAME.of(DEFAULT):
        named = known.get("name_local", tag)
    LANG_INFO[code] = {"bidi": False, "code": code, "name": tag, **known, "name_local": named}
    return named
