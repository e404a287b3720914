"""Somebody paints: in the tables, with a fact, in somebody else's place."""

from __future__ import annotations

from datetime import date

import psycopg
from django.db import connections, transaction

from tests.attack.guards import done, granted, put, rewritten, untriggered
from tests.attack.town import Attacked, Held
from tests.attack.tries import Denied, Found, Noticed, Refused, attack
from tests.identities import tampered
from tests.integration.judgements.city import AS_OF
from tests.integration.judgements.painting import GREEN, MADE_GREEN
from tests.integration.passes.town import NOW, shown, strip
from yimatong.records import queries
from yimatong.records.actions import audit, facts, identities as correcting
from yimatong.records.actions.identities import Said
from yimatong.records.models import AuditEntry, Fact, Look, Person
from yimatong.stations.judgements import discrepancies, unfit

RED = "INSERT INTO public.verdicts (person_id, run_id, colour, rules, facts, since) VALUES ({person}, {run}, 'red', 'red.close_contact', 'case/1', 1)"
CREDENTIAL = (
    "INSERT INTO public.credentials (place, binding_id, person_id, colour, permit, generation, run, issued_at, cause, listed)"
    " VALUES (nextval('public.credential_places'), %s, %s, 'green', 0, 9, 1, %s, '', false)"
)
RECALLED = "UPDATE credentials SET recalled_at = now() + interval '99 years', cause = 'colour', last_day = 99999 WHERE binding_id = %s"
MINUTE, NIGHT = "the next look, within a minute", "the next night"


def green_by(city: Attacked, role: str, statement: str) -> bool:
    """Whether a statement of somebody's own makes the red person green at the gate."""
    city.by(role, statement.format(person=city.red, run=city.scene.last))
    return city.at_the_gate(city.red) == "green"


@attack(
    "verdict-by-the-pages", who="yimatong_app", aim="green", promise="C1", how="INSERT a green verdict for somebody red",
    guard="the role has no INSERT on verdicts; behind it YMT16", answer=Refused("42501"), off=[granted("INSERT ON verdicts"), untriggered("verdicts")],
)  # fmt: skip
def verdict_by_the_pages(city: Attacked) -> bool:
    return green_by(city, "yimatong_app", GREEN)


@attack(
    "verdict-by-the-judge", who="yimatong_judge", aim="green", promise="C1", how="INSERT a green verdict under the number of the last run",
    guard="a verdict comes only in the transaction that publishes its run", answer=Refused("YMT16"), off=[untriggered("verdicts")],
)  # fmt: skip
def verdict_by_the_judge(city: Attacked) -> bool:
    return green_by(city, "yimatong_judge", GREEN)


@attack(
    "red-by-the-judge", who="yimatong_judge", aim="red", promise="C1", how="INSERT a red verdict for somebody green",
    guard="a verdict comes only in the transaction that publishes its run", answer=Refused("YMT16"), off=[untriggered("verdicts")],
)  # fmt: skip
def red_by_the_judge(city: Attacked) -> bool:
    city.by("yimatong_judge", RED.format(person=city.green, run=city.scene.last))
    return city.at_the_gate(city.green) == "red"


@attack(
    "verdict-updated-by-the-owner", who="the database's owner", aim="green", promise="C7", how="UPDATE the verdict of somebody red",
    guard="verdicts only grow", answer=Refused("YMT04"), off=[untriggered("verdicts")],
)  # fmt: skip
def verdict_updated_by_the_owner(city: Attacked) -> bool:
    return green_by(city, "owner", MADE_GREEN)


def red_and_bound(city: Attacked) -> Held:
    """The phone of somebody red, whose red pass was recalled so that another can stand in its place."""
    held = city.held(city.red)
    city.by("yimatong_app", RECALLED, [held.bound.binding])
    return held


def shows_green(city: Attacked, held: Held) -> bool:
    """Whether the phone now has a green code that the gate takes."""
    pass_, key = shown(strip(held.bound), NOW)
    return city.gate().look(held.phone, pass_, NOW, key=key) == "green"


@attack(
    "credential-by-sql", who="yimatong_app", aim="green", promise="S16", how="INSERT a green credential for the phone of somebody red",
    guard="a credential has the colour in force", answer=Refused("YMT31"), off=[untriggered("credentials")],
)  # fmt: skip
def credential_by_sql(city: Attacked) -> bool:
    held = red_and_bound(city)
    city.by("yimatong_app", CREDENTIAL, [held.bound.binding, city.red, NOW])
    return shows_green(city, held)


