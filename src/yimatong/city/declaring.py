"""Who declared, when and how: about 97 of 100, most of them once the code was there for everybody."""

from __future__ import annotations

import numpy as np

from yimatong.city.dice import part, roll
from yimatong.city.layout import Ints
from yimatong.city.story import Story

DECLARED = 0.97
EARLY = 0.12
"""Those who had declared to the police system before the codes came; the others did within the last five days."""
RUSH = 5
DAILY = 0.004
"""Those who report their health every day."""
BY_DESK_FROM = 70
"""From this age on people mostly let a desk declare for them."""
_PURPOSE = 3000


def tell_declarations(story: Story, planted: Ints) -> None:
    """A declaration for nearly everybody, one for everybody planted, and daily reports of a few."""
    everybody = np.arange(story.city.people, dtype=np.int32)
    bits = roll(story.city.seed, _PURPOSE, everybody)
    early = part(bits, 16, 16) < EARLY * 65536
    last = story.length - np.where(early, RUSH + 1 + part(bits, 32, 2), 1 + part(bits, 34, 16) * RUSH // 65536)
    minute = 360 + part(bits, 50, 10)
    declares = part(bits, 0, 16) < DECLARED * 65536
    declares[planted] = True
    old = story.city.residents.age >= BY_DESK_FROM
    by_platform = ~early & (part(bits, 60, 3) == 0)
    start = story.minute(last, minute)
    for detail, mine in (
        ("police", early),
        ("desk", ~early & old),
        ("platform", ~early & ~old & by_platform),
        ("self", ~early & ~old & ~by_platform),
    ):
        chosen = declares & mine
        story.fact("declaration", detail, everybody[chosen], start[chosen])
    reporters = story.chance.choice(everybody, story.share(DAILY, least=2), replace=False)
    for day in range(story.length):
        story.fact("declaration", "self", reporters, story.minute(day, 430 + reporters % 60))
