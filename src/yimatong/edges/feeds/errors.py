"""Why a whole file is refused. Nothing of it is taken, and nothing that was there is changed."""

from __future__ import annotations

from yimatong.core.errors import Mistakes, Sentences, YimatongError

SENTENCES: Sentences = {
    "feed-unknown": (
        "没有名为“{feed}”的数据类别。",
        "there is no feed called {feed}.",
        "可用的类别：{known}。",
        "there are: {known}.",
    ),
    "file-missing": (
        "文件不存在或无法读取。",
        "the file is not there, or can't be read.",
        "核对路径和权限。",
        "check the path and who may read it.",
    ),
    "file-not-regular": (
        "这不是普通文件（而是文件夹、设备、管道或套接字）。",
        "this is no regular file, but a folder, a device, a pipe or a socket.",
        "给出一个普通文件；由管道来的内容请先存成文件。",
        "name a regular file; save what comes through a pipe to a file first.",
    ),
    "file-empty": ("文件是空的。", "the file is empty.", "重新导出后再交付。", "export it again and deliver that."),
    "file-too-large": (
        "文件大于 {most} MiB 的上限。",
        "the file is larger than the limit of {most} MiB.",
        "分成几个文件交付。",
        "deliver it in parts.",
    ),
    "file-kind-unknown": (
        "无法识别文件格式。",
        "this is no kind of file that can be read here.",
        "请使用 {wanted}。",
        "use {wanted}.",
    ),
    "file-locked": (
        "文件有密码保护。",
        "the file is locked with a password.",
        "取消密码后另存，再交付。",
        "save it without a password and deliver that.",
    ),
    "encoding-unknown": (
        "文件既不是 UTF-8，也不是 GB18030 编码（第 {line} 行附近）。",
        "the text is neither UTF-8 nor GB18030 (near line {line}).",
        "在表格软件中另存为“CSV UTF-8”。",
        "save it as 'CSV UTF-8' in the spreadsheet program.",
    ),
    "encoding-mixed": (
        "文件混用了两种编码（第 {line} 行附近）。",
        "the text mixes two encodings (near line {line}).",
        "不要拼接不同编码的文件；统一另存为“CSV UTF-8”。",
        "don't join files of different encodings; save all of it as 'CSV UTF-8'.",
    ),
    "file-truncated": (
        "文件不完整，末尾被截断。",
        "the file is cut off at its end.",
        "重新传输完整的文件。",
        "transfer the whole file again.",
    ),
    "csv-nul": (
        "文本中含有空字符（第 {line} 行附近），可能已损坏。",
        "the text has NUL characters (near line {line}); it may be damaged.",
        "重新导出后再交付。",
        "export it again and deliver that.",
    ),
    "csv-quote-open": (
        "引号不成对（从第 {line} 行附近起），无法确定行的边界。",
        "quotation marks don't pair (from near line {line} on), so rows can't be told apart.",
        "改正该处引号，或另存为 Excel 文件。",
        "mend the quotation mark there, or save it as Excel.",
    ),
    "csv-line-too-long": (
        "有一行长于 {most} 字节。",
        "a line is longer than {most} bytes.",
        "核对换行符和引号后重新导出。",
        "check line ends and quotation marks, and export it again.",
    ),
    "csv-broken": (
        "无法按 CSV 读取。",
        "the text can't be read as CSV.",
        "另存为 Excel 文件后再交付。",
        "save it as Excel and deliver that.",
    ),
    "excel-broken": (
        "Excel 文件已损坏，无法读取。",
        "the Excel file is damaged and can't be read.",
        "用表格软件打开并另存，再交付。",
        "open it in the spreadsheet program, save it anew and deliver that.",
    ),
    "excel-unpacks-too-large": (
        "Excel 文件解压后过大（超过 {most} MiB 或 {ratio} 倍）。",
        "the Excel file unpacks to too much (more than {most} MiB, or {ratio} times its size).",
        "分成几个文件，或另存为 CSV。",
        "deliver it in parts, or save it as CSV.",
    ),
    "excel-entities": (
        "Excel 文件含有 XML 实体或文档类型声明，可能有害。",
        "the Excel file declares XML entities or a document type, which can do harm.",
        "用表格软件新建文件，只粘贴数值。",
        "make a new file in the spreadsheet program and paste the values only.",
    ),
    "excel-too-many-cells": (
        "表格范围过大（{rows} 行 × {columns} 列）。",
        "the sheet spans too much ({rows} rows by {columns} columns).",
        "删除远处的空单元格，或另存为 CSV。",
        "delete the cells far away, or save it as CSV.",
    ),
    "excel-two-sheets": (
        "有两张工作表都像是所要的表：{sheets}。",
        "two sheets look like the one that is wanted: {sheets}.",
        "每个文件只留一张。",
        "leave one in each file.",
    ),
    "too-many-rows": (
        "行数超过 {most} 的上限。",
        "there are more rows than the limit of {most}.",
        "分成几个文件交付。",
        "deliver it in parts.",
    ),
    "too-many-columns": (
        "列数超过 {most} 的上限。",
        "there are more columns than the limit of {most}.",
        "只保留需要的列。",
        "keep the columns that are needed.",
    ),
    "cell-too-long": (
        "第 {row} 行有单元格长于 {most} 个字符。",
        "row {row} has a cell longer than {most} signs.",
        "核对该行的引号和换行。",
        "check the quotation marks and line ends of that row.",
    ),
    "header-missing": (
        "前 {within} 行中找不到表头，或缺少必需的列：{columns}。",
        "no header row within the first {within} rows, or columns are missing: {columns}.",
        "按 docs/reference/feeds.md 的“{feed}”一节写表头。",
        "name the columns as docs/reference/feeds.md says under {feed}.",
    ),
    "header-twice": (
        "列“{column}”出现了两次。",
        "the column {column} is there twice.",
        "只保留一列。",
        "keep one of them.",
    ),
    "no-rows": (
        "表头之下没有数据行。",
        "there are no rows under the header.",
        "核对导出条件。",
        "check what was exported.",
    ),
    "excel-too-many-parts": (
        "工作簿的部件多于 {most} 个。",
        "the workbook has more than {most} parts.",
        "另存为新的工作簿，只保留要交付的工作表。",
        "save it as a new workbook with the sheet to deliver alone.",
    ),
    "excel-too-many-sheets": (
        "工作表多于 {most} 个。",
        "the workbook has more than {most} sheets.",
        "只保留要交付的工作表。",
        "keep the sheet to deliver alone.",
    ),
    "too-many-groups": (
        "Parquet 文件的行组过多，或文件说明过长。",
        "the Parquet file has too many row groups, or describes itself at too great length.",
        "合并行组后重新导出。",
        "export it again with larger row groups.",
    ),
    "parquet-broken": (
        "无法按 Parquet 读取。",
        "the file can't be read as Parquet.",
        "重新传输或重新导出。",
        "transfer or export it again.",
    ),
    "stays-of-strangers": (
        "有 {count} 个人员编号未登记。",
        "{count} person numbers are not recorded.",
        "先交付这些人员，再交付停留。",
        "deliver those people first, then their stays.",
    ),
    "json-broken": (
        "无法按 JSON 读取，或不是风险地区名单的格式（{what}）。",
        "the file can't be read as JSON, or is no risk-area list ({what}).",
        "按 docs/reference/risk-areas.md 核对格式。",
        "check it against docs/reference/risk-areas.md.",
    ),
    "snapshot-older": (
        "这份名单（{instant}）早于已接收的最新名单（{latest}）。",
        "this list ({instant}) is older than the latest that was taken ({latest}).",
        "按时间顺序交付名单；要补更早的，请先撤回之后的各份。",
        "deliver lists in their order; to fill in an earlier one, withdraw the later ones first.",
    ),
    "divisions-missing": (
        "没有行政区划数据，无法对应地名。",
        "there are no administrative divisions to resolve place names with.",
        "先运行 yimatong feeds divisions。",
        "run yimatong feeds divisions first.",
    ),
    "divisions-broken": (
        "行政区划文件不是所需格式（{what}）。",
        "the file of divisions is not of the form needed ({what}).",
        "用 tools/divisions.py 生成，或不给 --folder，使用仓库自带的数据。",
        "make it with tools/divisions.py, or give no --folder: the repository has the tables.",
    ),
}


class FeedError(YimatongError):
    """A file that is refused whole."""


refusal = Mistakes(FeedError, SENTENCES)