@attack(
    "credential-by-the-owner", who="the database's owner", aim="green", promise="S16", how="the same, as the owner of the tables",
    guard="a credential has the colour in force", answer=Refused("YMT31"), off=[untriggered("credentials")],
)  # fmt: skip
def credential_by_the_owner(city: Attacked) -> bool:
    held = red_and_bound(city)
    city.by("owner", CREDENTIAL, [held.bound.binding, city.red, NOW])
    return shows_green(city, held)


@attack(
    "credential-under-a-shadow", who="yimatong_app", aim="green", promise="C2", how="lay a temporary table verdicts, green, over ours; then a green credential",
    guard="the function finds its tables by schema", answer=Refused("YMT31"),
    off=[rewritten("credentials_follow_the_verdict", "public.", "", reset_path=True)],
)  # fmt: skip
def credential_under_a_shadow(city: Attacked) -> bool:
    held = red_and_bound(city)
    with connections["default"].cursor() as cursor:
        cursor.execute("DISCARD PLANS")
        cursor.execute("CREATE TEMP TABLE verdicts (person_id integer, run_id integer, colour text) ON COMMIT DROP")
        cursor.execute("INSERT INTO pg_temp.verdicts VALUES (%s, 1, 'green')", [city.red])
        try:
            with transaction.atomic():
                cursor.execute(CREDENTIAL, [held.bound.binding, city.red, NOW])
        finally:
            cursor.execute("DROP TABLE pg_temp.verdicts")
    return shows_green(city, held)


@attack(
    "verdict-under-a-shadow", who="yimatong_judge", aim="green", promise="C2", how="a temporary table runs in which one is being published; then a verdict",
    guard="the function finds its tables by schema", answer=Refused("YMT16"),
    off=[rewritten("judgements_only_while_publishing", "public.", "", reset_path=True)],
)  # fmt: skip
def verdict_under_a_shadow(city: Attacked) -> bool:
    with connections["default"].cursor() as cursor:
        cursor.execute("SET LOCAL ROLE yimatong_judge")
        cursor.execute(
            "CREATE TEMP TABLE runs ON COMMIT DROP AS SELECT %s AS number, 'published' AS state, pg_current_xact_id()::text::bigint AS published_xact",
            [city.scene.last],
        )
        try:
            with transaction.atomic():
                cursor.execute(GREEN.format(person=city.red, run=city.scene.last))
        finally:
            cursor.execute("DROP TABLE pg_temp.runs")
            cursor.execute("SET LOCAL ROLE yimatong_app")
    return city.at_the_gate(city.red) == "green"


@attack(
    "looks-deleted-by-the-pages", who="yimatong_app", aim="hide", promise="C3", how="DELETE the looks at somebody",
    guard="the role has no DELETE on looks; behind it YMT04", answer=Refused("42501"), off=[granted("DELETE ON looks"), untriggered("looks")],
)  # fmt: skip
def looks_deleted_by_the_pages(city: Attacked) -> bool:
    looked(city)
    city.by("yimatong_app", "DELETE FROM looks")
    return not Look.objects.exists()


@attack(
    "looks-deleted-by-the-owner", who="the database's owner", aim="hide", promise="C3", how="DELETE the looks at somebody",
    guard="what only grows is deleted by nobody", answer=Refused("YMT04"), off=[untriggered("looks")],
)  # fmt: skip
def looks_deleted_by_the_owner(city: Attacked) -> bool:
    looked(city)
    city.by("owner", "DELETE FROM looks")
    return not Look.objects.exists()


def looked(city: Attacked) -> None:
    """The clerk has looked at somebody."""
    audit.look(by=city.official("clerk"), person=city.red, why="因私", where="explain")


@attack(
    "recall-list-deleted", who="yimatong_app", aim="green", promise="C3", how="DELETE the recall lists, so that a recalled pass counts again",
    guard="the role has no DELETE on recall_cuts; behind it YMT04", answer=Refused("42501"), off=[granted("DELETE ON recall_cuts"), untriggered("recall_cuts")],
)  # fmt: skip
def recall_list_deleted(city: Attacked) -> bool:
    city.by("yimatong_app", "DELETE FROM recall_cuts")
    return city.one("SELECT count(*) FROM recall_cuts") == 0


