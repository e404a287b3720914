"""The page of verifications, health, and the nightly job."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.db import connections
from django.urls import reverse
from django.utils.translation import override

from tests.acting import an_official, signed_in
from yimatong.edges.web.office import discrepancies as words
from yimatong.records.actions import audit
from yimatong.records.actions.officials import the_system
from yimatong.records.models import Work
from yimatong.site import health
from yimatong.stations.audits import chain, heads, tasks, verifying
from yimatong.stations.audits.models import ChainSeal, Verification
from yimatong.stations.judgements import discrepancies, reconciling, unfit
from yimatong.stations.judgements.discrepancies import Found, Kind
from yimatong.stations.judgements.sealing import city_of
from yimatong.stations.passes import reconciling as passes

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "judge", "owner"])


@pytest.fixture(autouse=True)
def own_home(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "YIMATONG_HOME", tmp_path)


def page(role: str, language: str = "en") -> tuple[int, str]:
    answer = signed_in(an_official(f"{role}-{language}", role)).get(
        reverse("web:verified"), headers={"accept-language": language}
    )
    return answer.status_code, answer.content.decode()


def test_the_page_says_that_nothing_was_verified_what_was_and_what_was_found() -> None:
    assert "Nothing was verified yet" in page("auditor")[1]
    tasks.verify_everything()
    assert Work.objects.filter(name="verify_everything").exists()
    status, text = page("control_office")
    assert (status, "all as it was" in text, "not as it was<" in text) == (200, True, False)
    assert [f'data-check="{check.name}"' in text for check in verifying.CHECKS] == [True] * 10
    assert health._verified().problems == ()
    discrepancies.record([Found(Kind.LEFT_OUT.value, "audit_entries", None, None, "x", 17)])
    discrepancies.record([Found(Kind.MISSING.value, "facts", None, None, "x", 18)])
    tasks.verify_everything()
    text = page("auditor", "zh-hans")[1]
    assert "审计记录第17号：序列中断" in text
    assert "事实第18号：已不存在" in text
    assert ("全部核验" in text, 'data-check="records" data-found' in text) == (True, True)
    assert health._verified().problems == ("verified-wrong",)


def test_every_discrepancy_is_said_in_the_readers_words() -> None:
    tables = {*reconciling.OURS, *chain.TABLES, *passes.SELECTS, unfit.TABLE, "standstills"}
    assert (tables - {*words.NAMES, *words.TABLES}, set(Kind) - set(words.KINDS)) == (set(), {Kind.ENDED})
    found = Found(Kind.CHANGED.value, "verdicts", 3, 21)
    assert verifying.read(verifying.told(found)) == found
    with override("en"):
        assert words.in_words(found) == "verdict · person 21 · run 3 was changed past the program"
    for table in tables:
        with override("zh-hans"):
            line = words.in_words(Found(Kind.EDITED.value, table, row=5))
            assert (line.endswith("第5号：被改动"), line.isascii()) == (True, False), table


def test_others_do_not_see_it() -> None:
    assert page("clerk")[0] == 403


def test_a_verification_that_the_key_did_not_sign_counts_for_nothing() -> None:
    seen = verifying.verify(sample=0)
    last = verifying.last()
    assert last
    assert (last.number, last.found) == (seen.number, 0)
    Verification.objects.using("judge").create(began_at="2020-01-01T00:00Z", checks=[], found=0, mac="0" * 64)
    last = verifying.last()
    assert last
    assert last.number == seen.number


def test_the_job_of_a_minute_seals_and_says_so() -> None:
    audit.record(by=the_system(), action="x.y", subject="x/1")
    tasks.seal_chain()
    seal = ChainSeal.objects.get()
    with connections["judge"].cursor() as cursor:
        city = city_of(cursor)
    (line,) = heads.lines(city)
    assert (line.head and line.head.mac, Work.objects.filter(name="seal_chain").exists()) == (seal.mac, True)


def test_health_says_when_the_heads_are_of_the_databases_own_user() -> None:
    tasks.seal_chain()
    audit.record(by=the_system(), action="x.y", subject="x/1")
    tasks.seal_chain()
    assert "not of the database" in health._heads().told.of("en")
    (settings.YIMATONG_HOME / "postgres" / "data").mkdir(parents=True)
    assert (
        health._heads().problems,
        "belongs to the system user of the database" in health._heads().told.of("en"),
    ) == (
        (),
        True,
    )
