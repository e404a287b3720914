"""What an official does to look at people; `answer`, asked aside, says the document of a person's number."""

from __future__ import annotations

from tests.browser import aside
from tests.browser.conftest import City, Watched

WHY = "2020-117 核对"
WITH_DOCUMENT = "select {}(v.person) from current_verdicts v join people p on p.number = v.person where v.colour = %s and p.id_type = 'resident'"
"""Somebody of a colour who can be looked for; filled in with `min` or `max`."""


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


def open_person(watched: Watched, city: City, person: int) -> None:
    """Open a person by document: the page takes no number of ours."""
    watched.go("/people/open/")
    fill_document(watched, city, person)
    give_reason(watched)


def fill_document(watched: Watched, city: City, person: int) -> None:
    """Fill in which document a person has, on a page that asks for one."""
    kind, number = aside.asked(city.home, __name__, str(person))
    watched.page.select_option("[name=id_type]", kind)
    watched.page.fill("[name=id_number]", number)


def document_of(city: City, person: int) -> str:
    """The number of a person's document, as somebody at a desk would read it from it."""
    return str(aside.asked(city.home, __name__, str(person))[1])


def answer(person: str) -> list[str]:
    """The kind and the number of a person's document."""
    from yimatong.records import identity
    from yimatong.records.models import Person

    found = Person.objects.get(pk=int(person))
    assert found.id_sealed is not None, f"person {person} has no document"
    return [found.id_type, identity.unseal(found.id_sealed, "id", found.number)]


def list_people(watched: Watched, query: str = "") -> None:
    """List people, giving the reason where it is asked for."""
    watched.go(f"/people/{query}")
    say_why_if_asked(watched)
