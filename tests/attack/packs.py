"""Somebody changes the policy by which everybody is judged: past its check, past the database, in the tables, on the disk."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.acting import session_of
from tests.attack.colour import MINUTE
from tests.attack.edited import minute, within_a_minute
from tests.attack.guards import put, rewritten, setting, without
from tests.attack.past_triggers import painted
from tests.attack.town import POLICY, Attacked
from tests.attack.tries import Denied, Found, Refused, attack
from tests.integration.judgements.city import AS_OF
from yimatong.core.policy.load import load
from yimatong.records import policies
from yimatong.records.acting import Acting, acting_as
from yimatong.records.models import Enforcement, Official, PolicyPack
from yimatong.stations.audits import policies as kept
from yimatong.stations.judgements import actions, enforcing
from yimatong.stations.judgements.models import Run

SECTION = "colour"
ENFORCE = "SELECT public.policy_enforce(%s, 'x', 'x', '1', '{}', clock_timestamp() - %s * interval '1 day', %s, 'start', '{}', '', '{}')"
RUN = (
    "INSERT INTO runs (kind, state, policy_id, as_of, engine, versions, inputs, lake, outputs, shifts, timings, sizes, by_id, error)"
    " VALUES ('full', 'started', 'x', now(), 'duckdb', '{}', '{}', '', '{}', '{}', '{}', '{}', %s, '')"
)
OTHER = "INSERT INTO policy_packs (digest, pack, version, files, specimens) VALUES ('x', 'x', '1', '{}', '{}')"


def milder(to: Path) -> Path:
    """Ningbo's pack with contacts red for a day less than a specimen of the province says."""
    for name in (POLICY.name, "cn-zj"):
        shutil.copytree(POLICY.parent / name, to / name)
    rule = to / "cn-zj" / "rules" / "red.close_contact.yaml"
    text = rule.read_text(encoding="utf-8")
    assert "days: 14" in text
    rule.write_text(text.replace("days: 14", "days: 13"), encoding="utf-8")
    return to / POLICY.name


@attack(
    "pack-that-its-check-refuses", who="control office", aim="green", promise="C10", how="put a pack into force by which contacts are red for a day less",
    guard="nothing comes into force but by its check, of which the province's specimens are a part", answer=Refused("policy-has-problems"),
    off=[without(enforcing.enforce, "if problems or policy is None:", "if policy is None:")], commits=True,
)  # fmt: skip
def pack_that_its_check_refuses(city: Attacked) -> bool:
    with TemporaryDirectory() as name:
        folder = milder(Path(name))
        enforcing.enforce(by=city.official("office"), folder=folder)
        return policies.in_force().digest == load(folder).digest


def last() -> int:
    """The number of the enforcement that counts."""
    return int(Enforcement.objects.latest("number").number)


def enforced(city: Attacked, by: Official, after: int, days: int = 0, role: str = "owner") -> bool:
    """Whether a pack of one's own is in force by the database's function."""
    before = last()
    with acting_as(None if role == "owner" else Acting(by.pk, session_of(by.pk))):
        city.by(role, ENFORCE, [after, days, by.pk])
    return last() > before and Enforcement.objects.latest("number").pack_id == "x"


@attack(
    "pack-by-a-clerk", who="clerk", aim="green", promise="C10", how="put a pack of one's own into force, with the function that does",
    guard="the function asks who acts", answer=Refused("YMT18"), off=[rewritten("records_author", "role := found.role;", "role := 'control_office';")],
)  # fmt: skip
def pack_by_a_clerk(city: Attacked) -> bool:
    return enforced(city, city.official("clerk"), last(), role="yimatong_app")


@attack(
    "pack-dated-back", who="the database's owner", aim="green", promise="C10", how="put a pack into force as of yesterday",
    guard="a pack comes into force now", answer=Refused("YMT10"),
    off=[rewritten("policy_enforce", "RAISE EXCEPTION 'a policy comes into force now' USING ERRCODE = 'YMT10';", "NULL;")],
)  # fmt: skip
def pack_dated_back(city: Attacked) -> bool:
    return enforced(city, Official.objects.get(username="system"), last(), days=1)