@attack(
    "false-fact-by-a-clerk", who="clerk", aim="red", promise="C4", how="record a rival as a confirmed case",
    guard="every fact has its official, source and basis, in the audit and in the explanation", answer=Found("audit entry", "at once"),
    off=[put(audit, "record", lambda **_said: 0)],
)  # fmt: skip
def false_fact_by_a_clerk(city: Attacked) -> bool:
    clerk = city.official("clerk")
    made = facts.record(
        by=clerk,
        person=city.green,
        kind="case",
        detail="confirmed",
        start=AS_OF,
        source="电话",
        legal_basis="传染病防治法",
    )
    if AuditEntry.objects.filter(by=clerk, action="fact.record", subject=str(made)).exists():
        raise Noticed("audit entry")
    return Fact.objects.filter(person_id=city.green, kind="case").exists()


@attack(
    "false-fact-by-an-auditor", who="auditor", aim="red", promise="C4", how="record a fact in a role that only reads",
    guard="who may do what is one table (records/actions/permission.py)", answer=Refused("not-allowed"), off=[put(facts, "require", lambda _by, _action: None)],
)  # fmt: skip
def false_fact_by_an_auditor(city: Attacked) -> bool:
    facts.record(
        by=city.official("auditor"),
        person=city.green,
        kind="case",
        detail="confirmed",
        start=AS_OF,
        source="x",
        legal_basis="x",
    )
    return Fact.objects.filter(person_id=city.green, kind="case").exists()


@attack(
    "fact-moved-by-the-pages", who="yimatong_app", aim="green", promise="C7", how="UPDATE the day of the fact by which somebody is red",
    guard="the role has no UPDATE on these columns; behind it YMT01", answer=Refused("42501"), off=[granted("UPDATE ON facts"), untriggered("facts")],
)  # fmt: skip
def fact_moved_by_the_pages(city: Attacked) -> bool:
    before = city.one("SELECT count(*) FROM facts WHERE kind = 'case' AND start < '2019-01-01'")
    city.by(
        "yimatong_app",
        "UPDATE facts SET start = start - interval '3 years', \"end\" = NULL, onset = NULL WHERE kind = 'case'",
    )
    return bool(before == 0 and city.one("SELECT count(*) FROM facts WHERE kind = 'case' AND start < '2019-01-01'"))


@attack(
    "audit-entry-edited", who="the database's owner", aim="hide", promise="C7", how="change what an entry of the audit says, its triggers off",
    guard="the entries are a chain of digests", answer=Found("broken link", "whenever the chain is walked"),
    off=[put(queries, "BROKEN", queries.BROKEN.replace("e.digest = pg_catalog.encode(", "true OR e.digest = pg_catalog.encode("))],
)  # fmt: skip
def audit_entry_edited(city: Attacked) -> bool:
    facts.record(
        by=city.official("clerk"),
        person=city.green,
        kind="case",
        detail="confirmed",
        start=AS_OF,
        source="x",
        legal_basis="x",
    )
    city.owner("SET CONSTRAINTS ALL IMMEDIATE")
    city.owner("ALTER TABLE audit_entries DISABLE TRIGGER USER")
    city.owner("UPDATE audit_entries SET subject = 'fact/1' WHERE action = 'fact.record'")
    city.owner("ALTER TABLE audit_entries ENABLE TRIGGER USER")
    if list(queries.broken_links()):
        raise Noticed("broken link")
    return AuditEntry.objects.filter(subject="fact/1").exists()


NAMES = """
    UPDATE people SET name = other.name FROM people other
    WHERE people.number = ANY(%s) AND other.number = ANY(%s) AND other.number <> people.number
"""


@attack(
    "identities-exchanged-by-the-pages", who="yimatong_app", aim="green", promise="C8", how="exchange the names of somebody green and somebody red",
    guard="the role may change phone and street alone; behind it YMT06", answer=Refused("42501"),
    off=[granted("UPDATE ON people"), untriggered("people")],
)  # fmt: skip
def identities_exchanged_by_the_pages(city: Attacked) -> bool:
    before = Person.objects.get(pk=city.red).name
    city.by("yimatong_app", NAMES, [[city.green, city.red]] * 2)
    return Person.objects.get(pk=city.green).name == before


