"""The abuses that are known, as tries: who was painted in 2022, and how; and what has no door here at all."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from tests.acting import an_official, session_of
from tests.attack.guards import done, put, rewritten, untriggered, without
from tests.attack.passes import MOMENT, screen, taken_at
from tests.attack.town import Attacked
from tests.attack.tries import Found, NoDoor, Noticed, Refused, attack
from tests.identities import unsaved
from tests.integration.judgements.city import AS_OF
from tests.integration.passes.town import NOW, an_account
from yimatong.core.credential import Refused as No, verification
from yimatong.core.credential.passes import read
from yimatong.records import identity, sums
from yimatong.records.acting import Acting, acting_as
from yimatong.records.actions import audit, facts
from yimatong.records.models import Alarm, AuditEntry, Fact, Official, Person
from yimatong.stations.appeals import settling
from yimatong.stations.appeals.models import Dispute, DisputeOutcome

LISTS = {"depositors": "depositor", "petitioners": "petitioner", "debtors": "debtor"}
"""Whom officials have painted, and what a fact that says so would be called."""
BATCH, OFFICIALS = 1317, 5
"""Zhengzhou, June 2022: 1,317 people with accounts at four village banks were given red codes, on the word of five officials."""
OF_A_KIND = "if kind not in set(Kind) or detail not in DETAILS[Kind(kind)]:"


def record(city: Attacked, by: Official, person: int, kind: str, detail: str) -> Fact:
    """A fact by an official, for a reason that is none."""
    return facts.record(
        by=by, person=person, kind=kind, detail=detail, start=AS_OF, source="名单", legal_basis="领导要求"
    )


def listed(name: str, kind: str) -> None:
    """A list of people of a kind that no policy of health knows, before the action that records facts."""

    @attack(
        f"list-of-{name}", who="health", aim="red", promise="C4 C1", how=f"record the people of a list of {name} as what they are",
        guard="the kinds of fact are a closed list, and none is of money or of opinion", answer=Refused("kind-unknown"),
        off=[without(facts.record, OF_A_KIND, "if False:"), done("ALTER TABLE facts DROP CONSTRAINT facts_closed_list")],
    )  # fmt: skip
    def of_a_list(city: Attacked) -> bool:
        by = city.official("health")
        for person in Person.objects.order_by("number").values_list("number", flat=True)[:3]:
            record(city, by, person, kind, "bank")
        return Fact.objects.filter(kind=kind).count() == 3


for _name, _kind in LISTS.items():
    listed(_name, _kind)


@attack(
    "list-past-the-actions", who="yimatong_app", aim="red", promise="C4 C1", how="INSERT a fact of the kind depositor by SQL",
    guard="the database knows the same closed list", answer=Refused("23514"),
    off=[done("ALTER TABLE facts DROP CONSTRAINT facts_closed_list")],
)  # fmt: skip
def list_past_the_actions(city: Attacked) -> bool:
    city.by(
        "yimatong_app",
        "INSERT INTO facts (person_id, kind, detail, start, source, legal_basis) VALUES (%s, 'depositor', 'bank', now(), 'x', 'x')",
        [city.green],
    )
    return Fact.objects.filter(kind="depositor").exists()


def batch_by(city: Attacked, officials: int, count: int) -> bool:
    """A list of people is recorded as contacts of a case, each by one of few officials; the auditor's page and its alarm are looked at."""
    last = Person.objects.order_by("-number")[0].number
    Person.objects.bulk_create(
        unsaved(number=last + n, name=f"储户{n}", id_type="none", division=330203001) for n in range(1, count + 1)
    )
    few = [an_official(f"official-{n}", "health") for n in range(officials)]
    for n in range(count):
        record(city, few[n * officials // count], last + 1 + n, "contact", "confirmed")
    sums.ring(sums.today(), timezone.now())
    rung = Alarm.objects.filter(sort=Alarm.Sort.BATCH, count=count, official__in=few).count()
    page = city.browser("auditor").get(reverse("web:look-sums")).content.decode()
    named = [f"official-{n}" for n in range(officials)]
    if rung == officials and all(name in page for name in [*named, "领导要求"]):
        raise Noticed("the auditor's page, and its alarm")
    return not rung and Fact.objects.filter(source="名单", recorded_by__in=few).count() == count


BATCHES = "facts that make red are summed by kind, source and ground: who, about how many people, and within what time"
SEEN = Found("the auditor's page, and its alarm", "ten minutes")
UNSUMMED = put(sums, "RED", ("of no kind",))


@attack(
    "batch-of-1317", who="health", aim="red", promise="C18 C4", how="five officials record 1,317 people of a list as contacts of a case",
    guard=BATCHES, answer=SEEN, off=[UNSUMMED], slow=True,
)  # fmt: skip
def batch_of_1317(city: Attacked) -> bool:
    return batch_by(city, OFFICIALS, BATCH)


@attack(
    "batch-of-60", who="health", aim="red", promise="C18 C4", how="two officials record 60 people of a list, one by one, on one ground",
    guard=BATCHES, answer=SEEN, off=[UNSUMMED],
)  # fmt: skip
def batch_of_60(city: Attacked) -> bool:
    return batch_by(city, 2, 60)


@attack(
    "ordered-by-a-superior", who="clerk", aim="red", promise="C4", how="record somebody as a contact because a superior says so",
    guard="the fact names whose hands it was, with basis and source; who ordered it is not recorded", answer=Found("audit entry", "at once"),
    off=[put(audit, "record", lambda **_said: 0)],
)  # fmt: skip
def ordered_by_a_superior(city: Attacked) -> bool:
    clerk = city.official("clerk")
    made = record(city, clerk, city.green, "contact", "confirmed")
    entry = AuditEntry.objects.filter(by=clerk, action="fact.record", subject=str(made)).first()
    if entry is not None and made.legal_basis == "领导要求":
        raise Noticed("audit entry")
    return Fact.objects.filter(pk=made.pk).exists()


def a_dispute(city: Attacked) -> Dispute:
    """A friend objects to the first fact by which they are red."""
    person = Person.objects.get(pk=city.red)
    return Dispute.objects.create(
        person=person,
        account=an_account(person),
        evidence="visit/key/1/1@1",
        rule="red.key_area",
        words_sealed=identity.seal("不是这样", "row"),
        at=NOW,
    )


@attack(
    "appeal-of-a-friend", who="clerk", aim="green", promise="C5", how="settle a friend's objection as corrected, by SQL",
    guard="a dispute is settled by the office", answer=Refused("YMT72"), off=[untriggered("dispute_outcomes")],
)  # fmt: skip
def appeal_of_a_friend(city: Attacked) -> bool:
    dispute, clerk = a_dispute(city), city.official("clerk")
    city.by(
        "yimatong_app",
        "INSERT INTO dispute_outcomes (dispute_id, finding, struck, words_sealed, by_id, at) VALUES (%s, 'corrected', '[]', '', %s, now())",
        [dispute.pk, clerk.pk],
    )
    return DisputeOutcome.objects.filter(dispute=dispute).exists()


@attack(
    "appeal-settled-by-a-friend", who="control office", aim="green", promise="C5", how="settle a friend's objection, in the office that may",
    guard="what was struck and who settled it is in the audit for good", answer=Found("audit entry", "at once"),
    off=[put(audit, "record", lambda **_said: 0)],
)  # fmt: skip
def appeal_settled_by_a_friend(city: Attacked) -> bool:
    dispute, office = a_dispute(city), city.official("office")
    settling.settle_dispute(by=office, dispute=dispute.pk, finding="stands", words="再说", now=NOW)
    if AuditEntry.objects.filter(by=office, action="dispute.settle", subject=str(dispute)).exists():
        raise Noticed("audit entry")
    return DisputeOutcome.objects.filter(dispute=dispute).exists()


@attack(
    "mass-recall", who="clerk", aim="stop", promise="R6", how="have everybody's passes signed anew, so that no code is good",
    guard="the function asks who acts", answer=Refused("YMT83"), off=[rewritten("records_author", "role := found.role;", "role := 'control_office';")],
)  # fmt: skip
def mass_recall(city: Attacked) -> bool:
    clerk = city.official("clerk")
    with acting_as(Acting(clerk.pk, session_of(clerk.pk))):
        city.by("yimatong_app", "SELECT public.passes_reissue(1, 60, 'x')")
    return bool(city.one("SELECT count(*) FROM reissues"))


@attack(
    "list-of-screenshots", who="gate device", aim="green", promise="S1", how="a guard keeps photos of green codes and lets friends through by them",
    guard="the scanner asks for a code of this minute", answer=Refused("clock"),
    off=[without(verification._shown, "-AHEAD <= behind <= BEHIND", "True")],
)  # fmt: skip
def list_of_screenshots(city: Attacked) -> bool:
    kept = [screen(city.held(city.green), MOMENT - 90 - n) for n in range(3)]
    return [taken_at(city, text) for text in kept] == [True] * 3


def addresses(resolver: URLResolver | None = None, before: str = "") -> list[str]:
    """Every address of the product."""
    found: list[str] = []
    for one in (resolver or get_resolver()).url_patterns:
        here = before + str(one.pattern)
        if isinstance(one, URLResolver):
            found += addresses(one, here)
        elif isinstance(one, URLPattern):
            found.append(here)
    return found


@attack(
    "venue-poster", who="stranger on the network", aim="red", promise="C1", how="forward a place's poster, so that whoever scans it counts as having been there",
    guard="there is no such code", answer=NoDoor("every address, and the verifier of codes: none takes a place and writes where somebody was"),
)  # fmt: skip
def venue_poster(city: Attacked) -> bool:
    known = addresses()
    assert len(known) > 150
    doors = [
        one for one in known if any(word in one for word in ("venue", "visit", "poster", "stay", "check-in/place"))
    ]
    before = city.one(
        "SELECT (SELECT count(*) FROM stays) + (SELECT count(*) FROM facts) + (SELECT count(*) FROM unjudged)"
    )
    codes = [read(text) for text in ("YMT1:PLACE", "https://city.example/place/17", "yimatong:venue/17")]
    after = city.one(
        "SELECT (SELECT count(*) FROM stays) + (SELECT count(*) FROM facts) + (SELECT count(*) FROM unjudged)"
    )
    return bool(doors) or not all(isinstance(code, No) for code in codes) or before != after
