"""Why a whole file is refused. Nothing of it is taken, and nothing that was there is changed."""

from __future__ import annotations

from yimatong.core.errors import Mistakes, Sentences, YimatongError
from yimatong.core.text import message as _

SENTENCES: Sentences = {
    "feed-unknown": (_("there is no feed called {feed}."), _("there are: {known}.")),
    "file-missing": (_("the file is not there, or can't be read."), _("check the path and who may read it.")),
    "file-not-regular": (
        _("this is no regular file, but a folder, a device, a pipe or a socket."),
        _("name a regular file; save what comes through a pipe to a file first."),
    ),
    "file-empty": (_("the file is empty."), _("export it again and deliver that.")),
    "file-too-large": (_("the file is larger than the limit of {most} MiB."), _("deliver it in parts.")),
    "file-kind-unknown": (_("this is no kind of file that can be read here."), _("use {wanted}.")),
    "file-locked": (_("the file is locked with a password."), _("save it without a password and deliver that.")),
    "encoding-unknown": (
        _("the text is neither UTF-8 nor GB18030 (near line {line})."),
        _("save it as 'CSV UTF-8' in the spreadsheet program."),
    ),
    "encoding-mixed": (
        _("the text mixes two encodings (near line {line})."),
        _("don't join files of different encodings; save all of it as 'CSV UTF-8'."),
    ),
    "file-truncated": (_("the file is cut off at its end."), _("transfer the whole file again.")),
    "csv-nul": (
        _("the text has NUL characters (near line {line}); it may be damaged."),
        _("export it again and deliver that."),
    ),
    "csv-quote-open": (
        _("quotation marks don't pair (from near line {line} on), so rows can't be told apart."),
        _("mend the quotation mark there, or save it as Excel."),
    ),
    "csv-line-too-long": (
        _("a line is longer than {most} bytes."),
        _("check line ends and quotation marks, and export it again."),
    ),
    "csv-broken": (_("the text can't be read as CSV."), _("save it as Excel and deliver that.")),
    "excel-broken": (
        _("the Excel file is damaged and can't be read."),
        _("open it in the spreadsheet program, save it anew and deliver that."),
    ),
    "excel-unpacks-too-large": (
        _("the Excel file unpacks to too much (more than {most} MiB, or {ratio} times its size)."),
        _("deliver it in parts, or save it as CSV."),
    ),
    "excel-entities": (
        _("the Excel file declares XML entities or a document type, which can do harm."),
        _("make a new file in the spreadsheet program and paste the values only."),
    ),
    "excel-too-many-cells": (
        _("the sheet spans too much ({rows} rows by {columns} columns)."),
        _("delete the cells far away, or save it as CSV."),
    ),
    "excel-two-sheets": (_("two sheets look like the one that is wanted: {sheets}."), _("leave one in each file.")),
    "too-many-rows": (_("there are more rows than the limit of {most}."), _("deliver it in parts.")),
    "too-many-columns": (_("there are more columns than the limit of {most}."), _("keep the columns that are needed.")),
    "cell-too-long": (
        _("row {row} has a cell longer than {most} signs."),
        _("check the quotation marks and line ends of that row."),
    ),
    "header-missing": (
        _("no header row within the first {within} rows, or columns are missing: {columns}."),
        _("name the columns as docs/reference/feeds.md says under {feed}."),
    ),
    "header-twice": (_("the column {column} is there twice."), _("keep one of them.")),
    "no-rows": (_("there are no rows under the header."), _("check what was exported.")),
    "excel-too-many-parts": (
        _("the workbook has more than {most} parts."),
        _("save it as a new workbook with the sheet to deliver alone."),
    ),
    "excel-too-many-sheets": (_("the workbook has more than {most} sheets."), _("keep the sheet to deliver alone.")),
    "too-many-groups": (
        _("the Parquet file has too many row groups, or describes itself at too great length."),
        _("export it again with larger row groups."),
    ),
    "parquet-broken": (_("the file can't be read as Parquet."), _("transfer or export it again.")),
    "stays-of-strangers": (
        _("{count} person numbers are not recorded."),
        _("deliver those people first, then their stays."),
    ),
    "json-broken": (
        _("the file can't be read as JSON, or is no risk-area list ({what})."),
        _("check it against docs/reference/risk-areas.md."),
    ),
    "snapshot-older": (
        _("this list ({instant}) is older than the latest that was taken ({latest})."),
        _("deliver lists in their order; to fill in an earlier one, withdraw the later ones first."),
    ),
    "divisions-missing": (
        _("there are no administrative divisions to resolve place names with."),
        _("run yimatong feeds divisions first."),
    ),
    "divisions-broken": (
        _("the file of divisions is not of the form needed ({what})."),
        _("make it with tools/divisions.py, or give no --folder: the repository has the tables."),
    ),
}


class FeedError(YimatongError):
    """A file that is refused whole."""


refusal = Mistakes(FeedError, SENTENCES)
