"""An instant on the command line: ISO 8601 with its zone."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import click

from yimatong.core.text import message as _
from yimatong.edges.cli.starting import language


class Moment(click.ParamType):
    """`2020-02-20T08:00+08:00`; an instant without a zone is refused, because it would be somebody's guess."""

    name = "instant"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None:
            self.fail(_("write it as 2020-02-20T08:00+08:00").of(language()), param, ctx)
        return moment
