"""From a list's words to codes, on a handful of divisions."""

from __future__ import annotations

import pytest

from yimatong.edges.feeds.risk_areas.lists import Entry
from yimatong.edges.feeds.risk_areas.names import Names, of, stem_of
from yimatong.edges.feeds.risk_areas.resolving import Resolved, Unresolved, resolve


def row(code: int, name: str, level: str) -> tuple[int, str, str, int | None]:
    parents = {
        "province": None,
        "city": code // 10**10 * 10**10,
        "county": code // 10**8 * 10**8,
        "street": code // 10**6 * 10**6,
    }
    return code, name, level, parents.get(level, code // 1000 * 1000)


@pytest.fixture(scope="module")
def names() -> Names:
    listed = [
        (110000000000, "北京市", "province"), (110100000000, "市辖区", "city"), (110105000000, "朝阳区", "county"),
        (110105020000, "南磨房地区", "street"), (110105021000, "高碑店地区", "street"), (110105016000, "双井街道", "street"),
        (120000000000, "天津市", "province"), (120100000000, "市辖区", "city"), (120103000000, "河西区", "county"), (120103007000, "东海街道", "street"),
        (130000000000, "河北省", "province"), (130100000000, "石家庄市", "city"), (130102000000, "长安区", "county"), (130102001000, "建北街道", "street"),
        (130171000000, "石家庄高新技术产业开发区", "county"), (130171001000, "长江街道", "street"),
        (440000000000, "广东省", "province"), (441900000000, "东莞市", "city"), (441900119000, "大朗镇", "street"),
        (460000000000, "海南省", "province"), (469000000000, "省直辖县级行政区划", "city"), (469027000000, "乐东黎族自治县", "county"), (469027105000, "黄流镇", "street"),
        (650000000000, "新疆维吾尔自治区", "province"), (659000000000, "自治区直辖县级行政区划", "city"), (659001000000, "石河子市", "county"),
        (659001003000, "老街街道", "street"), (654000000000, "伊犁哈萨克自治州", "city"), (654004000000, "霍尔果斯市", "county"), (654004506000, "兵团六十二团", "street"),
        (610000000000, "陕西省", "province"), (610100000000, "西安市", "city"), (610113000000, "雁塔区", "county"), (610113007000, "丈八沟街道", "street"),
        (610116000000, "长安区", "county"), (610116001000, "韦曲街道", "street"),
        (630000000000, "青海省", "province"), (632500000000, "海南藏族自治州", "city"), (632524000000, "兴海县", "county"), (632524100000, "子科滩镇", "street"),
        (632524100001, "城北社区居委会", "village"),
    ]  # fmt: skip
    return of([row(*one) for one in listed])


def of_text(names: Names, province: str, city: str, county: str, text: str) -> list[Resolved] | Unresolved:
    return resolve(Entry(1, "high", province, city, county, text), names)


def one(code: int, scope: str, place: str | None, how: str) -> list[Resolved]:
    return [Resolved(code, code, scope, place, how)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("above", "text", "answer"),
    [
        (("北京市", "朝阳区", "双井街道"), "九龙花园", one(110105016, "place", "九龙花园", "street")),
        (("北京市", "朝阳区", "南磨房（地区）乡"), "双龙西社区", one(110105020, "place", "双龙西社区", "ending")),
        (("北京市", "朝阳区", "南磨房（地区）乡"), "全域", one(110105020, "whole", None, "ending")),
        (
            ("北京市", "朝阳区", "高碑店（地区）乡"),
            "朝阳区高碑店（地区）乡除高风险区外的其他区域",
            one(110105021, "rest", None, "ending"),
        ),
        (("天津市", "天津市", "河西区"), "东海街桂江里2、4、6门", one(120103007, "place", "桂江里2、4、6门", "ending")),
        (
            ("天津市", "天津市", "河西区"),
            "天津市河西区东海街除中高风险区外的其他区域",
            one(120103007, "rest", None, "ending"),
        ),
        (("河北省", "石家庄市", "高新区"), "长江街道盛世长安", one(130171001, "place", "盛世长安", "street")),
        (("广东省", "东莞市", "大朗镇"), "求富路社区", one(441900119, "place", "求富路社区", "street")),
        (("海南省", "省直辖县级行政单位", "乐东黎族自治县"), "黄流镇铺村", one(469027105, "place", "铺村", "street")),
        (("海南省", "乐东黎族自治县", "乐东黎族自治县"), "黄流镇", one(469027105, "whole", None, "street")),
        (("新疆生产建设兵团",) * 3, "第八师石河子市老街街道6-2社区", one(659001003, "place", "6-2社区", "street")),
        (("新疆生产建设兵团",) * 3, "第四师六十二团光明社区", one(654004506, "place", "光明社区", "street")),
        (
            ("青海省", "海南藏族自治州", "兴海县"),
            "海南州兴海县子科滩镇城北社区丽景小区",
            one(632524100, "place", "城北社区丽景小区", "street"),
        ),
        (
            ("青海省", "海南藏族自治州", "兴海县"),
            "城北社区丽景小区",
            one(632524100, "place", "城北社区丽景小区", "village"),
        ),
        (("陕西省", "西安市", "西咸新区"), "沣东新城韦曲街道一号", one(610116001, "place", "一号", "street")),
    ],
)
def test_words_come_to_a_street(names: Names, above: tuple[str, str, str], text: str, answer: list[Resolved]) -> None:
    assert of_text(names, *above, text) == answer


def test_a_text_without_a_street_comes_to_its_county_and_names_a_place(names: Names) -> None:
    assert of_text(names, "河北省", "石家庄市", "长安区", "某某小区3号楼") == [
        Resolved(130102000, 130102999, "place", "某某小区3号楼", "county")
    ]
    assert of_text(names, "河北省", "石家庄市", "长安区", "全域") == [
        Resolved(130102000, 130102999, "whole", None, "county")
    ]
    assert of_text(names, "广东省", "东莞市", "市辖区", "某某小区") == [
        Resolved(441900000, 441900999, "place", "某某小区", "county")
    ]


@pytest.mark.parametrize(
    ("above", "text", "why"),
    [
        (("某省", "某市", "某县"), "全域", "province"),
        (("河北省", "某市", "某县"), "全域", "county"),
        (("陕西省", "西安市", "曲江新区"), "翔悦路社区曲江林语小区", "county"),
        (("陕西省", "西安市", "高新区"), "丈八街道唐沣社区", "county"),
        (("新疆生产建设兵团",) * 3, "除已划分为中、高风险区域以外的其他区域", "county"),
    ],
)
def test_what_is_not_certain_stays_open(names: Names, above: tuple[str, str, str], text: str, why: str) -> None:
    assert of_text(names, *above, text) == Unresolved(why)  # type: ignore[arg-type]


def test_a_spelling_that_two_streets_could_mean_resolves_nothing() -> None:
    listed = [
        (130000000000, "河北省", "province"),
        (130100000000, "石家庄市", "city"),
        (130102000000, "长安区", "county"),
        (130102001000, "建北街道", "street"),
        (130102100000, "建北镇", "street"),
    ]
    known = of([row(*one_) for one_ in listed])
    assert of_text(known, "河北省", "石家庄市", "长安区", "建北街道1号") == one(130102001, "place", "1号", "street")
    answer = of_text(known, "河北省", "石家庄市", "长安区", "建北办事处1号")
    assert isinstance(answer, list)
    assert answer[0].how == "county"


@pytest.mark.parametrize(
    ("rest", "scope", "place"),
    [
        ("", "whole", None), ("全域", "whole", None), ("（除高风险区外的其他地区）", "rest", None), ("其他区域", "rest", None), ("高风险区以外区域", "rest", None),
        ("丽新嘉园南区其他区域", "rest", "丽新嘉园南区"), ("溪园除36号楼以外的其他栋楼", "rest", "溪园"), ("安泰社区", "place", "安泰社区"),
    ],
)  # fmt: skip
def test_how_much_is_meant(names: Names, rest: str, scope: str, place: str | None) -> None:
    assert of_text(names, "北京市", "朝阳区", "双井街道", rest or "双井街道") == one(110105016, scope, place, "street")


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("东海街道", "东海"),
        ("南磨房地区乡", "南磨房"),
        ("旧宫镇", "旧宫"),
        ("街道", "街道"),
        ("新城街道办事处", "新城"),
    ],
)
def test_a_stem_is_the_name_without_its_ending(name: str, stem: str) -> None:
    assert stem_of(name) == stem
