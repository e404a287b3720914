"""The demo's channels are played beside the demo city alone, and only while the pages are for this machine."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from yimatong.site import environment as reading
from yimatong.site.commands import demo_channels, run
from yimatong.site.demo import DemoCity, write_city


@pytest.fixture
def empty_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder without a demo city."""
    settings = reading.Environment(home=tmp_path)
    monkeypatch.setattr(reading, "environment", lambda: settings)
    return tmp_path


def test_channels_are_played_for_the_demo_city_on_this_machine_alone(empty_home: Path) -> None:
    assert not run.plays_channels("127.0.0.1")
    write_city(empty_home, DemoCity(500, 1, datetime(2020, 2, 21, tzinfo=UTC)))
    assert run.plays_channels("127.0.0.1")
    assert run.plays_channels("localhost")
    assert not run.plays_channels("0.0.0.0")
    assert not run.plays_channels("192.0.2.7")


def test_texts_of_the_demo_go_to_the_programs_own_page_by_two_providers() -> None:
    assert demo_channels.settings(8001) == {
        "YIMATONG_SMS": "gateway",
        "YIMATONG_SMS_GATEWAY": "http://127.0.0.1:8001/messages,http://127.0.0.1:8001/messages/second",
    }


def test_a_program_that_does_not_answer_yet_is_asked_again_later() -> None:
    with pytest.raises(demo_channels.Silent):
        demo_channels.asked("http://127.0.0.1:9/")
