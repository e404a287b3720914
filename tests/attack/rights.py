"""Sessions, authors, officials, keys, jobs: somebody takes rights that are not theirs, or another's name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256

from django.test import Client
from django.urls import reverse

from tests.acting import session_of
from tests.attack.guards import done, granted, put, rewritten, untriggered
from tests.attack.records import pages_of
from tests.attack.town import Attacked
from tests.attack.tries import Denied, Refused, attack
from yimatong.edges.web.everybody.officials import COOKIE
from yimatong.records.acting import Acting, acting_as
from yimatong.records.actions import audit
from yimatong.records.models import AuditEntry, Look, Official

SECTION = "records"
ENTRY = "INSERT INTO public.audit_entries (number, by_id, action, subject, details, previous, digest) VALUES (0, %s, 'x.y', 'x', '{}', '', '')"
LOOK = "INSERT INTO public.looks (by_id, person_id, why, \"where\") VALUES (%s, %s, '因公', 'explain')"
SESSION = "INSERT INTO public.official_sessions (official_id, token_hash, sort, began_at, until) VALUES (%s, %s, 'browser', now(), now() + interval '1 day')"


@contextmanager
def acting_for(official: Official) -> Iterator[None]:
    """With a real session of this official."""
    with acting_as(Acting(official.pk, session_of(official.pk))):
        yield


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
    row = city.by(
        "yimatong_app", "SELECT public.official_sign_in('office', %s, 'token', 'browser', interval '1 day')", [kept]
    )
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
    "entry-by-a-desk-that-is-none", who="desk device", aim="hide", promise="R5", how="write an entry as an enrolled desk, with a name and a signature of one's own",
    guard="a proof is of a session or a desk that the database knows", answer=Refused("YMT80"),
    off=[
        rewritten("records_author", "RAISE EXCEPTION 'this is no session of an official, or one that is over' USING ERRCODE = 'YMT80';", "NULL;"),
        rewritten("audit_entries_chain", NAMED, "NULL;"), done("ALTER TABLE audit_entries ALTER through DROP NOT NULL"),
    ],
)  # fmt: skip
def entry_by_a_desk_that_is_none(city: Attacked) -> bool:
    office = city.official("office")
    with acting_as(Acting(office.pk, "desk:" + "0" * 32 + "\nsigned\nrequest")):
        city.by("yimatong_app", ENTRY, [office.pk])
    return AuditEntry.objects.filter(by=office, action="x.y").exists()


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
    city.by(
        "yimatong_app", "INSERT INTO procrastinate_jobs (queue_name, task_name, args) VALUES ('x', 'os.system', '{}')"
    )
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
