"""Somebody edits what was recorded past every trigger, or cuts the audit: the next look of a worker, or the night, names it."""

from __future__ import annotations

from datetime import timedelta

from django.db import connections, transaction
from django.db.models import Count

from tests.acting import an_official
from tests.attack.colour import MINUTE, NIGHT
from tests.attack.guards import done, put, rewritten, without
from tests.attack.past_triggers import painted
from tests.attack.town import POLICY, Attacked
from tests.attack.tries import Found, Noticed, Refused, attack
from tests.integration.audits.test_verifying import a_link
from tests.integration.judgements.city import AS_OF
from tests.integration.passes.town import NOW, an_account, bind
from tests.links import link_digest
from yimatong.records.actions import audit
from yimatong.records.models import AuditEntry, Official, Person
from yimatong.stations.audits import authors, chain, marks, verifying
from yimatong.stations.judgements import actions, recorded, restating, unfit
from yimatong.stations.judgements.models import CurrentVerdict, Restatement, VerdictReason
from yimatong.stations.judgements.reconciling import Looker
from yimatong.stations.passes import reconciling as of_passes
from yimatong.stations.passes.actions.following import follow

SECTION = "colour"
COMPARED = without(recorded.Comparison._leave_lawful, "WHERE NOT ({lawful})", "WHERE false")
"""The look at the records, which takes every edit for lawful."""
SEALED = without(marks.compare, "if now != (seal.rows, seal.sha256) and", "if False and")
"""The look at the seals of the records, which compares nothing."""
MARKED = put(marks, "unmarked", lambda _cursor: iter(()))
"""The night, which does not ask for rows that nothing has marked."""
LINKED = without(chain._link, "if not upto:", "if True:")
"""The look at the chain, which does not go back to the link that was sealed last."""
MADE_A_TEST = "UPDATE facts SET kind = 'test', detail = 'negative', onset = NULL WHERE id = {fact}"
BY_RECORDS = "what is recorded is compared with what was judged, and the verdict stands still"


def minute() -> set[str]:
    """What the looks of a worker's next minute name that nobody had found before."""
    found = [*recorded.Looker().look(), *Looker().look().found, *unfit.Looker().look(), *chain.Looker().look()]
    return {verifying.told(one) for one in found}


def night() -> set[str]:
    """What the verification of the night names."""
    return {f"{one.name}: {line}" for one in verifying.verify(sample=0).checks for line in one.named}


def within_a_minute() -> None:
    """`late-standing` where a look names anything."""
    if minute():
        raise Noticed("late-standing")


def judged_again() -> None:
    """Everybody, an hour later."""
    actions.run_full(by=Official.objects.get(username="system"), policy=POLICY, as_of=AS_OF + timedelta(hours=2))


def only_reason(city: Attacked) -> tuple[int, int]:
    """Somebody red by a single fact, and the fact."""
    of = VerdictReason.objects.filter(run=city.scene.first)
    one = of.values("person").annotate(n=Count("pk")).filter(n=1).values("person")
    reason = of.filter(person__in=one, colour="red", fact__regex="^(case|order|contact)/").order_by("person").first()
    assert reason is not None
    assert city.colour(reason.person) == "red"
    return reason.person, int(reason.fact.partition("/")[2])


def turned(city: Attacked, statement: str, table: str = "facts", *, by_night: bool = False) -> bool:
    """Whether somebody is red no more after this, nobody having noticed: in the minute, in the judgement, in the night."""
    person, fact = only_reason(city)
    minute()
    known = night() if by_night else set()
    painted(city, statement.replace("{fact}", str(fact)), tables=(table,))
    within_a_minute()
    judged_again()
    within_a_minute()
    if by_night and night() - known:
        raise Noticed("late-standing")
    return city.colour(person) != "red"


@attack(
    "fact-deleted-by-the-owner", who="the database's owner", aim="green", promise="C14 C7", how="DELETE the one fact by which somebody is red, the triggers off",
    guard=f"{BY_RECORDS}; behind it the seal of what was recorded", answer=Found("late-standing", MINUTE), off=[COMPARED, SEALED], commits=True,
)  # fmt: skip
def fact_deleted_by_the_owner(city: Attacked) -> bool:
    return turned(city, "DELETE FROM facts WHERE id = {fact}")


@attack(
    "fact-edited-by-the-owner", who="the database's owner", aim="green", promise="C14 C7", how="make the one fact by which somebody is red a negative test, the triggers off",
    guard=f"{BY_RECORDS}; behind it the seal of what was recorded", answer=Found("late-standing", MINUTE), off=[COMPARED, SEALED], commits=True,
)  # fmt: skip
def fact_edited_by_the_owner(city: Attacked) -> bool:
    return turned(city, MADE_A_TEST)


