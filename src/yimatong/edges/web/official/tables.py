"""Tables of the office: they filter, sort, turn pages and go to Excel, all of it by links and forms that need no script.

A table reads its own parameters from the address, prefixed with its name (`runs.sort=-people&runs.q=full`), so several
fit on a page. Rows come from a list (ListRows) or from anything else that can count and cut itself (Rows).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, Protocol

from django.http import HttpRequest, QueryDict
from django.utils.functional import Promise

from yimatong.core.bounds import whole
from yimatong.edges.web.everybody import words

Title = str | Promise
Kind = Literal["text", "number", "change", "share", "seconds", "instant", "day", "colour", "badge", "code", "open"]


@dataclass(frozen=True)
class Column:
    """One column. `value` is what is sorted, filtered and exported; `link` makes its cell a link; `tone` a badge's."""

    key: str
    title: Title
    value: Callable[[Any], Any]
    kind: Kind = "text"
    link: Callable[[Any], str | None] | None = None
    tone: Callable[[Any], str] | None = None
    choices: Callable[[Any], str] | None = None
    """Given where there are few different values, to be offered as a list: what a value is called in the address."""
    sortable: bool = True
    in_page: bool = True
    """False: only in the Excel file."""
    wide: bool = False
    """True: takes a whole line on a phone."""

    @property
    def right(self) -> bool:
        """Whether the column is set flush right."""
        return self.kind in ("number", "change", "share", "seconds")


class Rows(Protocol):
    """What a table can be filled from."""

    def matching(self, search: str, chosen: Mapping[str, str]) -> Rows:
        """Return the rows that match the words and the choices."""
        ...

    def count(self) -> int:
        """Return how many there are."""
        ...

    def cut(self, sort: str, start: int, stop: int) -> Sequence[Any]:
        """Return rows `start` to `stop` (excluded) in the order of a column key, descending with a minus before it."""
        ...

    def options(self, key: str) -> Sequence[tuple[str, str]]:
        """Return what can be chosen in a column: the value of the parameter and what is shown."""
        ...


@dataclass(frozen=True)
class ListRows:
    """Rows that are all here already."""

    columns: tuple[Column, ...]
    rows: tuple[Any, ...]

    def matching(self, search: str, chosen: Mapping[str, str]) -> ListRows:
        """Return the rows in which some cell contains the words, upper or lower case, and that have the chosen values."""
        words_sought = search.casefold()
        by_key = {column.key: column for column in self.columns}
        kept = [
            row
            for row in self.rows
            if any(words_sought in shown(column, row).casefold() for column in self.columns)
            and all(_choice(by_key[key], row) == wanted for key, wanted in chosen.items())
        ]
        return ListRows(self.columns, tuple(kept))

    def count(self) -> int:
        """Return how many there are."""
        return len(self.rows)

    def cut(self, sort: str, start: int, stop: int) -> Sequence[Any]:
        """Return a stretch in order; what has no value comes last either way."""
        column = next((column for column in self.columns if column.key == sort.lstrip("-")), None)
        if column is None:
            return self.rows[start:stop]
        filled = [row for row in self.rows if column.value(row) is not None]
        empty = [row for row in self.rows if column.value(row) is None]
        filled.sort(key=column.value, reverse=sort.startswith("-"))
        return (filled + empty)[start:stop]

    def options(self, key: str) -> Sequence[tuple[str, str]]:
        """Return the different values of a column, as shown."""
        column = next(column for column in self.columns if column.key == key)
        return sorted({(_choice(column, row), shown(column, row)) for row in self.rows}, key=lambda pair: pair[1])


def _choice(column: Column, row: Any) -> str:
    assert column.choices is not None
    return column.choices(row)


def shown(column: Column, row: Any) -> str:
    """Return a cell as text."""
    value = column.value(row)
    if value is None:
        return words.NOTHING
    match column.kind:
        case "number":
            return words.number(value)
        case "change":
            return words.change(value)
        case "share":
            return f"{value:.1f}%"
        case "seconds":
            return words.number(value, 1)
        case "instant":
            return words.instant(value)
        case "day":
            return words.day(value)
        case "colour":
            from yimatong.edges.web.everybody.policies import colour_word

            return words.in_words(colour_word(value))
        case _:
            return str(value)


@dataclass(frozen=True)
class Cell:
    """One cell, ready for the template."""

    column: Column
    text: str
    value: Any
    link: str | None
    tone: str


@dataclass(frozen=True)
class Heading:
    """One column's head: where its link leads, and how the table is sorted by it now."""

    column: Column
    href: str
    sorted: Literal["ascending", "descending"] | None


