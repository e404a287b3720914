"""Records get out, or are written in another's name; somebody has rights that are not theirs."""

from __future__ import annotations

import inspect
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.db import connections
from django.template import engines
from django.test import Client, RequestFactory
from django.urls import reverse

from tests.acting import session_of
from tests.attack.guards import done, granted, put, rewritten, setting, untriggered, without
from tests.attack.town import Attacked
from tests.attack.tries import Denied, Found, Noticed, Planted, Refused, attack, by_test
from tests.identities import somebody
from tests.integration.passes.town import a_document, an_account
from tests.integration.test_private_home import found_by_somebody_else
from yimatong.edges.web import access
from yimatong.edges.web.officials import COOKIE
from yimatong.edges.web.reasons import PersonForm
from yimatong.edges.web.resident.views import home as resident_home
from yimatong.edges.web.resident.who import SELF
from yimatong.edges.web.views import explanation
from yimatong.records import identity, installation
from yimatong.records.acting import Acting, acting_as
from yimatong.records.actions import audit, officials
from yimatong.records.models import AuditEntry, Look, Official, Person
from yimatong.site import home as site_home
from yimatong.site import logs

ENTRY = "INSERT INTO public.audit_entries (number, by_id, action, subject, details, previous, digest) VALUES (0, %s, 'x.y', 'x', '{}', '', '')"
LOOK = "INSERT INTO public.looks (by_id, person_id, why, \"where\") VALUES (%s, %s, '因公', 'explain')"
SESSION = (
    "INSERT INTO public.official_sessions (official_id, token_hash, sort, began_at, until) VALUES (%s, %s, 'browser', now(), now() + interval '1 day')"
)


@contextmanager
def acting_for(official: Official) -> Iterator[None]:
    """With a real session of this official."""
    with acting_as(Acting(official.pk, session_of(official.pk))):
        yield


def opened(client: Client, person: int, words: str) -> str:
    """What a browser reads of somebody whom it opens with these words for a reason; Denied where it gets no page."""
    answer = client.post(reverse("web:look"), {"person": person, "ground": "tracing", "words": words})
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
    guard="the person sees when, which office and why", answer=Found("the person's own page", "at once"),
    off=[put(resident_home, "Look", type("Nobody", (), {"objects": Look.objects.none()}))],
)  # fmt: skip
def curious_official(city: Attacked) -> bool:
    assert "data-look" in opened(city.browser("clerk"), city.red, "流调核实")
    account = an_account(Person.objects.get(pk=city.red))
    shown = inspect.unwrap(resident_home.looks)(RequestFactory().get("/"), account, SELF).content.decode()
    if "流调核实" in shown:
        raise Noticed("the person's own page")
    return True


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
    return [client.get(reverse(f"web:{name}")).status_code for name in ("overview", "runs", "people", "deliveries", "looks", "outreach")]


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


@attack(
    "sessions-read", who="yimatong_app", aim="power", promise="R4", how="read the officials' session tokens",
    guard="no role of the pages reads the table", answer=Refused("42501"), off=[granted("SELECT ON official_sessions")],
)  # fmt: skip
def sessions_read(city: Attacked) -> bool:
    session_of(city.official("office").pk)
    return bool(city.by("yimatong_app", "SELECT token_hash FROM official_sessions"))


@attack(
    "session-made", who="yimatong_app", aim="power", promise="R4", how="write a session of the control office, and open its pages with it",
    guard="a session is made by the function that compares the password's key", answer=Refused("42501"),
    off=[granted("INSERT ON official_sessions"), done("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO yimatong_app")],
)  # fmt: skip
def session_made(city: Attacked) -> bool:
    city.by("yimatong_app", SESSION, [city.official("office").pk, sha256(b"of my own").digest()])
    client = Client()
    client.cookies[COOKIE] = "of my own"
    return set(pages_of(client)) == {200}


@attack(
    "kept-password", who="database's reader", aim="power", promise="R4", how="sign in with what the database keeps of a password",
    guard="it keeps the hash of the key, and compares the key", answer=Refused("no session"),
    off=[rewritten("official_sign_in", "encode(sha256(derived), 'base64')", "convert_from(derived, 'UTF8')")],
)  # fmt: skip
def kept_password(city: Attacked) -> bool:
    kept = city.official("office").password.split("$")[5].encode()
    row = city.by("yimatong_app", "SELECT public.official_sign_in('office', %s, 'token', 'browser', interval '1 day')", [kept])
    if row[0][0] is None:
        raise Denied("no session")
    return bool(row[0][0] == city.official("office").pk)


NAMED = "RAISE EXCEPTION 'an entry is written in the name of who acts, or of the machine' USING ERRCODE = 'YMT81';"


@attack(
    "entry-in-anothers-name", who="yimatong_app", aim="hide", promise="R5", how="write an entry of the audit in an official's name",
    guard="the author is the session's", answer=Refused("YMT81"), off=[rewritten("audit_entries_chain", NAMED, "NULL;")],
)  # fmt: skip
def entry_in_anothers_name(city: Attacked) -> bool:
    city.by("yimatong_app", ENTRY, [city.official("office").pk])
    return AuditEntry.objects.filter(by__username="office", action="x.y").exists()


