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
from yimatong.core.policy.problems import Problem, listed

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
    "object": ("几行“键: 值”", "`key: value` lines"),
    "array": ("一个列表（每项前加 -）", "a list (each item after a -)"),
    "string": ("一段文字", "text"),
    "integer": ("一个整数", "a whole number"),
    "boolean": ("true 或 false", "true or false"),
    "null": ("空", "nothing"),
}


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
    for key in sorted(set(cast("dict[str, Any]", error.instance)) - set(known)):
        near = difflib.get_close_matches(str(key), known, n=1)
        remedy = (f"是不是“{near[0]}”？", f"Did you mean `{near[0]}`?") if near else ("", "")
        yield Problem(
            document.place(*keys, key),
            "policy-unknown-key",
            f"这里不认识“{key}”。",
            f"`{key}` is not known here.",
            f"{remedy[0]}这里可以写：{listed(known)}。",
            f"{remedy[1]} Known here: {listed(known)}.".strip(),
        )


def _missing_keys(document: Document, keys: Keys, error: ValidationError) -> Iterator[Problem]:
    for key in cast("list[str]", error.validator_value):
        if not error.message.startswith(f"{key!r} is a required"):
            continue  # the validator reports each missing key as an error of its own
        last = key == "last"
        yield Problem(
            document.place(*keys),
            "policy-without-last-day" if last else "policy-missing-key",
            "缺少最后一天（last）：没有最后一天的内容不能生效。" if last else f"这里缺少“{key}”。",
            "The last day (`last`) is missing: nothing is in force without a last day." if last else f"`{key}` is missing here.",
            "加一行 last: 年-月-日；到期前可以重新批准延长。" if last else f"加一行“{key}: ……”。",
            "Add `last: YYYY-MM-DD`; it can be approved afresh before that day." if last else f"Add a line `{key}: ...`.",
        )  # fmt: skip


def _wrong_value(document: Document, keys: Keys, error: ValidationError) -> Problem:
    code, zh, en, remedy_zh, remedy_en = _sentence(error)
    if isinstance(error.instance, str) and (*keys, error.instance) in document.key_lines:
        keys = (*keys, error.instance)  # a key of the wrong form stands at its own line
    name = next((str(key) for key in reversed(keys) if isinstance(key, str)), "")
    where = (f"“{name}”", f"`{name}`") if name else ("这里", "this")
    return Problem(
        document.place(*keys),
        code,
        f"{where[0]}{zh}。",
        f"{where[1]} {en}.",
        f"{remedy_zh}。",
        f"{remedy_en}.",
    )


def _sentence(error: ValidationError) -> tuple[str, str, str, str, str]:
    """Return code, what is wrong (zh, en) and the remedy (zh, en) of one schema error, without full stops."""
    want: Any = error.validator_value
    got: Any = error.instance
    match error.validator:
        case "type":
            kinds = [want] if isinstance(want, str) else want
            zh, en = "或".join(_TYPES[kind][0] for kind in kinds), " or ".join(_TYPES[kind][1] for kind in kinds)
            return "policy-wrong-type", f"应当是{zh}", f"must be {en}", f"写成{zh}", f"Write {en}"
        case "enum":
            near = difflib.get_close_matches(str(got), [str(word) for word in want], n=1)
            hint = (f"是不是“{near[0]}”？", f"Did you mean `{near[0]}`? ") if near else ("", "")
            return (
                "policy-not-in-list", f"不能是“{_short(got)}”", f"cannot be `{_short(got)}`",
                f"{hint[0]}可以是：{listed(want)}", f"{hint[1]}Choose one of: {listed(want)}",
            )  # fmt: skip
        case "format":
            return (
                "policy-not-a-day", f"不是日历上的日期：“{_short(got)}”", f"is not a day of the calendar: `{_short(got)}`",
                "写成 2020-02-15 的样子", "Write it like 2020-02-15",
            )  # fmt: skip
        case "pattern":
            return (
                "policy-wrong-form", f"的写法不对：“{_short(got)}”", f"has the wrong form: `{_short(got)}`",
                f"要符合 {want}", f"It must match {want}",
            )  # fmt: skip
        case "minimum" | "maximum":
            low, high = _schema_of(error).get("minimum", "…"), _schema_of(error).get("maximum", "…")
            return (
                "policy-out-of-range", f"超出范围：{got}", f"is out of range: {got}",
                f"在 {low} 到 {high} 之间", f"Between {low} and {high}",
            )  # fmt: skip
        case "minItems" | "minProperties" | "minLength":
            return "policy-too-few", "内容太少", "has too little in it", f"至少要有 {want} 项", f"At least {want}"
        case "maxItems" | "maxProperties" | "maxLength":
            return "policy-too-many", "内容太多", "has too much in it", f"最多 {want} 项", f"At most {want}"
        case "uniqueItems":
            return "policy-repeated", "里有重复的项", "has an item twice", "删去重复的", "Delete the repeated one"
    raise AssertionError(f"the schemas use no {error.validator}")


def _schema_of(error: ValidationError) -> dict[str, Any]:
    return cast("dict[str, Any]", error.schema)


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 40 else f"{text[:40]}…"
