"""The policies that the pages speak of: the one in force, and how the installed one shows colours."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from django.conf import settings

from yimatong.core.colour import Colour
from yimatong.core.policy.load import load
from yimatong.core.policy.model import Policy, Swatch, Text
from yimatong.stations.judgements import queries

_load = cache(load)


def installed_policy() -> Policy:
    """Return the policy named by the settings, loaded once a process; PolicyError where its files cannot be used."""
    return _load(Path(settings.YIMATONG_POLICIES) / settings.YIMATONG_POLICY)


def policy_in_force() -> Policy:
    """Return the policy by which the verdicts in force were judged; before the first run the installed one."""
    return queries.policy_in_force() or installed_policy()


def swatch(colour: Colour | str) -> Swatch:
    """Return how the installed policy shows a colour."""
    return installed_policy().palette[Colour(colour)]


def colour_word(colour: Colour | str) -> Text:
    """Return the installed policy's word for a colour."""
    return swatch(colour).word
