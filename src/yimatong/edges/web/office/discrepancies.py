"""What stands and was not judged or sealed, in the reader's words and by number."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy

from yimatong.core import names
from yimatong.core.facts import Derived
from yimatong.core.text import Text
from yimatong.edges.web.everybody import words
from yimatong.stations.judgements.discrepancies import Found, Kind

NAMES: dict[str, Text] = {
    **names.RECORDS,
    "visits": names.KINDS[Derived.VISIT],
    "travels": names.KINDS[Derived.TRAVEL],
    "exposures": names.KINDS[Derived.EXPOSURE],
    "neighbours": names.KINDS[Derived.NEIGHBOUR],
}
"""What is judged by, and what was derived from it, by the table in which it stands."""
TABLES: dict[str, str | Promise] = {
    "people": pgettext_lazy("discrepancy", "identity"),
    "runs": pgettext_lazy("discrepancy", "judgement run"),
    "verdicts": pgettext_lazy("discrepancy", "verdict"),
    "verdict_reasons": pgettext_lazy("discrepancy", "reason of a verdict"),
    "current_counts": pgettext_lazy("discrepancy", "counts in force"),
    "day_counts": pgettext_lazy("discrepancy", "counts of a day"),
    "credentials": pgettext_lazy("discrepancy", "code"),
    "paper_credentials": pgettext_lazy("discrepancy", "paper pass"),
    "standstills": pgettext_lazy("discrepancy", "standstill of a verdict"),
    "audit_entries": pgettext_lazy("discrepancy", "entry of the audit"),
    "chain_seals": pgettext_lazy("discrepancy", "seal of the audit"),
    "chain_heads": pgettext_lazy("discrepancy", "line of the audit's file"),
    "record_seals": pgettext_lazy("discrepancy", "seal of records"),
    "policy_seals": pgettext_lazy("discrepancy", "seal of a policy"),
    "policy_packs": pgettext_lazy("discrepancy", "kept policy"),
    "enforcements": pgettext_lazy("discrepancy", "enforcement of a policy"),
    "verifications": pgettext_lazy("discrepancy", "verification"),
    "look_seals": pgettext_lazy("discrepancy", "seal of looks"),
    "looks": pgettext_lazy("discrepancy", "look"),
}
"""Everything else, likewise; another table is called by its own name."""
KINDS: dict[str, str | Promise] = {
    Kind.INSERTED: pgettext_lazy("discrepancy", "was put in past the program"),
    Kind.CHANGED: pgettext_lazy("discrepancy", "was changed past the program"),
    Kind.MISSING: pgettext_lazy("discrepancy", "is there no more"),
    Kind.ROWS: pgettext_lazy("discrepancy", "is not as sealed"),
    Kind.UNSEALED: pgettext_lazy("discrepancy", "has no seal"),
    Kind.LEFT_OUT: pgettext_lazy("discrepancy", "is missing in the sequence"),
    Kind.EDITED: pgettext_lazy("discrepancy", "was edited"),
    Kind.COUNTS: pgettext_lazy("discrepancy", "are not what was counted"),
    Kind.FILES: pgettext_lazy("discrepancy", "has other files than it kept"),
}


def in_words(found: Found) -> str:
    """One line: what, under which number, of which person and run, and what is wrong with it; never a name."""
    known = NAMES.get(found.table)
    what = words.in_words(known) if known else str(TABLES.get(found.table, found.table))
    if found.row is not None:
        what = gettext("%(what)s no. %(number)s") % {"what": what, "number": found.row}
    of = [gettext("person %(person)s") % {"person": found.person}] if found.person is not None else []
    of += [gettext("run %(run)s") % {"run": found.run}] if found.run else []
    wrong = str(KINDS.get(found.kind, found.kind))
    return gettext("%(what)s %(wrong)s") % {"what": " · ".join([what, *of]), "wrong": wrong}
