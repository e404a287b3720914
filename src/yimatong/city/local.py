"""Risk areas that the city itself has named: a market and a building under control, beside the policy's own areas."""

from __future__ import annotations

import numpy as np

from yimatong.city.story import Story
from yimatong.core.facts import Area, Level

FIRST_NUMBER = 1_000_001
"""The city's areas are numbered from here on; the policy's have small numbers."""


def tell_local_areas(story: Story) -> None:
    """A market closed off for a week, and the stairwell of the latest confirmed case."""
    city = story.city
    markets, _ = city.layout.kind("market")
    busiest = int(np.argmax(np.diff(city.layout.starts)))
    begin = max(0, story.length - 9)
    _close(story, [int(markets[busiest])], busiest, int(story.minute(begin)), int(story.minute(begin + 7)) - 1)
    if story.confirmed:
        person, since = max(story.confirmed, key=lambda case: case[1])
        beside = np.flatnonzero(city.stairwell == city.stairwell[person])
        _close(story, np.unique(city.home[beside]).tolist(), int(city.street[person]), since, None)


def _close(story: Story, places: list[int], street: int, start: int, end: int | None) -> None:
    division = story.city.layout.streets[street].division
    for place in places:
        number = FIRST_NUMBER + len(story.areas)
        story.areas.append(Area(number, Level.CONTROL_ZONE, division, division, place, start, end))
