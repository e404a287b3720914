"""What goes through today and nobody sees: tries whose answer is to come. A try that is answered fails until its line says by what."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Count

from tests.attack.past_triggers import painted
from tests.attack.town import POLICY, Attacked
from tests.attack.tries import Neither, Noticed, attack
from tests.integration.judgements.city import AS_OF
from tests.integration.judgements.painting import untriggered
from yimatong.records import queries
from yimatong.records.actions import audit
from yimatong.records.models import AuditEntry, Official
from yimatong.stations.judgements import actions, discrepancies, unfit
from yimatong.stations.judgements.models import VerdictReason
from yimatong.stations.judgements.reconciling import Looker


def looked_at_everything() -> None:
    """All that looks today has looked: rows against verdicts, identities, links of the audit."""
    Looker().look(everything=True)
    unfit.Looker().look(everything=True)
    if discrepancies.open_ones() or list(queries.broken_links()):
        raise Noticed("a look at everything")


@attack(
    "fact-deleted-by-the-owner", who="the database's owner", aim="green", promise="C14 C7", how="DELETE the one fact by which somebody is red, the triggers off",
    guard="facts that are edited past the triggers wait for two officials", answer=Neither("a digest of each fact (issue 13, item 3)"), commits=True,
)  # fmt: skip
def fact_deleted_by_the_owner(city: Attacked) -> bool:
    only = (
        VerdictReason.objects.filter(run=city.scene.first)
        .values("person")
        .annotate(n=Count("pk"))
        .filter(n=1)
        .values("person")
    )
    reason = VerdictReason.objects.filter(
        person__in=only, run=city.scene.first, colour="red", fact__regex="^(case|order|contact)/"
    ).first()
    assert reason is not None
    assert city.colour(reason.person) == "red"
    with untriggered("facts") as cursor:
        cursor.execute("DELETE FROM facts WHERE id = %s", [int(reason.fact.partition("/")[2])])
        assert cursor.rowcount == 1
    looked_at_everything()
    actions.run_full(by=Official.objects.get(username="system"), policy=POLICY, as_of=AS_OF + timedelta(hours=2))
    looked_at_everything()
    return city.colour(reason.person) != "red"


@attack(
    "audit-cut-short", who="the database's owner", aim="hide", promise="C7", how="DELETE the last entries of the audit, the triggers off",
    guard="the chain's head is written outside the database", answer=Neither("the keyed chain and its head outside (issue 13, item 4)"), commits=True,
)  # fmt: skip
def audit_cut_short(city: Attacked) -> bool:
    last = audit.record(by=Official.objects.get(username="system"), action="x.y", subject="x")
    painted(city, f"DELETE FROM audit_entries WHERE number = {last}", tables=("audit_entries",))
    looked_at_everything()
    return not AuditEntry.objects.filter(action="x.y").exists()


@attack(
    "audit-linked-anew", who="the database's owner", aim="hide", promise="C7", how="change the last entry of the audit and compute its digest anew, the triggers off",
    guard="the chain's digests are under a key outside the database", answer=Neither("the keyed chain and its head outside (issue 13, item 4)"), commits=True,
)  # fmt: skip
def audit_linked_anew(city: Attacked) -> bool:
    last = audit.record(by=Official.objects.get(username="system"), action="x.y", subject="x/1")
    painted(city, f"UPDATE audit_entries SET subject = 'x/2' WHERE number = {last}", tables=("audit_entries",))
    digest = queries.link_digest(AuditEntry.objects.get(number=last))
    painted(city, f"UPDATE audit_entries SET digest = '{digest}' WHERE number = {last}", tables=("audit_entries",))
    looked_at_everything()
    return AuditEntry.objects.filter(subject="x/2").exists()
