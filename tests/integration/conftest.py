"""What every test against the database begins with."""

from __future__ import annotations

import pytest

from yimatong.edges.web.devices import asking, limits


@pytest.fixture(autouse=True)
def nobody_has_asked_yet() -> None:
    """Limits a minute, in the process's memory, count anew: all tests come from one address, and many in a minute."""
    for limit in (limits.STRIPS, limits.STRANGERS, limits.SESSIONS, asking.ENROLMENTS, asking.STRANGERS):
        limit.forget()
