"""Mistakes around the judgements, each with a code that never changes."""

from __future__ import annotations

from yimatong.core.errors import EnvironmentProblem, Mistakes, Sentences, YimatongError

SENTENCES: Sentences = {
    "judgement-going": (
        "另一次研判正在进行（编号 {run}），同一时间只能有一次。",
        "another judgement is going on (run {run}); there is one at a time.",
        "等它结束后再试；yimatong runs list 可查看进度。",
        "wait for its end and try again; yimatong runs list shows where it stands.",
    ),
    "judgement-goes-back": (
        "现行结果的研判时点是 {in_force}，不能再发布更早时点 {as_of} 的结果。",
        "what is in force was judged for {in_force}; an earlier instant ({as_of}) is not published over it.",
        "要看过去某一时点，请用回溯研判（yimatong runs as-of）；否则请给出更晚的时点。",
        "to look at a past instant use yimatong runs as-of; otherwise give a later instant.",
    ),
    "judgement-ahead": (
        "研判时点 {as_of} 在将来。",
        "the instant {as_of} lies ahead.",
        "请给出现在或更早的时点，并写明时区。",
        "give an instant that is now or earlier, with its time zone.",
    ),
    "policy-not-in-force": (
        "政策 {policy} 只适用于 {first} 至 {last}，{day} 不在其中。",
        "the policy {policy} is in force from {first} to {last}; {day} lies outside.",
        "换一个时点，或更新政策的首日和末日。",
        "choose another instant, or give the policy new first and last days.",
    ),
    "people-vanished": (
        "取数后少了 {count} 名已有结果的人员，未发布。",
        "{count} people who have a verdict are missing from the inputs; nothing was published.",
        "检查人员记录是否被误删，恢复后重新运行。",
        "look whether people were removed by mistake, put them back and run again.",
    ),
    "run-unknown": (
        "没有编号为 {run} 的研判。",
        "there is no run {run}.",
        "用 yimatong runs list 查看已有编号。",
        "yimatong runs list shows the numbers there are.",
    ),
    "run-not-judged": (
        "第 {run} 次研判没有得出结果（状态：{state}），不能重演。",
        "run {run} came to no result (it is {state}) and cannot be judged again.",
        "请选择已发布或已完成的研判。",
        "choose one that was published or finished.",
    ),
    "snapshot-gone": (
        "第 {run} 次研判保存的文件已不完整：{file}。",
        "the kept files of run {run} are no longer whole: {file}.",
        "从备份恢复该文件；已按期清理的研判不能重演。",
        "restore the file from a backup; a run that was cleaned up in time cannot be judged again.",
    ),
    "snapshot-changed": (
        "第 {run} 次研判保存的文件被改动过：{file}。",
        "a kept file of run {run} was changed since: {file}.",
        "从备份恢复该文件；改动过的文件不能用来核对。",
        "restore the file from a backup; a changed file proves nothing.",
    ),
    "nothing-in-force": (
        "还没有发布过研判结果。",
        "no judgement was published yet.",
        "先运行 yimatong night。",
        "run yimatong night first.",
    ),
    "person-unknown": (
        "没有这个编号的人员。",
        "there is nobody with that number.",
        "核对人员编号。",
        "check the person's number.",
    ),
    "engine-unknown": (
        "没有名为 {engine} 的引擎。",
        "there is no engine {engine}.",
        "可用：duckdb、spark、reference。",
        "choose duckdb, spark or reference.",
    ),
}


class JudgementError(YimatongError):
    """Something about a judgement that a person can mend."""


mistake = Mistakes(JudgementError, SENTENCES)


def lake_restless(folder: str) -> EnvironmentProblem:
    """The lake's files kept changing while they were being recorded."""
    return EnvironmentProblem(
        "lake-restless",
        place=folder,
        zh="停留数据在取数期间一直在变动。",
        en="the lake of stays kept changing while it was recorded.",
        remedy_zh="等正在进行的数据接收结束后再运行。",
        remedy_en="wait for the deliveries that are being taken, then run again.",
    )


def spark_conf_wrong(path: str, line: int) -> EnvironmentProblem:
    """Spark's file of configuration cannot be read, or a line of it is no setting."""
    return EnvironmentProblem(
        "spark-conf-wrong",
        place=f"{path}:{line}" if line else path,
        zh="Spark 配置文件无法读取，或该行不是配置项。",
        en="Spark's file of configuration cannot be read, or this line is no setting.",
        remedy_zh="每行写一个配置名和值，例如：spark.executor.memory 8g；见 docs/how-to/spark.md。",
        remedy_en="give a name and a value on each line, like: spark.executor.memory 8g; see docs/how-to/spark.md.",
    )


def spark_missing() -> EnvironmentProblem:
    """The Spark engine was asked for where there is no Spark, or no Java to run it."""
    return EnvironmentProblem(
        "spark-missing",
        zh="本机没有 PySpark 或 Java 17，不能用 spark 引擎。",
        en="there is no PySpark or no Java 17 here, so the spark engine cannot run.",
        remedy_zh="安装 yimatong[spark] 和 Java 17，或用 --engine duckdb。",
        remedy_en="install yimatong[spark] and Java 17, or use --engine duckdb.",
    )
