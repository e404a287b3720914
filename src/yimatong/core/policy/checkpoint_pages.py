"""The checkpoints' part of a policy as pages: the matrix in plain words, the notice of rights, the script, the ladder, the travellers."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from yimatong.core.checkpoints.matrix import Decision, Guarantee, MatrixRule, When
from yimatong.core.checkpoints.model import Checkpoints, Cities, Matrix, Numbers, Texts
from yimatong.core.checkpoints.situation import FIELDS
from yimatong.core.checkpoints.words import ACTION_WORDS, AUTHORITY_WORDS, FIELD_WORDS, VALUE_WORDS
from yimatong.core.errors import Language, YimatongError
from yimatong.core.policy.explain import GENERATED, said
from yimatong.core.policy.model import Policy, Text
from yimatong.core.policy.travellers import Traveller


def checkpoints_page(policy: Policy, language: Language) -> str:
    """Return what a policy says of checkpoints as Markdown; YimatongError where it says nothing."""
    if policy.checkpoints is None:
        raise YimatongError(
            "policy-no-checkpoints",
            zh="这个政策包没有卡点的内容。",
            en="This policy says nothing of checkpoints.",
            place=policy.id,
            remedy_zh="在政策包里加 checkpoints.yaml；格式见 docs/reference/checkpoint-matrix.md。",
            remedy_en="Add a checkpoints.yaml; docs/reference/checkpoint-matrix.md has its form.",
        )
    page = _Page(policy, policy.checkpoints, language)
    parts = (page.head(), page.promises(), page.matrices(), page.texts(), page.cities(), page.numbers())
    return "\n".join(line for part in parts for line in part).rstrip() + "\n"


def travellers_page(policy: Policy, travellers: tuple[Traveller, ...], language: Language) -> str:
    """Return the specimen travellers as Markdown, file by file in the order in which they are written."""
    assert policy.checkpoints is not None
    page = _Page(policy, policy.checkpoints, language)
    lines = [*page.travellers_head(travellers)]
    for file, some in groupby(travellers, key=lambda traveller: traveller.place.rsplit(":", 1)[0]):
        lines += [f"## {file.rsplit('/', 1)[-1].removesuffix('.yaml')}", "", *page.travellers(tuple(some)), ""]
    return "\n".join(lines).rstrip() + "\n"


class _Page:
    """Writes one policy's checkpoints in one language, part by part, as lines of Markdown."""

    def __init__(self, policy: Policy, gate: Checkpoints, language: Language) -> None:
        self.policy, self.gate, self.language = policy, gate, language
        self.zh = language == "zh"

    def say(self, zh: str, en: str) -> str:
        return zh if self.zh else en

    def of(self, text: Text) -> str:
        """A text in one line, for a table or a list item."""
        return ("" if self.zh else " ").join(part.strip() for part in said(text, self.language).splitlines())

    def head(self) -> Iterator[str]:
        title = self.of(self.policy.title)
        yield from (
            self.say(f"# 卡点处置：{title}", f"# At the checkpoint: {title}"),
            "",
            f"<!-- {self.of(GENERATED)} -->",
            "",
        )
        yield self.say(
            "卡点的每一步都由这里的处置矩阵决定，不由工作人员决定。车牌和户籍不在其中。",
            "What is done at a checkpoint follows from this matrix and from nobody's discretion. Plate and household registration "
            "have no place in it.",
        )
        yield ""

    def promises(self) -> Iterator[str]:
        if not self.gate.guarantees:
            return
        yield from (f"## {self.say('全省的保证', 'What the province promises')}", "")
        yield self.say(
            "下面的保证对任何城市的处置矩阵都成立。`yimatong policy check` 逐一核对每一种情形。",
            "These hold for the matrix of every city. `yimatong policy check` looks at every situation there can be.",
        )
        yield from (
            "",
            self.say("| 保证 | 适用于 | 必须 | 条文 |", "| promise | of | must | clause |"),
            "|---|---|---|---|",
        )
        for promise in self.gate.guarantees:
            clause = self.clause(promise.reference)
            yield (
                f"| {promise.requirement} {self.of(promise.title)} `{promise.id}` | {self.given(promise.when)} "
                f"| {self.must(promise)} | {clause} |"
            )
        yield ""

    def must(self, promise: Guarantee) -> str:
        parts = []
        if promise.only:
            parts.append(self.say("只能", "only ") + self.actions(promise.only))
        if promise.never:
            parts.append(self.say("不得", "never ") + self.actions(promise.never))
        if promise.to is not None:
            parts.append(self.say("移交给", "to the ") + self.of(AUTHORITY_WORDS[promise.to]))
        return self.say("；", "; ").join(parts)

    def actions(self, actions: tuple[str, ...]) -> str:
        return self.say("、", ", ").join(self.of(ACTION_WORDS[action]) for action in actions)

    def matrices(self) -> Iterator[str]:
        for matrix in self.gate.matrices:
            yield from (f"## {self.say('处置矩阵', 'The decision matrix')}", "", self.days(matrix), "")
            yield self.say(
                "从上往下读，第一行符合的就是答复；没有写的条件，什么都可以。",
                "Read from the top; the first line that fits is the answer. A condition that is not named may be anything.",
            )
            yield ""
            yield self.say(
                "| 行 | 情形 | 处置 | 告诉来人 |", "| line | when | what is done | what the person is told |"
            )
            yield "|---|---|---|---|"
            yield from (self.line(number, rule) for number, rule in enumerate(matrix.rules, start=1))
            yield ""

    def line(self, number: int, rule: MatrixRule) -> str:
        name = f"{number}. {self.of(rule.title)} `{rule.id}` {rule.requirement}"
        return f"| {name} | {self.given(rule.when)} | {self.decision(rule.decision)} | {self.of(rule.because)} |"

    def given(self, when: When) -> str:
        parts = []
        for field in FIELDS:
            if field in when:
                words = self.say("或", " or ").join(self.of(VALUE_WORDS[field][value]) for value in when[field])
                parts.append(f"{self.of(FIELD_WORDS[field])}{self.say('：', ': ')}{words}")
        return self.say("；", "; ").join(parts)

    def decision(self, decision: Decision) -> str:
        word = f"**{self.of(ACTION_WORDS[decision.action])}**"
        if decision.to is not None:
            return f"{word}{self.say('，', ', ')}{self.of(AUTHORITY_WORDS[decision.to])}"
        if decision.ask is not None:
            return f"{word}{self.say('：', ': ')}{self.of(FIELD_WORDS[decision.ask])}"
        return word if decision.slip is None else f"{word}{self.say('，给单子', ', with the slip')} `{decision.slip}`"

    def clause(self, reference: tuple[str, str]) -> str:
        instrument = self.policy.instruments[reference[0]]
        return " ".join(instrument.clauses[reference[1]].split())

    def days(self, entry: Matrix | Texts | Numbers | Cities) -> str:
        return self.say(f"{entry.first} 至 {entry.last}。", f"From {entry.first} to {entry.last}.")

    def texts(self) -> Iterator[str]:
        for texts in self.gate.texts:
            yield from self.numbered(
                self.say("您的权利（张贴、播报）", "Your rights (posted and read out)"), texts, texts.notice
            )
            yield from self.numbered(self.say("无码通道用语", "Words for the lane without codes"), texts, texts.script)
            yield from self.ladder(texts)
            yield from (f"## {self.say('劝返单', 'Slips')}", "", self.days(texts), "")
            for slip in texts.slips:
                yield from (
                    f"### `{slip.id}`",
                    "",
                    *(f"> {part}  " for part in said(slip.text, self.language).splitlines()),
                    "",
                )
            yield from self.closed_lists(texts)

    def numbered(self, title: str, texts: Texts, paragraphs: tuple[Text, ...]) -> Iterator[str]:
        yield from (f"## {title}", "", self.days(texts), "")
        yield from (f"{number}. {self.of(text)}" for number, text in enumerate(paragraphs, start=1))
        yield ""

    def ladder(self, texts: Texts) -> Iterator[str]:
        yield from (f"## {self.say('退路', 'The fallback ladder')}", "", self.days(texts), "")
        yield self.say(
            "| 级 | 名单旧到什么时候起 | 工作人员做什么 |",
            "| rung | from which age of the lists on | what the guard does |",
        )
        yield "|---|---|---|"
        for rung in texts.ladder:
            yield f"| {self.of(rung.title)} `{rung.id}` | {self.length(rung.from_minutes)} | {self.of(rung.text)} |"
        yield ""

    def length(self, minutes: int) -> str:
        if minutes >= 60 and minutes % 60 == 0:
            return self.say(f"{minutes // 60} 小时", f"{minutes // 60} hours")
        return self.say(f"{minutes} 分钟", f"{minutes} minutes")

    def closed_lists(self, texts: Texts) -> Iterator[str]:
        yield from (f"## {self.say('可以拒绝绿码、甬行证人员的理由', 'Grounds for refusing a green code or pass')}", "")
        yield self.say("只有这些；车牌、户籍不是理由。", "These only; plate and household registration are none.")
        yield from ("", *(f"- {self.of(entry.text)} `{entry.id}`" for entry in texts.refusal_grounds), "")
        yield from (f"## {self.say('可以投诉的事', 'What can be complained of')}", "")
        yield from (*(f"- {self.of(entry.text)} `{entry.id}`" for entry in texts.complaint_kinds), "")

        yield from (
            f"## {self.say('系统故障时凭工作证通过的人', 'Who passes by a work card while the code is down')}",
            "",
        )
        yield self.say(
            "只有名单旧到要查名册、用纸质名单时；先测体温，逐人登记，恢复后由防控办逐条复核。",
            "Only when the lists are so old that the register or the paper list counts; temperature first, each is recorded, and the "
            "control office looks at each afterwards.",
        )
        yield from ("", *(f"- {self.of(entry.text)} `{entry.id}`" for entry in texts.duties), "")

    def cities(self) -> Iterator[str]:
        for cities in self.gate.cities:
            yield from (f"## {self.say('外市的码', 'Codes of other cities')}", "", self.days(cities), "")
            if cities.recognised:
                yield from (self.say("| 城市 | 算数的颜色 |", "| city | colours that count here |"), "|---|---|")
            for one in cities.recognised:
                colours = self.say("、", ", ").join(self.of(VALUE_WORDS["verdict"][colour]) for colour in one.counts)
                yield f"| {self.of(one.title)} `{one.city}` | {colours} |"
            yield from ("", self.of(cities.reading), "")

    def numbers(self) -> Iterator[str]:
        for numbers in self.gate.numbers:
            yield from (f"## {self.say('数字', 'Numbers')}", "", self.days(numbers), "")
            yield from ("| | |", "|---|---|")
            yield from (f"| {name} | {value} |" for name, value in self.values(numbers))
            yield from ("", self.of(numbers.reading), "")

    def values(self, numbers: Numbers) -> Iterator[tuple[str, str]]:
        say, hours = self.say, numbers.hours
        yield say("发热", "fever"), f"≥ {numbers.fever_tenths / 10:.1f} °C"
        for name, amber, stop in (
            (say("密钥名单", "trust list"), hours.trust_amber, hours.trust_stop),
            (say("收回名单", "recall list"), hours.recall_amber, hours.recall_stop),
            (say("本处置矩阵", "this policy"), hours.policy_amber, hours.policy_stop),
        ):
            yield name, say(f"{amber} 小时后提醒，{stop} 小时后停用", f"amber after {amber} hours, stop after {stop}")
        yield say("临时放行一次", "an override lasts"), self.length(hours.override_minutes)
        yield (
            say("扫码记录保存", "the scan log is kept"),
            say(f"{numbers.retention_days} 天", f"{numbers.retention_days} days"),
        )
        late, very = self.length(numbers.acknowledge_minutes), self.length(numbers.escalate_minutes)
        yield (
            say("移交没有人签收", "a hand-over that nobody acknowledges"),
            say(f"{late} 后算迟，{very} 后上报", f"late after {late}, escalated after {very}"),
        )
        floor = self.length(numbers.impossible_minutes_floor)
        yield (
            say("两地相距太远", "impossible time"),
            say(
                f"路程按 {numbers.impossible_kmh} 公里/小时计，超过 {floor} 的才算",
                f"faster than {numbers.impossible_kmh} km/h, on a way of more than {floor}",
            ),
        )
        yield say("一次过卡计为停留", "a passage counts as a stay of"), self.length(numbers.stay_minutes)
        yield say("登记车牌", "plates are written down"), say("是", "yes") if numbers.plates else say("否", "no")

    def travellers_head(self, travellers: tuple[Traveller, ...]) -> Iterator[str]:
        title, count = self.of(self.policy.title), len(travellers)
        yield from (self.say(f"# 样例过卡人：{title}", f"# Specimen travellers: {title}"), "")
        yield from (f"<!-- {self.of(GENERATED)} -->", "")
        yield self.say(
            f"共 {count} 个样例，都是虚构的，合起来覆盖处置矩阵的每一种情形；没有写的条件，什么都可以。矩阵的答复必须与这里写的一样，"
            "改动任何一种情形的处置，至少有一个样例会不符。",
            f"{count} travellers. Nobody here is real. Together they stand in every situation of the matrix; what is not named may "
            "be anything. The matrix must answer as it stands here; change what is done in any situation and one of them fails.",
        )
        yield ""

    def travellers(self, travellers: tuple[Traveller, ...]) -> Iterator[str]:
        yield self.say("| 样例 | 情形 | 处置 |", "| traveller | given | what is done |")
        yield "|---|---|---|"
        for one in travellers:
            shows = f" ({', '.join(one.shows)})" if one.shows else ""
            day = "" if one.on is None else self.say(f"；{one.on}", f"; on {one.on}")
            name = f"{self.of(one.title)} `{one.id}`{shows}"
            yield f"| {name} | {self.given(one.given)}{day} | {self.decision(one.expected)} `{one.expected.rule}` |"
