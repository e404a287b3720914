"""The words in which actions and situations are told to people, one place for pages, scanners and the office."""

from __future__ import annotations

from yimatong.core.facts import Kind, Level
from yimatong.core.names import FACTS, LEVELS
from yimatong.core.text import Text, message as _, message_in

ACTION_WORDS: dict[str, Text] = {
    "release": message_in("checkpoint", "Release"),
    "apply_now": _("Apply now"),
    "turn_back": _("Turn back"),
    "hand_over": message_in("checkpoint", "Hand over"),
    "show_again": _("Show it again"),
    "ask": message_in("checkpoint", "Ask first"),
}

AUTHORITY_WORDS: dict[str, Text] = {
    "health": _("health department"),
    "township": _("township or street"),
}

FIELD_WORDS: dict[str, Text] = {
    "verdict": _("verdict"),
    "carrier": _("shown"),
    "temperature": _("temperature"),
    "origin": _("coming from"),
    "person": _("person"),
    "zone": _("zone"),
    "permit": _("special permit"),
    "document": _("ID document"),
}

VALUE_WORDS: dict[str, dict[str, Text]] = {
    "verdict": {
        "green": message_in("verdict", "green"),
        "yellow": message_in("verdict", "yellow"),
        "red": message_in("verdict", "red"),
        "recalled": message_in("verdict", "recalled"),
        "doubtful": _("doubtful"),
        "again": _("to be shown again"),
        "expired": _("expired"),
        "other_city": _("another city's"),
        "training": _("training code"),
        "nothing": _("no code and no pass"),
        "stopped": _("lists too old to decide"),
    },
    "carrier": {
        "code": message_in("checkpoint", "e-code"),
        "paper": _("paper pass"),
        "register": _("register look-up"),
        "none": message_in("checkpoint", "nothing"),
    },
    "temperature": {
        "normal": _("normal"),
        "fever": _("fever"),
        "not_taken": message_in("checkpoint", "not taken"),
    },
    "origin": {
        "key_area": LEVELS[Level.KEY],
        "elsewhere": _("elsewhere"),
        "not_asked": _("not asked"),
    },
    "person": {
        "resident": _("resident"),
        "visitor": _("visitor"),
        "not_asked": _("not asked"),
    },
    "zone": {
        "ordinary": _("ordinary"),
        "control": LEVELS[Level.CONTROL_ZONE],
    },
    "permit": {
        "none": _("none"),
        "goods": FACTS[Kind.PERMIT, "goods_driver"],
        "commuter": FACTS[Kind.PERMIT, "commuter"],
    },
    "document": {
        "matched": _("matches"),
        "different": _("somebody else's"),
        "not_shown": _("not shown"),
        "minor_without": _("minor without one"),
        "unattended": _("unattended gate, nobody compares"),
    },
}
"""Every value of every field; tests hold it complete."""
