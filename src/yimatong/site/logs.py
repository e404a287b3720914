"""Logs: one JSON object a line, with a request's id, and without personal data.

The filter is the second line of defence. The first is that nobody logs a person: actions log numbers of runs,
deliveries and officials. A dropped key shows as "dropped", so that a mistake is seen and mended where it was made.
"""

from __future__ import annotations

import logging
import re
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import structlog

PERSONAL = re.compile(
    r"(^|_)(name|full_name|id_number|identity|id_no|phone|mobile|address|birth|birthday|born|document|passport|plate|"
    r"person|people|colour|reason|symptom|temperature|password|token|cookie|secret|authorization|body|query_string)(s|$|_)"
)
HARMLESS = {"hostname", "logger_name", "pathname", "filename", "file_name", "rule_name", "policy_name", "task_name"}
ID_NUMBER = re.compile(
    r"(?<![0-9A-Za-z])[1-9][0-9]{5}(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])[0-3][0-9][0-9]{3}[0-9Xx](?![0-9A-Za-z])"
)
MOBILE = re.compile(r"(?<![0-9])1[3-9][0-9]{9}(?![0-9])")
DROPPED = "dropped"
FRAMES = 8
"""Places of our code that are named of an error, the innermost last."""


def is_personal(key: str) -> bool:
    """Say whether a value under this key may be about a person."""
    return key not in HARMLESS and bool(PERSONAL.search(key.lower()))


def without_personal_data(value: Any) -> Any:
    """Return the value with ID numbers and mobile numbers masked in texts and personal keys dropped in mappings."""
    if isinstance(value, str):
        return MOBILE.sub(DROPPED, ID_NUMBER.sub(DROPPED, value))
    if isinstance(value, Mapping):
        return {key: DROPPED if is_personal(str(key)) else without_personal_data(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set):
        return [without_personal_data(inner) for inner in value]
    return value


def drop_personal_data(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    """Clean a whole log line, just before it is written, tracebacks included."""
    cleaned: dict[str, Any] = without_personal_data(event)
    return cleaned


class OfRequests(logging.Filter):
    """Leaves of what Django says of a request that failed the kind of error and where in our code it was. The path may name a person, and
    an error's own words may carry a row; the middleware's own line has the route."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = str(record.args[0]) if record.args else record.msg, ()  # type: ignore[index]
        record.__dict__.pop("request", None)
        problem = record.exc_info[1] if record.exc_info else None
        if problem is not None:
            frames = traceback.extract_tb(problem.__traceback__)[-FRAMES:]
            record.error_kind = type(problem).__name__
            record.where = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
            record.exc_info = None
        return True


SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.stdlib.PositionalArgumentsFormatter(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
]


def logging_settings(level: str) -> dict[str, Any]:
    """Return Django's LOGGING: everything, also of libraries, through one handler on standard error."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": [*SHARED, structlog.stdlib.ExtraAdder()],
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    drop_personal_data,
                    structlog.processors.JSONRenderer(ensure_ascii=False),
                ],
            }
        },
        "filters": {"of_requests": {"()": OfRequests}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # Django logs the whole request at these; the middleware writes the line that we want instead.
            "django.server": {"handlers": [], "level": "ERROR", "propagate": False},
            "django.request": {
                "handlers": ["stderr"],
                "level": "ERROR",
                "propagate": False,
                "filters": ["of_requests"],
            },
            "procrastinate": {"level": "WARNING"},
        },
    }


@contextmanager
def kept_in(file: Path) -> Iterator[None]:
    """Append log lines to a file inside the block instead of standard error, where a person reads something else."""
    handlers = [handler for handler in logging.getLogger().handlers if isinstance(handler, logging.StreamHandler)]
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a") as stream:
        before = [(handler, handler.setStream(stream)) for handler in handlers]
        try:
            yield
        finally:
            for handler, terminal in before:
                handler.setStream(terminal)


def configure_structlog() -> None:
    """Send structlog's own loggers through the same handler; called once, by the settings."""
    structlog.configure(
        processors=[*SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    logging.captureWarnings(True)
