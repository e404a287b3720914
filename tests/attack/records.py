"""Records get out."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.db import connections
from django.template import engines
from django.test import Client
from django.urls import reverse

from tests.acting import an_official, session_of, signed_in
from tests.attack.guards import put, setting, without
from tests.attack.town import Attacked
from tests.attack.tries import Denied, Found, Noticed, Planted, Refused, attack, by_test
from tests.identities import somebody
from tests.integration.passes.town import a_document
from tests.integration.test_private_home import found_by_somebody_else
from tests.integration.web.looking import reference
from yimatong.edges.web.everybody.officials import COOKIE
from yimatong.edges.web.office import explanation, looks as register
from yimatong.edges.web.official import access
from yimatong.edges.web.official.reasons import PersonForm
from yimatong.records import identity, installation
from yimatong.records.actions import audit, officials
from yimatong.records.models import Division, Look, Official
from yimatong.site import home as site_home, logs


def opened(client: Client, person: int, words: str) -> str:
    """What a browser reads of somebody whom it opens with these words for a reason; Denied where it gets no page."""
    answer = client.post(
        reverse("web:look"), {"person": reference(client, person), "ground": "tracing", "words": words}
    )
    if answer.status_code != 302:
        raise Denied(answer.status_code)
    return client.get(answer["Location"]).content.decode()


@attack(
    "look-without-a-reason", who="clerk", aim="read", promise="R1", how="open somebody's page and give no reason",
    guard="no page of a person without a recorded reason", answer=Refused("422"),
    off=[put(PersonForm.base_fields["words"], "required", False)],
)  # fmt: skip
def look_without_a_reason(city: Attacked) -> bool:
    return "data-look" in opened(city.browser("clerk"), city.red, "")


@attack(
    "another-officials-look", who="clerk", aim="hide", promise="R1", how="open the page of somebody by the number of a colleague's look",
    guard="a look opens for the one who gave the reason", answer=Refused("404"), off=[without(explanation.explanation, "by=access.official(request), ", "")],
)  # fmt: skip
def another_officials_look(city: Attacked) -> bool:
    look = audit.look(by=city.official("health"), person=city.red, why="病例 1", where="explain")
    answer = city.browser("clerk").get(reverse("web:explain", args=[look.pk]))
    if answer.status_code != 200:
        raise Denied(answer.status_code)
    return b"data-look" in answer.content


@attack(
    "curious-official", who="clerk", aim="read", promise="R1", how="look a neighbour up, with an invented reason",
    guard="every look stands in the register, and on the person's own page", answer=Found("the register of looks", "at once"),
    off=[put(register.LookRows, "cut", lambda *_asked: [])],
)  # fmt: skip
def curious_official(city: Attacked) -> bool:
    assert "data-look" in opened(city.browser("clerk"), city.red, "流调核实")
    if "流调核实" in city.browser("auditor").get(reverse("web:looks")).content.decode():
        raise Noticed("the register of looks")
    return True


@attack(
    "another-district", who="clerk", aim="read", promise="R1", how="open the page of somebody who lives in another district",
    guard="an official sees the people of their own jurisdiction", answer=Refused("403"), off=[put(access, "may_see", lambda _by, _street: True)],
)  # fmt: skip
def another_district(city: Attacked) -> bool:
    far = Division.objects.create(
        code=330281000000, name="余姚市", level="county", parent=330200000000, valid_from=date(1949, 1, 1), source="x"
    )
    return "data-look" in opened(signed_in(an_official("far", "clerk", jurisdiction=far)), city.red, "流调核实")


@attack(
    "log-with-a-person", who="operator", aim="read", promise="R2", how="read ID and phone numbers from the log of an error",
    guard="the log's filter masks what looks like them", answer=Refused("dropped"),
    off=[without(logs.without_personal_data, "return MOBILE.sub(DROPPED, ID_NUMBER.sub(DROPPED, value))", "return value")],
)  # fmt: skip
def log_with_a_person(city: Attacked) -> bool:
    document = a_document(1)
    line = logs.drop_personal_data(None, "error", {"event": f"no such row: {document}, 13800000001"})
    if document not in line["event"] and "13800000001" not in line["event"]:
        raise Denied("dropped")
    return document in line["event"]


def pages_of(client: Client) -> list[int]:
    """How each office page answers that is asked for by its bare address."""
    return [
        client.get(reverse(f"web:{name}")).status_code
        for name in ("overview", "runs", "people", "deliveries", "looks", "outreach")
    ]


@attack(
    "stranger-with-a-cookie", who="stranger on the network", aim="read", promise="R3", how="ask for the office's pages with an invented session",
    guard="a session is one whose token's hash stands in the database", answer=Refused("302"),
    off=[put(officials, "of_session", lambda _token: Official.objects.get(username="office"))],
)  # fmt: skip
def stranger_with_a_cookie(city: Attacked) -> bool:
    client = Client()
    client.cookies[COOKIE] = "x" * 43
    answers = set(pages_of(client))
    if answers == {302}:
        raise Denied(302)
    return answers == {200}


@attack(
    "pages-of-another-role", who="auditor", aim="read", promise="R3", how="open the lists of people in a role that may not",
    guard="each page names its roles", answer=Refused("403"), off=[put(access, "official", lambda _request: Official.objects.get(username="office"))],
)  # fmt: skip
def pages_of_another_role(city: Attacked) -> bool:
    answer = city.browser("auditor").get(reverse("web:people"))
    if answer.status_code != 200:
        raise Denied(answer.status_code)
    return True


SCRIPT = "<script>alert(1)</script>"


@attack(
    "script-in-a-name", who="resident", aim="power", promise="R11", how="have script for a name, and an official read it",
    guard="templates escape", answer=Refused("escaped"), off=[put(engines["django"].engine, "autoescape", False)],
)  # fmt: skip
def script_in_a_name(city: Attacked) -> bool:
    html = (
        engines["django"]
        .from_string("<td>{{ person.name }}</td>")
        .render({"person": somebody(name=SCRIPT, id_type="none")})
    )
    if "&lt;script&gt;" in html:
        raise Denied("escaped")
    return SCRIPT in html


def middleware_without(name: str) -> Any:
    """The product without one middleware."""
    return setting(MIDDLEWARE=[one for one in settings.MIDDLEWARE if not one.endswith(name)])


@attack(
    "form-from-elsewhere", who="stranger on the network", aim="power", promise="R12", how="have an official's browser send a form of ours from another site",
    guard="CSRF tokens", answer=Refused("403"), off=[middleware_without("CsrfViewMiddleware")],
)  # fmt: skip
def form_from_elsewhere(city: Attacked) -> bool:
    client = Client(enforce_csrf_checks=True)
    client.cookies[COOKIE] = session_of(city.official("clerk").pk)
    answer = client.post(
        reverse("web:look"),
        {"person": reference(client, city.red), "ground": "tracing", "words": "病例 2020-117"},
        headers={"origin": "https://elsewhere.example"},
    )
    if answer.status_code == 403:
        raise Denied(403)
    return Look.objects.filter(by__username="clerk", person=city.red).exists()


@attack(
    "framed-page", who="stranger on the network", aim="power", promise="R12", how="show an office page inside a page of another site",
    guard="X-Frame-Options and frame-ancestors", answer=Refused("DENY"),
    off=[setting(MIDDLEWARE=[one for one in settings.MIDDLEWARE if not one.endswith(("XFrameOptionsMiddleware", "SecurityHeaders"))])],
)  # fmt: skip
def framed_page(city: Attacked) -> bool:
    answer = city.browser("clerk").get(reverse("web:overview"))
    if "frame-ancestors 'none'" in answer.get("Content-Security-Policy", "") or answer.get("X-Frame-Options"):
        raise Denied(answer.get("X-Frame-Options"))
    return answer.status_code == 200


class TheKey:
    """Whether the thief has the identity key, too."""

    taken = False


@attack(
    "stolen-disk", who="thief of a disk", aim="read", promise="R13", how="read an ID number from the database's files, without the identity key",
    guard="ID and phone numbers are sealed", answer=Refused("identity-not-theirs"), off=[put(TheKey, "taken", True)],
)  # fmt: skip
def stolen_disk(city: Attacked) -> bool:
    document = a_document(5)
    person = somebody(name="王五", id_type="resident", document=document)
    (row,) = city.owner("SELECT p.id_sealed, p::text FROM people p WHERE number = %s", [person.number])
    assert document not in row[1]
    key = settings.YIMATONG_IDENTITY_KEY if TheKey.taken else "some other key of the thief's own, long enough"
    try:
        with setting(YIMATONG_IDENTITY_KEY=key)(city):
            forget_keys()
            return identity.unseal(bytes(row[0]), "id", person.number) == document
    finally:
        forget_keys()


def forget_keys() -> None:
    """Keys are derived anew from the setting."""
    for name in ("_derived", "_sealer"):
        getattr(identity, name).cache_clear()


@attack(
    "second-server", who="operator", aim="power", promise="R14", how="start a server on the city's database with a secret key of its own",
    guard="fingerprints of the keys stand in the database", answer=Refused("another-secret-key"),
    off=[without(installation._compared, "noted[name] != mine and ", "False and ")],
)  # fmt: skip
def second_server(city: Attacked) -> bool:
    raw = connections["default"].connection
    assert installation._compared(raw, may_note=True)
    with setting(YIMATONG_FINGERPRINTS={**settings.YIMATONG_FINGERPRINTS, installation.SECRET: "0" * 64})(city):
        return installation._compared(raw, may_note=True)


@attack(
    "another-user-of-the-machine", who="operator of another service", aim="read", promise="R15", how="read the city's files as another user of the machine",
    guard="the home folder is for one user alone", answer=Refused("closed"), off=[put(site_home, "keep_private", lambda _home: None)],
)  # fmt: skip
def another_user_of_the_machine(city: Attacked) -> bool:
    with TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        home = Path(name) / "home"
        shutil.copytree(city.home / "runs", home / "runs")
        for path in (home, *home.rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)
        site_home.keep_private(home)
        read = found_by_somebody_else(home)
    if not read:
        raise Denied("closed")
    return any(path.endswith(".parquet") for path in read)


TEXTED = "tests/integration/declarations/test_texted_back.py"
by_test(
    "not-me-forged", section="records", who="stranger on the network", aim="stop", promise="R7", how='text "this is not me" in somebody\'s number, so that no code reaches them',
    guard="what somebody asks for goes all the same", answer=Refused("the code goes"),
    planted=Planted(
        "stations/declarations/actions/messages.py", 'BY_ITSELF = ("receipt", "reminder", "hearing", "told")', 'BY_ITSELF = ("receipt", "reminder", "hearing", "told", "code")',
        f"{TEXTED}::test_what_the_city_sends_by_itself_ends_and_what_somebody_asks_for_goes",
    ),
)  # fmt: skip
by_test(
    "report-forged", section="records", who="stranger on the network", aim="stop", promise="R8", how="report a text as failed, without the gateways' key",
    guard="a report is signed", answer=Refused("403"),
    planted=Planted(
        "edges/web/resident/texting/views.py", "if not is_signed(request, body):", "if False:",
        f"{TEXTED}::test_a_report_that_nobody_signed_or_of_no_text_or_in_another_form_changes_nothing",
    ),
)  # fmt: skip
by_test(
    "told-without-going", section="records", who="clerk", aim="hide", promise="R9", how="close the task to tell somebody in person, and not go",
    guard="task, official and outcome are in the audit", answer=Found("audit entry", "at once"),
    planted=Planted(
        "stations/notifications/actions/outreach.py", 'audit.record(by=by, action="outreach.close", subject=str(found), details=details)', "pass",
        "tests/integration/notifications/test_outreach.py::test_the_audit_says_what_was_done_and_nothing_of_the_person",
    ),
)  # fmt: skip
by_test(
    "server-user-at-the-socket", section="records", who="the server's system user", aim="power", promise="R16 R15", how="connect to the database's socket as its own system user, without a password",
    guard="the socket asks everybody for a password", answer=Refused("no password supplied"),
    planted=Planted(
        "site/postgres.py", "local all all scram-sha-256", "local all all trust", "tests/integration/test_logins.py::test_nobody_gets_in_without_a_password",
    ),
)  # fmt: skip
by_test(
    "texts-read", section="records", who="text provider", aim="read", promise="R10", how="read from the texts that it sends who is red",
    guard="a text names no colour, no reason and nobody", answer=Refused("no colour in it"),
    planted=Planted(
        "stations/notifications/words.py", "return how.signed(how.filled(how.told[one.kind].text, gaps))",
        'return how.signed(how.filled(how.told[one.kind].text, gaps)) + str(one.details.get("colour", ""))',
        "tests/integration/notifications/test_telling.py::test_a_text_carries_no_colour_no_link_and_no_reason_and_names_sender_and_number",
    ),
)  # fmt: skip
