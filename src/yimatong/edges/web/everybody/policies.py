"""The policies that the pages speak of: the one in force, and the one that judged what everybody sees."""

from __future__ import annotations

from yimatong.core.colour import Colour
from yimatong.core.policy.model import Policy, Swatch, Text
from yimatong.records.policies import shown
from yimatong.stations.judgements import queries


def installed_policy() -> Policy:
    """Return the policy in force, as its last enforcement says."""
    return shown()


def policy_in_force() -> Policy:
    """Return the policy by which the verdicts in force were judged: another than the one in force until everybody is judged by that.

    Before the first run, the one in force.
    """
    return queries.policy_in_force() or installed_policy()


def swatch(colour: Colour | str) -> Swatch:
    """Return how the policy in force shows a colour."""
    return installed_policy().palette[Colour(colour)]


def colour_word(colour: Colour | str) -> Text:
    """Return the word of the policy in force for a colour."""
    return swatch(colour).word