@attack(
    "identities-exchanged-by-the-owner", who="the database's owner", aim="green", promise="C8", how="the same, the triggers off",
    guard="each identity carries a digest under a key that the database does not have", answer=Found("late-standing", "nine minutes"),
    off=[put(unfit, "unfit_identities", lambda **_asked: iter(()))], commits=True,
)  # fmt: skip
def identities_exchanged_by_the_owner(city: Attacked) -> bool:
    before = Person.objects.get(pk=city.red).name
    tampered(
        "name = (SELECT name FROM people p WHERE p.number = ANY(%s) AND p.number <> people.number)",
        [city.green, city.red],
        [city.green, city.red],
    )
    unfit.Looker().look()
    if {one.person for one in discrepancies.open_ones(tables=(unfit.TABLE,))} >= {city.green, city.red}:
        raise Noticed("late-standing")
    return Person.objects.get(pk=city.green).name == before


@attack(
    "identity-corrected-alone", who="control office", aim="green", promise="C9", how="propose a friend's new identity, and confirm it oneself",
    guard="the database takes two officials", answer=Refused("YMT08"),
    off=[rewritten("identity_corrections_settling", "asked.proposed_by_id = by_official", "false"), rewritten("identity_corrections_settling", "<> 2", "< 1"),
        done("ALTER TABLE identity_corrections DROP CONSTRAINT identity_corrections_decided_by_another")],
)  # fmt: skip
def identity_corrected_alone(city: Attacked) -> bool:
    office = city.official("office")
    asked = correcting.propose(
        by=office,
        person=city.red,
        said=Said("换人", "male", "none", None),
        reason="录错",
        basis="户口簿",
        today=date(2020, 2, 20),
    )
    audit.confirm(office)
    with transaction.atomic(), connections["default"].cursor() as cursor:
        cursor.execute("SELECT public.identities_succeed(%s, clock_timestamp(), %s)", [asked.pk, b"x" * 16])
    return Person.objects.get(pk=city.red).name == "换人"


@attack(
    "kept-policy-edited", who="the database's owner", aim="green", promise="C10", how="UPDATE the text of the policy that a run was judged by",
    guard="a policy's text is kept with its digest, and only grows", answer=Refused("YMT04"), off=[untriggered("policy_packs")],
)  # fmt: skip
def kept_policy_edited(city: Attacked) -> bool:
    city.by("owner", "UPDATE policy_packs SET files = '{}'")
    return city.one("SELECT count(*) FROM policy_packs WHERE files <> '{}'") == 0


@attack(
    "role-left", who="a page with SQL of its own", aim="power", promise="C11", how="RESET ROLE, SET ROLE NONE on the pages' connection, then make the clerk a control office",
    guard="the login is yimatong_app itself, a member of nothing", answer=Refused("42501"),
    off=[put(Attacked, "page_login", lambda city: {**city.login(), "options": "-c role=yimatong_app"})],
)  # fmt: skip
def role_left(city: Attacked) -> bool:
    with psycopg.connect(**city.page_login()) as page:
        page.execute("RESET ROLE; SET ROLE NONE")
        try:
            page.execute("UPDATE public.officials SET role = 'control_office' WHERE username = 'clerk'")
        except psycopg.Error as refused:
            raise Denied(refused.sqlstate) from refused
        row = page.execute("SELECT role FROM public.officials WHERE username = 'clerk'").fetchone()
        page.rollback()
    return row == ("control_office",)


@attack(
    "waiting-taken-away", who="yimatong_app", aim="stop", promise="C12", how="DELETE what waits to be judged",
    guard="the role can add to unjudged and take nothing away", answer=Refused("42501"), off=[granted("DELETE ON unjudged"), untriggered("unjudged")],
)  # fmt: skip
def waiting_taken_away(city: Attacked) -> bool:
    facts.record(
        by=city.official("clerk"),
        person=city.green,
        kind="case",
        detail="confirmed",
        start=AS_OF,
        source="x",
        legal_basis="x",
    )
    assert city.one("SELECT count(*) FROM unjudged")
    city.by("yimatong_app", "DELETE FROM unjudged")
    return city.one("SELECT count(*) FROM unjudged") == 0
