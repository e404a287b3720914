"""Drafts: saved as somebody goes, sealed, gone once declared."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from yimatong.records import identity
from yimatong.stations.declarations.models import Account, Draft


def save_draft(*, account: Account, answers: Mapping[str, Any], step: str, at: datetime, about: str = "self") -> Draft:
    """Keep what is filled in so far; right or wrong, it is only kept."""
    sealed = identity.seal(json.dumps(dict(answers), ensure_ascii=False), "answers")
    draft, _ = Draft.objects.update_or_create(
        account=account, about=about, defaults={"answers_sealed": sealed, "step": step, "saved_at": at}
    )
    return draft


def drop_draft(*, account: Account, about: str = "self") -> None:
    """Forget a draft."""
    Draft.objects.filter(account=account, about=about).delete()
