"""Errors of two things at once, and of the outer edges of signed lists, planted into a copy of the product: the tests that touch them notice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.mutants.copies import ROOT, failed, planted

JUDGEMENTS, CREDENTIAL = "stations/judgements", "core/credential"
AT_ONCE = "tests/integration/judgements/test_at_once.py"
TASKS = "tests/integration/judgements/test_tasks.py"
ENFORCING = "tests/integration/judgements/test_enforcing.py"
VECTORS = "tests/vectors/test_vectors.py"
DEADLINES = "tests/generative/test_deadlines.py"
JOBS = "tests/integration/records/test_jobs.py"
BY_DAY = "tests/integration/judgements/test_by_day.py"
TOUCHED = "core/engine/touched.py"
AHEAD = "tests/integration/passes/test_lists.py::test_rounds_and_a_night_by_a_clock_days_ahead_hold_no_later_list_in_that_future"
FOLLOWERS = "tests/integration/passes/test_followers.py"
RECENT = "tests/integration/passes/test_recent.py"
SENDING, TEXTS = "stations/declarations/actions", "tests/integration/declarations/test_sending.py"
TEXTED_BACK = "tests/integration/declarations/test_texted_back.py"
MINTING, CHUNKS = "stations/passes/actions/minting.py", "tests/integration/passes/test_chunks.py"


def reach(change: str) -> str:
    """The test of whom one kind of change reaches."""
    return f"{BY_DAY}::test_whom_a_change_reaches_is_judged_and_nobody_else_has_another_verdict[{change}]"


@dataclass(frozen=True)
class Planted:
    """One text of one file of the product, replaced by another, and the tests one of which has to fail then."""

    name: str
    file: str
    old: str
    new: str
    witness: str


ERRORS = (
    Planted(
        "recent recalls since a time after their own are taken", f"{CREDENTIAL}/recent.py",
        "not claims[SINCE] <= claims[ISSUED] <= claims[EXPIRES] or ", "", VECTORS,
    ),
    Planted(
        "recent recalls by a key of passes are taken", f"{CREDENTIAL}/recent.py",
        "trust.key_for(signed, Use.RECALL, recent.issued)", "trust.key_for(signed, Use.PASS, recent.issued)", VECTORS,
    ),
    Planted(
        "the minutes do not reach back to the hours", "stations/passes/actions/recent.py",
        "minutes.after <= hours.sequence <= minutes.sequence", "hours.sequence <= minutes.sequence", RECENT,
    ),
    Planted("the hours of a dead key stay", "stations/passes/actions/recent.py", "kid == signer.kid and ", "", RECENT),
    Planted("the trust list of another city is taken", f"{CREDENTIAL}/verification.py", " or trust.city != city", "", VECTORS),
    Planted("a snapshot of another space is taken", f"{CREDENTIAL}/recall.py", "listed.bits != known.bits or ", "", VECTORS),
    Planted("the last second of a key does not count", f"{CREDENTIAL}/trust.py", "now > key.until", "now >= key.until", VECTORS),
    Planted("the first second of a key does not count", f"{CREDENTIAL}/trust.py", "now < key.from_", "now <= key.from_", VECTORS),
    Planted(
        "the last second of a trust list does not count", f"{CREDENTIAL}/verification.py", "now > trust.expires", "now >= trust.expires", VECTORS,
    ),
    Planted(
        "a recall list whose time is over no longer recalls", f"{CREDENTIAL}/verification.py",
        "if listed is not None and claims.slot in listed:", "if listed is not None and now <= listed.expires and claims.slot in listed:", VECTORS,
    ),
    Planted(
        "a list that is issued after it expires is taken", f"{CREDENTIAL}/recall.py", " or claims[ISSUED] > claims[EXPIRES]:", ":", VECTORS,
    ),
    Planted(
        "a trust list that is issued after it expires is taken", f"{CREDENTIAL}/trust.py", "not 0 <= value[ISSUED] <= value[EXPIRES]",
        "not 0 <= value[ISSUED]", VECTORS,
    ),
    Planted(
        "divisions that one file notes are enough", "core/engine/duckdb.py", "if len(texts) < len(paths):", "if not texts:",
        "tests/generative/test_engines_agree.py::test_divisions_that_one_file_alone_notes_are_not_those_of_all",
    ),
    Planted(
        "the lake is looked at once", f"{JUDGEMENTS}/inputs.py", "if taken.keys() == _identities(lake_folder).keys():", "if taken is not None:", AT_ONCE,
    ),
    Planted("each table of a snapshot is of a moment of its own", f"{JUDGEMENTS}/copying.py", "            if snapshot:", "            if False:", AT_ONCE),
    Planted("a run by day is read committed", f"{JUDGEMENTS}/by_day.py", "REPEATABLE READ, READ ONLY", "READ COMMITTED, READ ONLY", AT_ONCE),
    Planted(
        "a run over the touched goes on over other rules", f"{JUDGEMENTS}/actions.py",
        "and (before == now or policy_tables(policy, before) == policy_tables(policy, now))", "", AT_ONCE,
    ),
    Planted("a run over the touched goes on over another policy", f"{JUDGEMENTS}/actions.py", "base.policy_id == policy.digest", "True", AT_ONCE),
    Planted("a run over the touched goes on over other programs", f"{JUDGEMENTS}/actions.py", "and base.versions == versions()", "", AT_ONCE),
    Planted("a run that lives is cleared", f"{JUDGEMENTS}/lifecycle.py", "if is_alive(run.number):", "if False:", AT_ONCE),
    Planted(
        "an outcome that was edited is trusted", f"{JUDGEMENTS}/outputs.py",
        "    inputs.require_whole(expected, run=run.number)\n", "", "tests/integration/judgements/test_kept_files.py",
    ),
    Planted(
        "what a run goes on from is asked before the lock", f"{JUDGEMENTS}/actions.py",
        "    with right_to_publish(patience, progress):\n        base, now = in_force(), clock.now()",
        "    base, now = in_force(), clock.now()\n    with right_to_publish(patience, progress):", AT_ONCE,
    ),
    Planted("a look is asked for before the commit", f"{JUDGEMENTS}/tasks.py", "transaction.on_commit(lambda: wake(judge), robust=True)", "wake(judge)", TASKS),
    Planted(
        "a run takes away changes that it did not see", f"{JUDGEMENTS}/publication.py", '"DELETE FROM unjudged WHERE number = ANY(%s)"',
        '"DELETE FROM unjudged WHERE %s IS NOT NULL"', TASKS,
    ),
    Planted(
        "a night is judged as of its time, however late", f"{JUDGEMENTS}/waiting.py", "    as_of = instant(pack, seen.now, seen.as_of)\n",
        '    as_of = night_before(seen.now) if why == "night" else instant(pack, seen.now, seen.as_of)\n', TASKS,
    ),
    Planted("a clock that was set back stops the judging", f"{JUDGEMENTS}/waiting.py", "max(now, in_force) if in_force else now", "now", TASKS),
    Planted("a run that failed is tried again at once", f"{JUDGEMENTS}/waiting.py", "if seen.rests or not (why or anew):", "if not (why or anew):", TASKS),
    Planted(
        "what fell due before the last minute is forgotten", f"{JUDGEMENTS}/waiting.py", "if seen.next_change and seen.next_change <= seen.now:",
        "if seen.next_change and seen.next_change == seen.now:", "tests/integration/judgements/test_time.py",
    ),
    Planted(
        "a page is told the reasons of one run and the facts of another", f"{JUDGEMENTS}/explaining.py",
        "    for _again in range(MOST_READS):", "    for _again in range(0):", "tests/integration/judgements/test_queries.py",
    ),
    Planted(
        "a deadline forgets the lists that begin", "core/engine/plan/deadlines.py", "verdicts.union(contacts, lists, _journeys(policy, as_of))",
        "verdicts.union(contacts, _journeys(policy, as_of))", DEADLINES,
    ),
    Planted(
        "a deadline forgets the end of a contact", "core/engine/plan/deadlines.py", "verdicts.union(contacts, lists,", "verdicts.union(lists,", DEADLINES,
    ),
    Planted(
        "a deadline forgets the days of the rules", "core/engine/duckdb.py", "for minute in (found, midnight) if", "for minute in (found,) if", DEADLINES,
    ),
    Planted("two do the same work at once", "records/jobs.py", "SELECT pg_try_advisory_lock(%s, hashtext(%s))", "SELECT true OR %s::text = %s::text", JOBS),
    Planted("the job of a living worker is taken up", "records/tasks.py", "SILENT = 60", "SILENT = 0", JOBS),
    Planted(
        "one record that cannot be signed stops those behind it", "stations/passes/stamping.py", "        except Exception as error:",
        "        except ZeroDivisionError as error:", "tests/integration/passes/test_minting.py",
    ),
    Planted("whoever asks while their chunk is signed stops the night", MINTING, "with suppress(UniqueViolation), ", "with ", CHUNKS),
    Planted("a chunk's bindings are read from the first one", MINTING, " AND b.id > %(after)s", "", CHUNKS),
    Planted("a chunk's strips are read from the first one", MINTING, " AND s.binding_id > %(after)s", "", CHUNKS),
    Planted("whom a case that is struck had met stays exposed", TOUCHED, "met = self.records.exposed_at(places)", "met = set[int]()", reach("a case that is struck")),
    Planted(
        "where a case was by a word that is struck is forgotten", TOUCHED, " | self.records.ever_places(ill)", "",
        reach("a case's own word that is struck"),
    ),
    Planted(
        "where a case was by a delivery that is withdrawn is forgotten", TOUCHED,
        'places |= self._ask("SELECT place FROM changed_stays SEMI JOIN ill USING (person)")', "pass", reach("a case's delivery that is withdrawn"),
    ),
    Planted(
        "a home that is struck is forgotten", f"{JUDGEMENTS}/moment.py", 'return self._ever("stairwell_id", "homes", people)',
        'return self._numbers("SELECT stairwell FROM engine_homes WHERE person = ANY(%s::int[])", people)', reach("one exposed whose home is struck"),
    ),
    Planted("one exposed moves in unseen", TOUCHED, " | self._exposed(homes)", "", reach("one exposed who moves in with others")),
    Planted("those who live with one exposed are not asked", TOUCHED, " | self._exposed_otherwise()", "", reach("a case who met two")),
    Planted(
        "those who live with a contact are not asked", TOUCHED, "records.ever_sources(told | homes)", "records.ever_sources(homes)",
        reach("a contact that is struck"),
    ),
    Planted(
        "a contact ends for nobody", f"{JUDGEMENTS}/moment.py",
        'return verdicts | set(self._contacts(after, until, limit=None)["person"].to_pylist())', "return verdicts", reach("a contact that ends"),
    ),
    Planted(
        "a list that begins reaches nobody", TOUCHED, "FROM areas WHERE start > {self.since.as_of}", "FROM areas WHERE false", reach("a list that begins"),
    ),
    Planted(
        "a list that is struck frees nobody", TOUCHED, "FROM areas_before EXCEPT", "FROM areas_before WHERE false EXCEPT", reach("a list that is struck"),
    ),
    Planted(
        "a journey that was declared begins unseen", TOUCHED, "records.arriving(since.as_of, self.as_of) | ", "",
        reach("a journey that begins, by the traveller's word"),
    ),
    Planted(
        "a journey that was delivered begins unseen", TOUCHED, " | self._arriving_in_lake()", "", reach("a journey that begins, by a delivery"),
    ),
    Planted(
        "the deadline is that of a verdict that is gone", TOUCHED, "records.next_due(self.as_of, self.touched)", "records.next_due(self.as_of, ())",
        reach("a fever that is struck"),
    ),
    Planted(
        "who has moved is counted where they were", f"{JUDGEMENTS}/by_day.py", "coalesce(moved.district, (whole.division // 1000)::INTEGER)",
        "(whole.division // 1000)::INTEGER", f"{BY_DAY}::test_who_moves_is_counted_where_they_live_from_then_on",
    ),
    Planted(
        "very many who are not named are nobody", f"{JUDGEMENTS}/by_day.py", "raise TooManyTouched\n            found[what].update(people)",
        "continue\n            found[what].update(people)", f"{BY_DAY}::test_very_many_touched_are_judged_with_everybody_and_the_run_says_so",
    ),
    Planted("a list that begins again begins at one", "stations/passes/actions/recalling.py", "first = epoch.sequence + 1", "first = 1", AHEAD),
    Planted(
        "every list is issued no earlier than the last", "stations/passes/days.py",
        "return last if seconds(now) < last <= seconds(now) + SET_BACK else seconds(now)", "return max(last, seconds(now))", AHEAD,
    ),
    Planted(
        "days are opened where their windows are unknown alone", "stations/passes/actions/recalling.py", "[sorted(wanted)]", "[sorted(wanted - there)]",
        AHEAD,
    ),
    Planted("a key signs to its last second", "stations/passes/keyring.py", "until__gte=now + HOLDS[Use(use)]", "until__gte=now", FOLLOWERS),
    Planted(
        "no key follows one that ends in days", "stations/passes/actions/keys.py", "return present if following.exists() else None",
        "return present", FOLLOWERS,
    ),
    Planted(
        "an instant ahead of the clock stands", f"{JUDGEMENTS}/lifecycle.py", "return run.as_of if run and cursor.fetchone()[0] else None",
        "return run.as_of if run else None", TASKS,
    ),
    Planted(
        "a failure by a clock ahead holds everything up until then", f"{JUDGEMENTS}/waiting.py",
        "now() - stopped.last BETWEEN interval '-1 hour' AND least(", "now() - stopped.last <= least(", TASKS,
    ),
    Planted(
        "whoever waits for a run judges as of the begin of the wait", f"{JUDGEMENTS}/actions.py",
        "    with right_to_publish(patience, progress):\n        stood, now = stands_at(in_force()), clock.now()",
        "    stood, now = stands_at(in_force()), clock.now()\n    with right_to_publish(patience, progress):",
        "tests/integration/judgements/test_publication.py",
    ),
    Planted("in doubt any provider gets it again", f"{SENDING}/claiming.py", 'if way == "channel" or in_doubt:', 'if way == "channel":', TEXTS),
    Planted("what a killed sender had is nobody's", f"{SENDING}/claiming.py", "in_doubt OR state = 'sending'", "in_doubt", TEXTS),
    Planted(
        "two senders claim the same", f"{SENDING}/claiming.py", "ORDER BY turn, id LIMIT %(most)s FOR UPDATE SKIP LOCKED",
        "ORDER BY turn, id LIMIT %(most)s", TEXTS,
    ),
    Planted("a code waits for its turn in the storm", f"{SENDING}/messages.py", '"code": URGENT', '"code": MANY', TEXTS),
    Planted("a wrong number is told all the same", f"{SENDING}/messages.py", "if row.kind in BY_ITSELF and row.phone_key in wrong:", "if False:", TEXTED_BACK),
    Planted(
        "a policy comes into force whatever its check finds", f"{JUDGEMENTS}/enforcing.py", "if problems or policy is None:",
        "if policy is None:", ENFORCING,
    ),
    Planted(
        "an enforcement that somebody wrote by hand is obeyed", "records/policies.py",
        "elif _last_read() != (found.number, found.pack_id):", "elif False:", ENFORCING,
    ),
    Planted("a worker that begins waits for the minute", "records/jobs.py", "if each.cron == EACH_MINUTE:", "if each.cron == EACH_MINUTE and not each.task:", JOBS),
)  # fmt: skip


@pytest.mark.soak
@pytest.mark.planted
@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.name.replace(" ", "-"))
def test_a_planted_error_is_noticed_by_the_tests_that_touch_it(
    error: Planted, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    record_property("planted", error.name)
    told = planted(error.file, error.old, error.new, error.witness, tmp_path)
    assert failed(told), told.stdout[-3000:]
    record_property("noticed_by", error.witness.partition("::")[0])


def test_every_text_that_an_error_replaces_stands_in_the_product_once() -> None:
    """What `make soak` will plant can be planted."""
    found = {
        error.name: (ROOT / "src/yimatong" / error.file).read_text(encoding="utf-8").count(error.old)
        for error in ERRORS
    }
    assert {name: count for name, count in found.items() if count != 1} == {}
    assert len(found) == len(ERRORS)
    missing = [error.witness for error in ERRORS if not (ROOT / error.witness.partition("::")[0]).is_file()]
    assert missing == []
