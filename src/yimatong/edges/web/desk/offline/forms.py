"""What an offline desk reads aloud and asks, in both languages: the policy's figures, refusals, the declaration's questions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Q

from yimatong.core.text import in_all
from yimatong.edges.web.everybody.policies import installed_policy
from yimatong.records import calendar
from yimatong.records.models import Division
from yimatong.stations.declarations import form as whole
from yimatong.stations.declarations.queries import statement_in_force
from yimatong.stations.issuing.sentences import said_of
from yimatong.stations.issuing.terms import terms

ASKED = (
    "name", "id_type", "id_number", "birth_date", "phone", "home_text", "symptoms", "symptoms_since", "contact_symptomatic",
    "contact_symptomatic_on", "contact_confirmed", "contact_confirmed_on", "in_city", "elsewhere", "itinerary",
)  # fmt: skip
SAID = ("not-green", "not-declared", "out-of-scope", "document-missing", "not-a-child", "has-one-already", "no-numbers")


def words(now: datetime) -> dict[str, Any]:
    """The policy's figures and words for a day on the road."""
    agreed, statement = terms(), statement_in_force(calendar.day(now))
    palette = installed_policy().palette
    return {
        "terms": {
            "valid_days": agreed.valid_days, "child_below": agreed.child_below, "offline_hours": agreed.offline_hours,
            "block": agreed.block,
        },
        "statement": {"version": statement.version, "zh": statement.zh, "en": statement.en},
        "id_types": {key: in_all(text) for key, text in whole.ID_TYPES.items()},
        "symptoms": {key: in_all(text) for key, text in whole.SYMPTOMS.items()},
        "questions": {name: in_all(whole.FIELDS[name].label) for name in ASKED},
        "refusals": {code: said_of(code) for code in SAID},
        "colours": {str(colour): in_all(swatch.word) for colour, swatch in palette.items()},
    }  # fmt: skip


def divisions(now: datetime) -> list[list[Any]]:
    """`[nine digits, full name]` of every county, and of every street of the city."""
    day, city = calendar.day(now), int(settings.YIMATONG_CITY) // 100
    rows = list(
        Division.objects.filter(Q(valid_to=None) | Q(valid_to__gte=day), valid_from__lte=day)
        .exclude(level="village").order_by("code", "valid_from").values_list("code", "name", "level")
    )  # fmt: skip
    names = {code: name for code, name, _ in rows}

    def full(code: int) -> str:
        above = [code // 10**10 * 10**10, code // 10**8 * 10**8, code // 10**6 * 10**6, code]
        return "".join(dict.fromkeys(names[one] for one in above if one in names))

    return [
        [code // 1000, full(code)]
        for code, _, level in dict.fromkeys(rows)
        if level == "county" or (level == "street" and code // 10**8 == city)
    ]
