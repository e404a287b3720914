"""What is given up when too much is asked: in the declared order, at once, and never a colour (S3)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Semaphore

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver

from yimatong.site.degradation import ORDER, Degrading, rung_of

THREADS = 8
ASKED = {"extras": "/places/", "office": "/people/", "residents": "/me/", "gates": "/scan/", "colour": "/e/time"}
"""An address of each rung."""
PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "degradation.md"


@contextmanager
def busy(count: int, path: str = "/e/time") -> Iterator[Callable[[str], HttpResponse]]:
    """A server of eight threads of which so many are at work on something slow; asks it one thing more."""
    started, end = Semaphore(0), Event()

    def answer(request: HttpRequest) -> HttpResponse:
        if "slow" in request.GET:
            started.release()
            end.wait(20)
        return HttpResponse("done")

    server = Degrading(answer, THREADS)
    with ThreadPoolExecutor(THREADS) as pool:
        working = [pool.submit(server, RequestFactory().get(path, {"slow": "1"})) for _ in range(count)]
        for _ in range(count):
            assert started.acquire(timeout=20)
        try:
            yield lambda asked: server(RequestFactory().get(asked))
        finally:
            end.set()
    assert [one.result().status_code for one in working] == [200] * count


@pytest.mark.parametrize(
    ("count", "given_up"),
    [
        (2, []),
        (3, ["extras"]),
        (4, ["extras", "office"]),
        (6, ["extras", "office", "residents"]),
        (7, ["extras", "office", "residents", "gates"]),
    ],
)
def test_the_extras_go_first_and_the_colour_never(count: int, given_up: list[str]) -> None:
    with busy(count) as ask:
        said = {name: ask(path).status_code for name, path in ASKED.items()}
    assert [name for name, status in said.items() if status == 503] == given_up
    assert said["colour"] == 200


def test_a_flood_of_extras_leaves_threads_for_everybody_else() -> None:
    """They are refused at once, so that no thread waits with them."""
    with busy(3, "/places/") as ask:
        assert [ask("/places/").status_code for _ in range(50)] == [503] * 50
        assert [ask(ASKED[name]).status_code for name in ("office", "residents", "gates", "colour")] == [200] * 4
    with busy(0) as ask:
        assert ask("/places/").status_code == 200


def test_what_is_given_up_is_said_in_both_languages_with_when_to_come_again() -> None:
    with busy(7) as ask:
        page, program = ask("/people/"), ask("/s/sync")
    assert page.headers["Retry-After"] == program.headers["Retry-After"] == "5"
    assert "现在使用的人太多" in page.content.decode()
    assert "Too much is asked" in page.content.decode()
    said = json.loads(program.content)
    assert said["code"] == "too-much-asked"
    assert said["remedy"]["zh"]
    assert said["remedy"]["en"]


def test_a_whole_table_is_an_extra_where_its_page_is_not() -> None:
    assert rung_of("/people/").name == "office"
    assert rung_of("/people/", exports=True).name == "extras"
    assert rung_of("/me/", exports=True).name == "residents", "nobody loses their pages by adding to an address"


def test_one_thread_alone_serves_everybody() -> None:
    assert [rung.holds(1) for rung in ORDER] == [1] * len(ORDER)


def test_every_address_of_the_product_has_its_place_in_the_order() -> None:
    """The overview, at the root, is the only one that is an extra without being named."""
    named = [path for rung in ORDER for path in rung.paths]
    found = {first_of(entry) for entry in get_resolver().url_patterns} | {
        first_of(entry) for entry in office_patterns()
    }
    assert len(found) > 15
    assert [path for path in sorted(found - {"/"}) if not path.startswith(tuple(named))] == []


def first_of(entry: URLPattern | URLResolver) -> str:
    return "/" + str(entry.pattern).partition("<")[0]


def office_patterns() -> list[URLPattern | URLResolver]:
    last = get_resolver().url_patterns[-1]
    assert isinstance(last, URLResolver)
    return list(last.url_patterns)


def test_the_page_declares_this_very_order() -> None:
    text = PAGE.read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.startswith("| `")]
    assert [line.split("`")[1] for line in lines] == [rung.name for rung in ORDER]
    for rung, line in zip(ORDER, lines, strict=True):
        assert f"| {rung.holds(THREADS)} |" in line
        assert all(f"`{path}`" in line for path in rung.paths)


def test_reports_of_gateways_are_given_up_before_texts_that_ask() -> None:
    with busy(3) as ask:
        assert ask("/texts/delivered").status_code == 503
        assert ask("/texts/received").status_code == 200
