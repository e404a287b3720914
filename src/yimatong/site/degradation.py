"""What is given up first when more is asked than the web server can answer: extras first, the colour last (S3).

A request holds one of the server's threads while it is answered. Each rung may begin only while so many threads are free that
everything below it still gets one; what comes too much is told at once to come again, and never waits before a colour. Nothing is
measured or guessed and nobody has to switch anything: the order is this list (docs/reference/degradation.md).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from yimatong.core.text import message as _
from yimatong.site.moments import Told, come_again

Answer = Callable[[HttpRequest], HttpResponse]


@dataclass(frozen=True, slots=True)
class Rung:
    """Requests that are given up together: `share` of the threads may be busy when one of them begins, `paths` are beginnings."""

    name: str
    share: float
    paths: tuple[str, ...]

    def holds(self, threads: int) -> int:
        """So many threads may be busy before one of its requests begins; one thread alone serves everybody."""
        return threads if self.share == 1 else max(1, int(threads * self.share))


ORDER = (
    Rung("extras", 0.375, (
        "/runs/", "/places/", "/policy/", "/deliveries/", "/looks/", "/declarations/", "/complaints/", "/texts/delivered",
    )),
    Rung("office", 0.5, (
        "/people/", "/permits/", "/checkpoints/", "/hand-overs/", "/points/", "/collections/", "/numbers/", "/held-entries/", "/fraud/",
        "/rosters/", "/objections/", "/corrections/", "/outreach/", "/watch/",
    )),
    Rung("residents", 0.75, ("/me/", "/complain/", "/texts/", "/desk/", "/login/", "/logout/", "/i18n/")),
    Rung("gates", 0.875, ("/s/", "/scan/", "/d/")),
    Rung("colour", 1, ("/e/", "/code/", "/health", "/static/", "/palette.css")),
)  # fmt: skip
"""The first is given up first. The overview and every export are extras; what stands nowhere is one, too."""


def rung_of(path: str, *, exports: bool = False) -> Rung:
    """The rung of an address; `exports`: a whole table is asked for."""
    found = next((rung for rung in ORDER if path.startswith(rung.paths)), ORDER[0])
    return ORDER[0] if exports and found is ORDER[1] else found


class Degrading:
    """Answer 503 to what has to be given up now; every other request goes on."""

    def __init__(self, get_response: Answer, threads: int | None = None) -> None:
        self.get_response = get_response
        self.threads = threads or settings.YIMATONG_THREADS
        self._busy = 0
        self._lock = Lock()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        rung = rung_of(request.path_info, exports="export" in request.GET)
        with self._lock:
            if self._busy >= rung.holds(self.threads):
                return given_up(request, rung)
            self._busy += 1
        try:
            return self.get_response(request)
        finally:
            with self._lock:
                self._busy -= 1


TOO_MUCH = Told(
    "too-much-asked",
    _("Too much is asked at the moment: this page cannot be opened for now."),
    _("Try again in some seconds. Codes, scanners and paper passes go on."),
)


def given_up(request: HttpRequest, rung: Rung) -> HttpResponse:
    """Say so."""
    response = come_again(request, TOO_MUCH)
    response.headers["X-Given-Up"] = rung.name
    return response