@dataclass(frozen=True)
class Choice:
    """A list to choose from, for one column."""

    name: str
    title: Title
    chosen: str
    options: Sequence[tuple[str, str]]


@dataclass
class Table:
    """A table and what the reader asked of it."""

    name: str
    caption: Title
    columns: tuple[Column, ...]
    rows: Rows
    request: HttpRequest
    sort: str = ""
    page_size: int = 25
    searchable: bool = True
    """False: no search by words; lists to choose from remain."""
    exportable: bool = True
    empty: Title = ""
    refreshing: bool = False
    """True while what it shows is still going on: the page asks for it again every few seconds."""
    highlight: Callable[[Any], bool] | None = None
    """Which rows stand out."""

    def __post_init__(self) -> None:
        asked = self.request.GET
        self.search = asked.get(f"{self.name}.q", "").strip()[:100]
        keys = {column.key for column in self.columns if column.sortable}
        wanted = asked.get(f"{self.name}.sort", "")
        self.sort = wanted if wanted.lstrip("-") in keys else self.sort
        self.chosen = {
            column.key: asked[f"{self.name}.{column.key}"]
            for column in self.columns
            if column.choices and asked.get(f"{self.name}.{column.key}")
        }
        self.total = self.rows.count()
        self.matching = self.rows.matching(self.search, self.chosen) if self.search or self.chosen else self.rows
        self.count = self.matching.count()
        self.pages = max(1, -(-self.count // self.page_size))
        page = asked.get(f"{self.name}.page", "1")
        self.page = min(max(1, whole(page) or 1), self.pages)

    @property
    def shown_columns(self) -> tuple[Column, ...]:
        """The columns of the page."""
        return tuple(column for column in self.columns if column.in_page)

    @cached_property
    def page_rows(self) -> Sequence[Any]:
        """The rows of this page, read once."""
        start = (self.page - 1) * self.page_size
        return self.matching.cut(self.sort, start, start + self.page_size)

    def lines(self) -> Iterable[tuple[bool, list[Cell]]]:
        """Yield this page's lines: whether each is highlighted, and its cells."""
        for row in self.page_rows:
            yield (
                self.highlight is not None and self.highlight(row),
                [_cell(column, row) for column in self.shown_columns],
            )

    def headings(self) -> list[Heading]:
        """Return the heads; a second press on one turns the order round."""
        return [self._heading(column) for column in self.shown_columns]

    def choices(self) -> list[Choice]:
        """Return the lists to choose from."""
        return [
            Choice(
                f"{self.name}.{column.key}",
                column.title,
                self.chosen.get(column.key, ""),
                self.rows.options(column.key),
            )
            for column in self.columns
            if column.choices
        ]

    def kept(self) -> list[tuple[str, str]]:
        """Return the parameters of the rest of the page, which a search in this table must not lose."""
        own = {f"{self.name}.q", f"{self.name}.page", *(f"{self.name}.{column.key}" for column in self.columns)}
        return [(key, str(value)) for key, value in self.request.GET.items() if key not in own and key != "export"]

    def previous_href(self) -> str | None:
        """Return where the page before is, None on the first."""
        return self.href(page=str(self.page - 1)) if self.page > 1 else None

    def next_href(self) -> str | None:
        """Return where the next page is, None on the last."""
        return self.href(page=str(self.page + 1)) if self.page < self.pages else None

    def here(self) -> str:
        """Return where this table is as it is now."""
        return self.href()

    def export_href(self) -> str:
        """Return where this table is as an Excel file, filtered and sorted as it is now."""
        return _address(self.request.GET, {"export": self.name})

    def href(self, **changes: str) -> str:
        """Return this page's address with some of the table's parameters changed."""
        return _address(
            self.request.GET, {f"{self.name}.{key}": value for key, value in changes.items()}, drop=("export",)
        )

    def _heading(self, column: Column) -> Heading:
        now = self.sort.lstrip("-") == column.key
        descending = now and self.sort.startswith("-")
        order: Literal["ascending", "descending"] | None = None
        if now:
            order = "descending" if descending else "ascending"
        following = column.key if descending or (not now and not column.right) else f"-{column.key}"
        return Heading(column, self.href(sort=following, page="1"), order)


def _cell(column: Column, row: Any) -> Cell:
    return Cell(
        column=column,
        text=shown(column, row),
        value=column.value(row),
        link=column.link(row) if column.link else None,
        tone=column.tone(row) if column.tone else "",
    )


def _address(query: QueryDict, changes: dict[str, str], drop: tuple[str, ...] = ()) -> str:
    changed = query.copy()
    for key in drop:
        changed.pop(key, None)
    for key, value in changes.items():
        changed[key] = value
    return f"?{changed.urlencode()}"
