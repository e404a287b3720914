"""What can be wrong with a folder of facts, by code, told with its file, line, column and remedy."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from yimatong.core.errors import Exit, Language, Sentences, YimatongError
from yimatong.core.facts import Level
from yimatong.core.policy.problems import listed

MOST_TOLD = 100
MOST_KEPT = 100_000

SENTENCES: Sentences = {
    "folder-missing": (
        "没有这个文件夹。", "there is no such folder.",
        "检查路径。", "check the path.",
    ),
    "people-missing": (
        "缺少 people 表。", "the table `people` is missing.",
        "放入 people.csv 或 people.parquet：每人一行。", "add people.csv or people.parquet, one row a person.",
    ),
    "file-unknown": (
        "不认识的文件，不会被读取。", "this file is none of the five tables and would not be read.",
        "改名为 people、facts、homes、areas 或 stays，或移走。", "name it people, facts, homes, areas or stays, or move it away.",
    ),
    "table-twice": (
        "同一张表有两种文件。", "this table is there in two forms.",
        "只留 CSV、Parquet 文件或文件夹之一。", "keep one of the CSV, the Parquet file and the folder.",
    ),
    "file-not-read": (
        "无法读取这个文件：不是所说的格式，或已损坏。", "this file cannot be read: another format, or damaged.",
        "重新生成该文件。", "make the file again.",
    ),
    "file-not-regular": (
        "这不是普通文件（而是文件夹、设备、管道或套接字）。", "this is no regular file, but a folder, a device, a pipe or a socket.",
        "放入一个普通文件。", "put a regular file here.",
    ),
    "too-many-columns": (
        "列数超过 200。", "there are more than 200 columns.",
        "只留该表的列；各表的列见 docs/reference/judge.md。", "keep the table's own columns; docs/reference/judge.md lists them.",
    ),
    "too-many-groups": (
        "Parquet 文件的行组过多，或文件说明过长。", "the Parquet file has too many row groups, or describes itself at too great length.",
        "合并行组后重新导出。", "export it again with larger row groups.",
    ),
    "too-many-rows": (
        "行数超过 40 亿。", "there are more than 4 billion rows.",
        "分成几个文件。", "divide it into several files.",
    ),
    "file-too-large": (
        "CSV 超过 1 GiB 或 500 万行。", "the CSV is larger than 1 GiB or 5 million rows.",
        "改用 Parquet。", "use Parquet.",
    ),
    "header-missing": (
        "第一行不是表头。", "the first line is no header.",
        "第一行写列名，用逗号分隔。", "write the names of the columns in the first line, with commas.",
    ),
    "column-missing": (
        "缺少这一列。", "this column is missing.",
        "补上该列；各表的列见 docs/reference/judge.md。", "add it; docs/reference/judge.md lists the columns.",
    ),
    "column-unknown": (
        "没有名为此的列。", "there is no column of this name.",
        "改正列名，或删去该列。", "correct its name, or take the column out.",
    ),
    "column-twice": (
        "同名的列出现两次。", "this column is there twice.",
        "只留一列。", "keep one.",
    ),
    "column-type": (
        "该列的类型不对。", "this column has the wrong type.",
        "整数列用 int32 或 int64，文字列用 string。", "use int32 or int64 for whole numbers, string for words.",
    ),
    "row-width": (
        "这一行的格数与表头不同。", "this row has another number of cells than the header.",
        "补上或删去多余的逗号。", "add or take out commas.",
    ),
    "quote-open": (
        "引号没有成对。", "a quotation mark is not closed.",
        "补上引号，或删去它。", "close it or take it out.",
    ),
    "value-missing": (
        "这一格不能为空。", "this cell may not be empty.",
        "填写该格。", "fill it in.",
    ),
    "number-wrong": (
        "不是整数，或超出范围。", "this is no whole number, or out of range.",
        "只写数字；编号从 1 到 2147483647。", "write digits only; numbers go from 1 to 2147483647.",
    ),
    "instant-wrong": (
        "不是时间。", "this is no instant.",
        "写成 2020-02-15T08:30+08:00，或只写日期 2020-02-15。", "write 2020-02-15T08:30+08:00, or the date alone: 2020-02-15.",
    ),
    "instant-without-zone": (
        "时间没有写时区。", "this instant has no time zone.",
        "在末尾加上 +08:00。", "add +08:00 at its end.",
    ),
    "instant-out-of-range": (
        "时间不在 2000 年至 2100 年之间；Parquet 中的单位是分钟。",
        "this instant is not between 2000 and 2100; in Parquet the unit is the minute.",
        "检查年份；把秒或毫秒换算成自 1970-01-01T00:00Z 起的分钟数。",
        "check the year; turn seconds or milliseconds into minutes since 1970-01-01T00:00Z.",
    ),
    "division-wrong": (
        "不是 9 位区划代码。", "this is no 9-digit division.",
        "写街道的 9 位代码；整个县写成 330203000 至 330203999。",
        "write the street's 9 digits; a whole county is 330203000 to 330203999.",
    ),
    "range-backwards": (
        "low 大于 high。", "`low` is larger than `high`.",
        "对调两者。", "swap them.",
    ),
    "kind-unknown": (
        "没有这种事实。", "there is no fact of this kind.",
        "可用的种类见 docs/reference/judge.md。", "docs/reference/judge.md lists the kinds.",
    ),
    "detail-unknown": (
        "这种事实没有这个细类。", "a fact of this kind has no such detail.",
        "可用的细类见 docs/reference/judge.md。", "docs/reference/judge.md lists the details of each kind.",
    ),
    "level-unknown": (
        "没有这个风险等级。", "there is no such level.",
        f"可以是：{listed(list(Level))}。", f"write one of: {listed(list(Level))}.",
    ),
    "end-before-start": (
        "结束早于开始。", "this ends before it starts.",
        "检查两个时间。", "check both instants.",
    ),
    "onset-not-of-a-case": (
        "只有病例才有发病日。", "only a case has an onset.",
        "清空该格。", "empty the cell.",
    ),
    "said-twice": (
        "这个编号已经出现过。", "this number was used before.",
        "每行用不同的编号。", "give every row a number of its own.",
    ),
    "person-unknown": (
        "people 表中没有这个人。", "this person is not in `people`.",
        "在 people 表中加上这个人，或改正编号。", "add the person to `people`, or correct the number.",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong: the file, its line (the header is line 1; in Parquet the row from 1), the column, the code."""

    file: str
    line: int
    column: str
    code: str

    def tell(self, language: Language) -> str:
        """Place, sentence, remedy and code in one line; never the value."""
        zh, en, remedy_zh, remedy_en = SENTENCES[self.code]
        place = ":".join([self.file, *([str(self.line)] if self.line else []), *([self.column] if self.column else [])])
        sentence, remedy = (zh, remedy_zh) if language == "zh" else (en, remedy_en)
        return f"{place}: {sentence} {remedy} [{self.code}]"


class FolderError(YimatongError):
    """The folder cannot be judged; nothing was written. `problems` holds the first 100,000, `count` says how many there are."""

    exit = Exit.INPUT

    def __init__(self, problems: Iterable[Problem], count: int | None = None) -> None:
        self.problems = sorted(problems)
        self.count = count or len(self.problems)
        super().__init__(
            "folder-wrong",
            zh=f"共有 {self.count} 处错误，没有写出任何结果。",
            en=f"{self.count} problems; nothing was written.",
            remedy_zh="按上面所列改正后重新运行；--problems FILE 可把全部错误写成 CSV。",
            remedy_en="correct what is listed above and run again; --problems FILE writes all of it as CSV.",
        )

    def tell(self, language: Language) -> str:
        lines = [problem.tell(language) for problem in self.problems[:MOST_TOLD]]
        if self.count > MOST_TOLD:
            rest = self.count - MOST_TOLD
            lines.append(f"……还有 {rest} 处" if language == "zh" else f"... and {rest} more")
        return "\n".join([*lines, super().tell(language)])
