"""A small policy for the engine's own tests: two reds and a yellow with everything that a rule can say."""

from __future__ import annotations

from datetime import date

from yimatong.core.colour import Colour
from yimatong.core.policy.model import (
    DailyReports,
    Derivation,
    Disposition,
    InForce,
    Lasts,
    Lift,
    NegativeTests,
    Policy,
    Reference,
    Rule,
    When,
)
from yimatong.core.text import given
from yimatong.core.time import SHANGHAI

FIRST, LAST = date(2020, 2, 1), date(2020, 3, 31)
SAID = given({"zh": "说明", "en": "words"})


def a_rule(
    rule_id: str,
    colour: Colour,
    *when: When,
    lasts: Lasts,
    lifted_by: tuple[Lift, ...] = (),
    suspended_by: tuple[str, ...] = (),
) -> Rule:
    """A rule in force from FIRST to LAST."""
    return Rule(
        id=rule_id,
        requirement="B1",
        order=1,
        title=SAID,
        colour=colour,
        when=when,
        in_force=(InForce(FIRST, LAST, lasts, lifted_by, suspended_by, Reference("test", "1")),),
        because=SAID,
        what_ends_it=SAID,
        disposition=Disposition("none", "none"),
        reading=SAID,
        not_modelled=None,
        reviewed_on=FIRST,
        source="a_policy.py",
    )


A_POLICY = Policy(
    id="a-policy",
    title=SAID,
    version="1",
    zone=SHANGHAI,
    first=FIRST,
    last=LAST,
    rules=(
        a_rule("red.case", Colour.RED, When("case", ("confirmed",)), lasts=Lasts(60, "start", or_fact_end=True)),
        a_rule(
            "red.visit",
            Colour.RED,
            When("visit", ("key",)),
            When("exposure", ("confirmed",)),
            lasts=Lasts(14, "end", or_fact_end=False),
            lifted_by=(NegativeTests(2, 7, 24, "end", None), NegativeTests(1, 0, 0, "end", "returning_worker")),
        ),
        a_rule(
            "yellow.travel",
            Colour.YELLOW,
            When("travel", ("other_province",)),
            When("neighbour", ("case", "contact")),
            lasts=Lasts(7, "end", or_fact_end=False),
            lifted_by=(DailyReports(3, "end"),),
            suspended_by=("goods_driver",),
        ),
    ),
    derivation=Derivation(15, ("confirmed",), 2, 330000000, 339999999, ("key", "specified")),
    areas=(),
    area_titles={},
    palette={},
    dispositions={},
    instruments={},
    digest="a-policy",
)
