"""Taking many rows at once: staged by COPY, matched and inserted by sets, inside the caller's transaction."""

from yimatong.records.actions.intake.facts import FACT_ROWS, take_facts
from yimatong.records.actions.intake.outcomes import HeldBack, Taken
from yimatong.records.actions.intake.people import PERSON_ROWS, take_people

__all__ = ["FACT_ROWS", "PERSON_ROWS", "HeldBack", "Taken", "take_facts", "take_people"]
