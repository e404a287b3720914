"""The home writes down which policy it read with a good seal, and goes by that where the database cannot say."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import OperationalError

from tests.integration.judgements.city import AS_OF, City
from tests.integration.judgements.test_enforcing import copied, edited, newer, office
from yimatong.records import policies
from yimatong.records.errors import RecordsError
from yimatong.records.models import Enforcement, Official, PolicyPack
from yimatong.stations.judgements import actions, enforcing
from yimatong.stations.judgements.enforcing import unfit_packs

__all__ = ["copied", "office"]
pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "judge", "owner"])


def test_an_enforcement_that_is_re_dated_is_named_and_stops_nobody(city: City, system: Official) -> None:
    actions.run_full(by=system, as_of=AS_OF)
    edited("UPDATE enforcements SET at = at - interval '30 days'")
    assert {(one.what, one.number) for one in unfit_packs()} == {("edited", 1)}
    assert actions.run_full(by=system, as_of=AS_OF + timedelta(days=1)).state == "published", (
        "what ends on its day ends"
    )
    (Path(settings.YIMATONG_HOME) / "policy-in-force" / "read.json").unlink()
    with pytest.raises(RecordsError, match="enforcement-edited"):
        policies.newest()


def test_a_process_that_begins_while_the_database_is_away_goes_by_what_the_home_wrote_down(
    office: Official, copied: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    enforcing.enforce(by=office, folder=newer(copied))
    wanted = policies.in_force()
    policies.forget()
    policies._opened.cache_clear()

    def away(*_args: object, **_named: object) -> None:
        raise OperationalError("away")

    monkeypatch.setattr(Enforcement.objects, "using", away)
    monkeypatch.setattr(PolicyPack.objects, "get", away)
    assert policies.shown().digest == wanted.digest
    folder = Path(settings.YIMATONG_HOME) / "policy-in-force"
    assert [one.name for one in folder.iterdir() if one.is_dir()] == [wanted.digest], "and no others pile up"
    file = next(folder.glob("*/*/policy.yaml"))
    file.write_text(file.read_text() + "\n# another\n")
    policies._opened.cache_clear()
    with pytest.raises(OperationalError):
        policies.shown()
