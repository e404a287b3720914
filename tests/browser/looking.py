"""What an official does to look at people."""

from __future__ import annotations

from tests.browser.conftest import Watched

WHY = "2020-117 核对"


def give_reason(watched: Watched) -> None:
    """Fill in the reason and press the button."""
    watched.page.select_option("[name=ground]", "quality")
    watched.page.fill("[name=words]", WHY)
    watched.page.click("main form.stack button.is-main")
    watched.settled()


def say_why_if_asked(watched: Watched) -> None:
    """Give the reason for a list where none is in hand: it holds for half an hour of the session."""
    if watched.page.locator("[name=ground]").count():
        give_reason(watched)


def open_person(watched: Watched, person: int) -> None:
    """Open a person by number."""
    watched.go("/people/open/")
    watched.page.fill("[name=person]", str(person))
    give_reason(watched)


def list_people(watched: Watched, query: str = "") -> None:
    """List people, giving the reason where it is asked for."""
    watched.go(f"/people/{query}")
    say_why_if_asked(watched)