@attack(
    "strike-faked-by-the-owner", who="the database's owner", aim="green", promise="C7 C14", how="strike the one fact by which somebody is red, in an official's name, the triggers off",
    guard=f"{BY_RECORDS}; behind it the night asks which statement marked a strike", answer=Found("late-standing", MINUTE), off=[COMPARED, MARKED], commits=True,
)  # fmt: skip
def strike_faked_by_the_owner(city: Attacked) -> bool:
    system = Official.objects.get(username="system").pk
    struck = (
        f"UPDATE facts SET struck_at = recorded_at, struck_by_id = {system}, strike_reason = 'x' WHERE id = {{fact}}"
    )
    return turned(city, struck, by_night=True)


@attack(
    "fact-back-dated-by-the-owner", who="the database's owner", aim="red", promise="C7 C14", how="INSERT a case of last week for somebody green, the triggers off",
    guard=f"{BY_RECORDS}; behind it the night asks which statement marked a row", answer=Found("late-standing", MINUTE), off=[COMPARED, MARKED], commits=True,
)  # fmt: skip
def fact_back_dated_by_the_owner(city: Attacked) -> bool:
    minute()
    known = night()
    made = (
        "INSERT INTO facts (person_id, kind, detail, start, source, legal_basis, recorded_at) VALUES"
        f" ({city.green}, 'case', 'confirmed', '{AS_OF - timedelta(days=7)}', 'x', 'x', '{AS_OF - timedelta(days=6)}')"
    )
    painted(city, made, tables=("facts",))
    within_a_minute()
    judged_again()
    within_a_minute()
    if night() - known:
        raise Noticed("late-standing")
    return city.colour(city.green) == "red"


@attack(
    "area-edited-by-the-owner", who="the database's owner", aim="red", promise="C14 C7", how="make the key area the whole country, the triggers off",
    guard=f"{BY_RECORDS}; behind it the seal of what was recorded", answer=Found("late-standing", MINUTE), off=[COMPARED, SEALED], commits=True,
)  # fmt: skip
def area_edited_by_the_owner(city: Attacked) -> bool:
    judged_again()
    minute()
    before = reds()
    painted(city, "UPDATE areas SET low = 110000000, high = 659999999 WHERE level = 'key'", tables=("areas",))
    within_a_minute()
    # As of the same instant: what changes changes by the edit.
    judged_again()
    within_a_minute()
    return bool(reds() - before)


def reds() -> set[int]:
    """Who is red."""
    return set(CurrentVerdict.objects.filter(colour="red").values_list("person", flat=True))


@attack(
    "edit-recorded-anew-alone", who="control office", aim="green", promise="C14", how="have a fact edited, propose that it is recorded as it stands now, and confirm it oneself",
    guard="the database takes two officials", answer=Refused("YMT86"), commits=True,
    off=[rewritten("restatements_settling", "asked.proposed_by_id = by_official", "false"), rewritten("restatements_settling", "<> 2", "< 1"),
        done("ALTER TABLE restatements DROP CONSTRAINT restatements_decided_by_another")],
)  # fmt: skip
def edit_recorded_anew_alone(city: Attacked) -> bool:
    person, fact = only_reason(city)
    painted(city, MADE_A_TEST.replace("{fact}", str(fact)), tables=("facts",))
    recorded.Looker().look()
    (still,) = restating.standing_still()
    office = city.official("office")
    asked = restating.propose(by=office, standstill=still.number, as_judged=False, reason="录错", basis="检验报告")
    audit.confirm(office)
    with transaction.atomic(), connections["default"].cursor() as cursor:
        mac = restating._mac_of_decision(asked, office.pk)
        cursor.execute("SELECT public.restatements_confirm(%s, clock_timestamp(), %s)", [asked.pk, mac])
    assert Restatement.objects.get(pk=asked.pk).decided_by == office
    judged_again()
    return city.colour(person) != "red"


@attack(
    "edit-recorded-anew-twice", who="control office", aim="green", promise="C14", how="confirm once more what two officials have settled",
    guard="a restatement is settled once", answer=Refused("YMT85"), commits=True,
    off=[rewritten("restatements_settling", "OR asked.state <> 'waiting'", ""), done("ALTER TABLE restatements DISABLE TRIGGER USER")],
)  # fmt: skip
def edit_recorded_anew_twice(city: Attacked) -> bool:
    _person, fact = only_reason(city)
    painted(city, MADE_A_TEST.replace("{fact}", str(fact)), tables=("facts",))
    recorded.Looker().look()
    (still,) = restating.standing_still()
    asked = restating.propose(
        by=city.official("office"), standstill=still.number, as_judged=True, reason="录错", basis="检验报告"
    )
    restating.confirm(by=city.official("health"), restatement=asked.pk)
    second = an_official("third", "health")
    audit.confirm(second)
    with transaction.atomic(), connections["default"].cursor() as cursor:
        cursor.execute("SELECT public.restatements_confirm(%s, clock_timestamp(), 'x')", [asked.pk])
    return Restatement.objects.get(pk=asked.pk).decided_by == second