@attack(
    "entry-in-a-colleagues-name", who="clerk", aim="hide", promise="R5", how="do something in a colleague's name, signed in as oneself",
    guard="an action asks who acts", answer=Refused("acting-for-another"),
    off=[put(audit, "confirm", lambda _by, _using="default": None), rewritten("audit_entries_chain", NAMED, "NULL;")],
)  # fmt: skip
def entry_in_a_colleagues_name(city: Attacked) -> bool:
    with acting_for(city.official("clerk")):
        audit.record(by=city.official("office"), action="x.y", subject="x")
    return AuditEntry.objects.filter(by__username="office", action="x.y").exists()


@attack(
    "entry-by-the-owner", who="the database's owner", aim="hide", promise="R5", how="write an entry in an official's name, as the owner of the tables",
    guard="the author is the session's", answer=Refused("YMT81"), off=[rewritten("audit_entries_chain", NAMED, "NULL;")],
)  # fmt: skip
def entry_by_the_owner(city: Attacked) -> bool:
    with acting_as(None):
        city.by("owner", ENTRY, [city.official("office").pk])
    return AuditEntry.objects.filter(by__username="office", action="x.y").exists()


@attack(
    "look-in-anothers-name", who="clerk", aim="hide", promise="R5", how="look at somebody, and record the look as a colleague's",
    guard="a look is the looker's own", answer=Refused("YMT81"), off=[untriggered("looks")],
)  # fmt: skip
def look_in_anothers_name(city: Attacked) -> bool:
    with acting_for(city.official("clerk")):
        city.by("yimatong_app", LOOK, [city.official("office").pk, city.red])
    return Look.objects.filter(by__username="office", person=city.red).exists()


@attack(
    "role-of-ones-own", who="yimatong_app", aim="power", promise="R6", how="make the clerk a control office",
    guard="the role has no UPDATE on officials", answer=Refused("42501"), off=[granted("UPDATE ON officials")],
)  # fmt: skip
def role_of_ones_own(city: Attacked) -> bool:
    city.by("yimatong_app", "UPDATE officials SET role = 'control_office' WHERE username = 'clerk'")
    return city.browser("clerk").get(reverse("web:looks")).status_code == 200


@attack(
    "appointed-by-a-clerk", who="clerk", aim="power", promise="R6", how="appoint a control office with the function that does",
    guard="the function asks who acts", answer=Refused("YMT82"),
    off=[rewritten("records_author", "role := found.role;", "role := 'control_office';")],
)  # fmt: skip
def appointed_by_a_clerk(city: Attacked) -> bool:
    with acting_for(city.official("clerk")):
        city.by("yimatong_app", "SELECT public.official_appoint('mine', 'mine', 'control_office', NULL, 'x')")
    return Official.objects.filter(username="mine", role="control_office").exists()


@attack(
    "job-of-ones-own", who="yimatong_app", aim="power", promise="R6", how="put a job into the queue that the worker does not know",
    guard="a job names a task of a list", answer=Refused("YMT84"), off=[untriggered("procrastinate_jobs")],
)  # fmt: skip
def job_of_ones_own(city: Attacked) -> bool:
    city.by("yimatong_app", "INSERT INTO procrastinate_jobs (queue_name, task_name, args) VALUES ('x', 'os.system', '{}')")
    return bool(city.one("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'os.system'"))


@attack(
    "keys-dead-by-the-pages", who="clerk", aim="stop", promise="R6", how="declare the city's signing keys dead",
    guard="the function asks who acts", answer=Refused("YMT83"), off=[rewritten("records_author", "role := found.role;", "role := 'control_office';")],
)  # fmt: skip
def keys_dead_by_the_pages(city: Attacked) -> bool:
    kid = city.one("SELECT kid FROM signing_keys WHERE use = 'pass' AND state = 'active' LIMIT 1")
    with acting_for(city.official("clerk")):
        city.by("yimatong_app", "SELECT public.signing_key_compromise(%s, now(), 'x')", [kid])
    return city.one("SELECT state FROM signing_keys WHERE kid = %s", [kid]) == "compromised"


SCRIPT = "<script>alert(1)</script>"


@attack(
    "script-in-a-name", who="resident", aim="power", promise="R11", how="have script for a name, and an official read it",
    guard="templates escape", answer=Refused("escaped"), off=[put(engines["django"].engine, "autoescape", False)],
)  # fmt: skip
def script_in_a_name(city: Attacked) -> bool:
    html = engines["django"].from_string("<td>{{ person.name }}</td>").render({"person": somebody(name=SCRIPT, id_type="none")})
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
    answer = client.post(reverse("web:look"), {"person": city.red, "ground": "tracing", "words": "x"}, headers={"origin": "https://elsewhere.example"})
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
    guard="ID and phone numbers are sealed", answer=Refused("identity-key-wrong"), off=[put(TheKey, "taken", True)],
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
        "stations/declarations/actions/messages.py", "if row.kind in BY_ITSELF and row.phone_key in wrong:", "if row.phone_key in wrong:",
        f"{TEXTED}::test_what_the_city_sends_by_itself_ends_and_what_somebody_asks_for_goes",
    ),
)  # fmt: skip
by_test(
    "report-forged", section="records", who="stranger on the network", aim="stop", promise="R8", how="report a text as failed, without the gateways' key",
    guard="a report is signed", answer=Refused("403"),
    planted=Planted(
        "edges/web/texting/views.py", "if not is_signed(request, body):", "if False:",
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