@attack(
    "pack-past-another", who="the database's owner", aim="green", promise="C10", how="put a pack into force that does not know which was in force before it",
    guard="an enforcement names the last one", answer=Refused("YMT19"),
    off=[rewritten("policy_enforce", "RAISE EXCEPTION 'another policy came into force meanwhile' USING ERRCODE = 'YMT19';", "NULL;")],
)  # fmt: skip
def pack_past_another(city: Attacked) -> bool:
    return enforced(city, Official.objects.get(username="system"), last() + 5)


@attack(
    "run-by-a-pack-of-ones-own", who="yimatong_judge", aim="green", promise="C10", how="begin a run of everybody by a pack that is not in force",
    guard="a run that may publish begins by the pack in force", answer=Refused("YMT17"),
    off=[rewritten("runs_by_the_pack_in_force", "IF NEW.kind IN", "IF false AND NEW.kind IN")],
)  # fmt: skip
def run_by_a_pack_of_ones_own(city: Attacked) -> bool:
    city.owner(OTHER)
    city.by("yimatong_judge", RUN, [Official.objects.get(username="system").pk])
    return Run.objects.filter(policy="x").exists()


@attack(
    "enforcement-re-dated-by-the-owner", who="the database's owner", aim="hide", promise="C10", how="date the pack in force back by three days, the triggers off",
    guard="each enforcement is sealed with a key outside the database", answer=Found("late-standing", MINUTE),
    off=[without(enforcing.unfit_packs, "if row.mac != policies.sealed(", "if False and row.mac != policies.sealed("),
        put(policies, "is_sealed", lambda *_asked: True)], commits=True,
)  # fmt: skip
def enforcement_re_dated_by_the_owner(city: Attacked) -> bool:
    minute()
    before = Enforcement.objects.latest("number").at
    painted(city, "UPDATE enforcements SET at = at - interval '3 days'", tables=("enforcements",))
    policies.forget()
    within_a_minute()
    done = actions.run_full(by=Official.objects.get(username="system"), as_of=AS_OF + timedelta(hours=2))
    return done.state in ("published", "repeated") and Enforcement.objects.latest("number").at < before


@attack(
    "kept-policy-re-dated-by-the-owner", who="the database's owner", aim="hide", promise="C10 C7", how="date a kept policy back by thirty days, the triggers off",
    guard="each kept policy is sealed with a key outside the database", answer=Found("late-standing", MINUTE),
    off=[without(kept.compare, "elif now != seal.sha256:", "elif False:")], commits=True,
)  # fmt: skip
def kept_policy_re_dated_by_the_owner(city: Attacked) -> bool:
    minute()
    before = PolicyPack.objects.latest("kept_at").kept_at
    painted(city, "UPDATE policy_packs SET kept_at = kept_at - interval '30 days'", tables=("policy_packs",))
    within_a_minute()
    return PolicyPack.objects.latest("kept_at").kept_at < before


@attack(
    "pack-changed-on-the-disk", who="operator", aim="green", promise="C10", how="change a rule in the folder of the settings, and have everybody judged",
    guard="who judges reads the pack in the records; behind it the database takes no run by another", answer=Refused("not obeyed"),
    off=[put(policies, "in_force", lambda using="default": policies.keep(policies.folder_set(), "judge")),
        rewritten("runs_by_the_pack_in_force", "IF NEW.kind IN", "IF false AND NEW.kind IN")], commits=True,
)  # fmt: skip
def pack_changed_on_the_disk(city: Attacked) -> bool:
    with TemporaryDirectory() as name:
        folder = milder(Path(name))
        with setting(YIMATONG_POLICIES=folder.parent, YIMATONG_POLICY=folder.name)(city):
            done = actions.run_full(by=Official.objects.get(username="system"), as_of=AS_OF + timedelta(hours=2))
        if done.policy_digest != load(folder).digest:
            raise Denied("not obeyed")
    return done.state == "published"