def said_and_sealed() -> int:
    """The number of an entry that somebody wants to be gone, sealed by the minute after it."""
    minute()
    last = audit.record(by=Official.objects.get(username="system"), action="x.y", subject="x/1")
    minute()
    return last


@attack(
    "audit-cut-short", who="the database's owner", aim="hide", promise="C7", how="DELETE the last entries of the audit, the triggers off",
    guard="each minute's seal goes back to the link that was sealed last", answer=Found("late-standing", MINUTE), off=[LINKED], commits=True,
)  # fmt: skip
def audit_cut_short(city: Attacked) -> bool:
    last = said_and_sealed()
    painted(city, f"DELETE FROM audit_entries WHERE number = {last}", tables=("audit_entries",))
    within_a_minute()
    return not AuditEntry.objects.filter(action="x.y").exists()


@attack(
    "audit-cut-short-with-its-seal", who="the database's owner", aim="hide", promise="C7", how="DELETE the last entries of the audit and the seals over them",
    guard="the heads lie in a file outside the database", answer=Found("late-standing", MINUTE),
    off=[put(chain, "_line", lambda *_asked: iter(()))], commits=True,
)  # fmt: skip
def audit_cut_short_with_its_seal(city: Attacked) -> bool:
    last = said_and_sealed()
    painted(
        city, f"DELETE FROM chain_seals WHERE upto >= {last}", f"DELETE FROM audit_entries WHERE number = {last}",
        tables=("audit_entries", "chain_seals"),
    )  # fmt: skip
    within_a_minute()
    return not AuditEntry.objects.filter(action="x.y").exists()


@attack(
    "audit-linked-anew", who="the database's owner", aim="hide", promise="C7", how="change the last entry of the audit and compute its digest anew, the triggers off",
    guard="the link is sealed with a key outside the database", answer=Found("late-standing", MINUTE), off=[LINKED], commits=True,
)  # fmt: skip
def audit_linked_anew(city: Attacked) -> bool:
    last = said_and_sealed()
    painted(city, f"UPDATE audit_entries SET subject = 'x/2' WHERE number = {last}", tables=("audit_entries",))
    digest = link_digest(AuditEntry.objects.get(number=last))
    painted(city, f"UPDATE audit_entries SET digest = '{digest}' WHERE number = {last}", tables=("audit_entries",))
    within_a_minute()
    return AuditEntry.objects.filter(subject="x/2").exists()


@attack(
    "entry-in-anothers-name-past-the-triggers", who="the database's owner", aim="hide", promise="C7 R5", how="append a right link to the audit in an official's name, the triggers off",
    guard="the night asks whose session wrote an entry", answer=Found("late-standing", NIGHT),
    off=[put(authors, "_of_no_session", lambda _upto: iter(()))], commits=True,
)  # fmt: skip
def entry_in_anothers_name_past_the_triggers(city: Attacked) -> bool:
    said_and_sealed()
    known, health = night(), city.official("health")
    link = a_link(health, AuditEntry.objects.order_by("-number")[0])
    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE audit_entries DISABLE TRIGGER USER")
        link.save(force_insert=True, using="owner")
        cursor.execute("ALTER TABLE audit_entries ENABLE TRIGGER USER")
    if minute() or night() - known:
        raise Noticed("late-standing")
    return AuditEntry.objects.filter(by=health, action="fact.strike").exists()


GREEN_CODE = (
    "INSERT INTO credentials (place, binding_id, person_id, colour, permit, generation, run, issued_at, cause, listed)"
    " SELECT nextval('credential_places'), id, person_id, 'green', 0, 99, 1, now(), '', false FROM device_bindings"
    " WHERE person_id = {person}"
)


@attack(
    "code-without-a-verdict", who="the database's owner", aim="green", promise="C14 S16", how="INSERT a green credential for somebody red, the triggers off",
    guard="live codes are compared with the verdicts in force", answer=Found("recalled", MINUTE),
    off=[put(of_passes, "_found", lambda *_asked: [])], commits=True,
)  # fmt: skip
def code_without_a_verdict(city: Attacked) -> bool:
    bind(an_account(Person.objects.get(pk=city.red)), city.red)
    follow(now=NOW, everybody=True)
    painted(
        city, "UPDATE credentials SET recalled_at = now(), cause = 'colour', last_day = 99999 WHERE person_id = {person}", GREEN_CODE,
        tables=("credentials",),
    )  # fmt: skip
    if of_passes.Looker().look(now=NOW).found and not live(city.red):
        raise Noticed("recalled")
    return live(city.red)


def live(person: int) -> bool:
    """Whether a green code of somebody can still be shown."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM credentials WHERE person_id = %s AND colour = 'green' AND recalled_at IS NULL",
            [person],
        )
        return bool(cursor.fetchone()[0])
