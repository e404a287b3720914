"""What goes through today and nobody sees: tries whose answer is to come. A try that is answered fails until its line says by what."""

from __future__ import annotations

from tests.attack.past_triggers import painted
from tests.attack.town import Attacked
from tests.attack.tries import Neither, Noticed, attack
from yimatong.records import queries
from yimatong.records.actions import audit
from yimatong.records.models import Look
from yimatong.stations.judgements import discrepancies, unfit
from yimatong.stations.judgements.reconciling import Looker


def looked_at_everything() -> None:
    """All that looks today has looked: rows against verdicts, identities, links of the audit."""
    Looker().look(everything=True)
    unfit.Looker().look(everything=True)
    if discrepancies.open_ones() or list(queries.broken_links()):
        raise Noticed("a look at everything")


def looked(city: Attacked) -> Look:
    return audit.look(by=city.official("clerk"), person=city.red, why="因私", where="explain")


@attack(
    "look-deleted-past-the-triggers", who="the database's owner", aim="hide", promise="C3 R1", how="DELETE a look at somebody, the triggers off",
    guard="looks are under no digest", answer=Neither("looks as links of the keyed chain, or counted in it"), commits=True,
)  # fmt: skip
def look_deleted_past_the_triggers(city: Attacked) -> bool:
    look = looked(city)
    painted(city, f"DELETE FROM looks WHERE id = {look.pk}", tables=("looks",))
    looked_at_everything()
    return not Look.objects.exists()
