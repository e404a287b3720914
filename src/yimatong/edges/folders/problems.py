"""What can be wrong with a folder of facts, by code, told with its file, line, column and remedy."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from yimatong.core.errors import Exit, Language, Sentences, YimatongError
from yimatong.core.facts import Level
from yimatong.core.text import message as _

MOST_TOLD = 100
MOST_KEPT = 100_000

SENTENCES: Sentences = {
    "folder-missing": (_("there is no such folder."), _("check the path.")),
    "people-missing": (_("the table `people` is missing."), _("add people.csv or people.parquet, one row a person.")),
    "file-unknown": (
        _("this file is none of the five tables and would not be read."),
        _("name it people, facts, homes, areas or stays, or move it away."),
    ),
    "table-twice": (_("this table is there in two forms."), _("keep one of the CSV, the Parquet file and the folder.")),
    "file-not-read": (_("this file cannot be read: another format, or damaged."), _("make the file again.")),
    "file-not-regular": (
        _("this is no regular file, but a folder, a device, a pipe or a socket."),
        _("put a regular file here."),
    ),
    "too-many-columns": (
        _("there are more than 200 columns."),
        _("keep the table's own columns; docs/reference/judge.md lists them."),
    ),
    "too-many-groups": (
        _("the Parquet file has too many row groups, or describes itself at too great length."),
        _("export it again with larger row groups."),
    ),
    "too-many-rows": (_("there are more than 4 billion rows."), _("divide it into several files.")),
    "file-too-large": (_("the CSV is larger than 1 GiB or 5 million rows."), _("use Parquet.")),
    "header-missing": (
        _("the first line is no header."),
        _("write the names of the columns in the first line, with commas."),
    ),
    "column-missing": (_("this column is missing."), _("add it; docs/reference/judge.md lists the columns.")),
    "column-unknown": (_("there is no column of this name."), _("correct its name, or take the column out.")),
    "column-twice": (_("this column is there twice."), _("keep one.")),
    "column-type": (_("this column has the wrong type."), _("use int32 or int64 for whole numbers, string for words.")),
    "row-width": (_("this row has another number of cells than the header."), _("add or take out commas.")),
    "quote-open": (_("a quotation mark is not closed."), _("close it or take it out.")),
    "value-missing": (_("this cell may not be empty."), _("fill it in.")),
    "number-wrong": (
        _("this is no whole number, or out of range."),
        _("write digits only; numbers go from 1 to 2147483647."),
    ),
    "instant-wrong": (_("this is no instant."), _("write 2020-02-15T08:30+08:00, or the date alone: 2020-02-15.")),
    "instant-without-zone": (_("this instant has no time zone."), _("add +08:00 at its end.")),
    "instant-out-of-range": (
        _("this instant is not between 2000 and 2100; in Parquet the unit is the minute."),
        _("check the year; turn seconds or milliseconds into minutes since 1970-01-01T00:00Z."),
    ),
    "division-wrong": (
        _("this is no 9-digit division."),
        _("write the street's 9 digits; a whole county is 330203000 to 330203999."),
    ),
    "range-backwards": (_("`low` is larger than `high`."), _("swap them.")),
    "kind-unknown": (_("there is no fact of this kind."), _("docs/reference/judge.md lists the kinds.")),
    "detail-unknown": (
        _("a fact of this kind has no such detail."),
        _("docs/reference/judge.md lists the details of each kind."),
    ),
    "level-unknown": (_("there is no such level."), _("write one of: {level}.", level=", ".join(Level))),
    "end-before-start": (_("this ends before it starts."), _("check both instants.")),
    "onset-not-of-a-case": (_("only a case has an onset."), _("empty the cell.")),
    "said-twice": (_("this number was used before."), _("give every row a number of its own.")),
    "person-unknown": (_("this person is not in `people`."), _("add the person to `people`, or correct the number.")),
}


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong: the file, its line (the header is line 1; in Parquet the row from 1), the column, the code."""

    file: str
    line: int
    column: str
    code: str

    def tell(self, language: Language) -> str:
        """Place, sentence, remedy and code in one line; never the value."""
        sentence, remedy = (text.of(language) for text in SENTENCES[self.code])
        place = ":".join([self.file, *([str(self.line)] if self.line else []), *([self.column] if self.column else [])])
        return f"{place}: {sentence} {remedy} [{self.code}]"


class FolderError(YimatongError):
    """The folder cannot be judged; nothing was written. `problems` holds the first 100,000, `count` says how many there are."""

    exit = Exit.INPUT

    def __init__(self, problems: Iterable[Problem], count: int | None = None) -> None:
        self.problems = sorted(problems)
        self.count = count or len(self.problems)
        super().__init__(
            "folder-wrong",
            _("{count} problems; nothing was written.", count=self.count),
            remedy=_("correct what is listed above and run again; --problems FILE writes all of it as CSV."),
        )

    def tell(self, language: Language) -> str:
        lines = [problem.tell(language) for problem in self.problems[:MOST_TOLD]]
        if self.count > MOST_TOLD:
            rest = self.count - MOST_TOLD
            lines.append(_("... and {rest} more", rest=rest).of(language))
        return "\n".join([*lines, super().tell(language)])
