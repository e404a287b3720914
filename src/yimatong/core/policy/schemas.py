"""Checks a document against its published JSON Schema and says what is wrong in words, at the line it is on."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator
from datetime import date
from functools import cache
from importlib import resources
from typing import Any, cast

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError
from referencing import Registry, Resource

from yimatong.core.policy.document import Document, Keys
from yimatong.core.policy.problems import Problem, chosen, listed
from yimatong.core.text import Text, joined, message as _, message_in

NAMES = (
    "words",
    "policy",
    "city",
    "rule",
    "instruments",
    "areas",
    "dispositions",
    "papers",
    "operations",
    "messages",
    "specimens",
    "checkpoints",
    "travellers",
)
_FORMATS = FormatChecker(formats=())
_TYPES = {
    "object": _("`key: value` lines"),
    "array": _("a list (each item after a -)"),
    "string": message_in("YAML", "text"),
    "integer": _("a whole number"),
    "boolean": _("true or false"),
    "null": message_in("YAML", "nothing"),
}


TAG = "^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$"
"""A language, as words.json has it."""


@_FORMATS.checks("day")
def _is_day(text: object) -> bool:
    if not isinstance(text, str):
        return True
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def check_shape(document: Document, schema: str) -> tuple[Problem, ...]:
    """Return every way in which the document is not of the schema's shape."""
    problems: list[Problem] = []
    for error in _validator(schema).iter_errors(document.data):
        problems.extend(_told(document, error))
    return tuple(problems)


@cache
def _schemas() -> dict[str, Any]:
    folder = resources.files("yimatong.core.policy") / "schema"
    return {name: json.loads((folder / f"{name}.json").read_text(encoding="utf-8")) for name in NAMES}


@cache
def _validator(schema: str) -> Draft202012Validator:
    registry: Registry[Any] = Registry().with_resources(
        [(f"{name}.json", Resource.from_contents(body)) for name, body in _schemas().items()]
    )
    return Draft202012Validator(_schemas()[schema], registry=registry, format_checker=_FORMATS)


def _told(document: Document, error: ValidationError) -> Iterator[Problem]:
    keys: Keys = tuple(error.absolute_path)
    match error.validator:
        case "additionalProperties" if error.validator_value is False:
            yield from _unknown_keys(document, keys, error)
        case "required":
            yield from _missing_keys(document, keys, error)
        case _:
            yield _wrong_value(document, keys, error)


def _unknown_keys(document: Document, keys: Keys, error: ValidationError) -> Iterator[Problem]:
    known = sorted(_schema_of(error).get("properties", {}))
    shown = listed(known)
    for key in sorted(set(cast("dict[str, Any]", error.instance)) - set(known)):
        near = difflib.get_close_matches(str(key), known, n=1)
        yield Problem(
            document.place(*keys, key), "policy-unknown-key", _("`{key}` is not known here.", key=key),
            _("Did you mean `{near}`? Known here: {known}.", near=near[0], known=shown)
            if near else _("Known here: {known}.", known=shown),
        )  # fmt: skip


def _missing_keys(document: Document, keys: Keys, error: ValidationError) -> Iterator[Problem]:
    for key in cast("list[str]", error.validator_value):
        if not error.message.startswith(f"{key!r} is a required"):
            continue  # the validator reports each missing key as an error of its own
        if key == "last":
            yield Problem(
                document.place(*keys), "policy-without-last-day",
                _("The last day (`last`) is missing: nothing is in force without a last day."),
                _("Add `last: YYYY-MM-DD`; it can be approved afresh before that day."),
            )  # fmt: skip
        else:
            yield missing_key(document, keys, key)


def missing_key(document: Document, keys: Keys, key: str) -> Problem:
    """A key that must be there is not."""
    return document.problem(
        keys, "missing-key", _("`{key}` is missing here.", key=key), _("Add a line `{key}: ...`.", key=key)
    )


def _wrong_value(document: Document, keys: Keys, error: ValidationError) -> Problem:
    if isinstance(error.instance, str) and (*keys, error.instance) in document.key_lines:
        keys = (*keys, error.instance)  # a key of the wrong form stands at its own line
    name = next((str(key) for key in reversed(keys) if isinstance(key, str)), "")
    where = message_in("key", "`{name}`", name=name) if name else message_in("place in a file", "this")
    return Problem(document.place(*keys), *_sentence(error, where))


def _sentence(error: ValidationError, where: Text) -> tuple[str, Text, Text]:
    """Return the code, what is wrong and the remedy of one schema error."""
    want: Any = error.validator_value
    got: Any = error.instance
    match error.validator:
        case "type":
            kinds = [want] if isinstance(want, str) else want
            needed = joined((_TYPES[kind] for kind in kinds), message_in("list", " or "))
            return (
                "policy-wrong-type", _("{where} must be {needed}.", where=where, needed=needed),
                _("Write {needed}.", needed=needed),
            )  # fmt: skip
        case "enum":
            near = difflib.get_close_matches(str(got), [str(word) for word in want], n=1)
            return (
                "policy-not-in-list", _("{where} cannot be `{got}`.", where=where, got=_short(got)), chosen(near, want)
            )  # fmt: skip
        case "format":
            return (
                "policy-not-a-day", _("{where} is not a day of the calendar: `{got}`.", where=where, got=_short(got)),
                _("Write it like 2020-02-15."),
            )  # fmt: skip
        case "pattern" if want == TAG:
            return (
                "policy-unknown-key", _("`{tag}` is no language.", tag=_short(got)),
                _("Write the language's tag of BCP 47, such as zh, en, bo or ug-Arab."),
            )  # fmt: skip
        case "pattern":
            return (
                "policy-wrong-form", _("{where} has the wrong form: `{got}`.", where=where, got=_short(got)),
                _("It must match {want}.", want=want),
            )  # fmt: skip
        case "minimum" | "maximum":
            low, high = _schema_of(error).get("minimum", "…"), _schema_of(error).get("maximum", "…")
            return (
                "policy-out-of-range", _("{where} is out of range: {got}.", where=where, got=got),
                _("Between {low} and {high}.", low=low, high=high),
            )  # fmt: skip
        case "minItems" | "minProperties" | "minLength":
            return "policy-too-few", _("{where} has too little in it.", where=where), _("At least {want}.", want=want)
        case "maxItems" | "maxProperties" | "maxLength":
            return "policy-too-many", _("{where} has too much in it.", where=where), _("At most {want}.", want=want)
        case "uniqueItems":
            return "policy-repeated", _("{where} has an item twice.", where=where), _("Delete the repeated one.")
    raise AssertionError(f"the schemas use no {error.validator}")


def _schema_of(error: ValidationError) -> dict[str, Any]:
    return cast("dict[str, Any]", error.schema)


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 40 else f"{text[:40]}…"
