"""Where a scanner or an offline desk stands, as officials' pages show it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy as _, ngettext

from yimatong.records import clock
from yimatong.stations.checkpoints.models import Device

IN_TOUCH, SILENT = timedelta(minutes=15), timedelta(hours=12)
"""Within the first a scanner is in touch; after the second without a sync somebody should ask what has become of it."""
CLOCK_WRONG = 60_000
STATES: dict[str, Promise] = {
    "in_touch": _("in touch"),
    "offline": _("offline"),
    "silent": _("silent for long"),
    "never": _("not heard of yet"),
    "revoked": _("revoked"),
}
TONES = {"in_touch": "is-on", "silent": "is-bad", "revoked": "is-bad", "offline": "is-wait", "never": "is-wait"}


def device_state(device: Device) -> str:
    """Where a scanner stands: `in_touch`, `offline`, `silent`, `never`, `revoked`."""
    if device.revoked_at:
        return "revoked"
    if device.seen_at is None:
        return "never"
    age = datetime.now(UTC) - device.seen_at
    return "in_touch" if age <= IN_TOUCH else "offline" if age <= SILENT else "silent"


def at_second(second: int | None) -> datetime | None:
    """Return the instant of a second of city time."""
    return None if second is None else datetime.fromtimestamp(second, UTC)


@dataclass(frozen=True)
class Scanner:
    """A scanner as the page shows it."""

    device: Device

    @property
    def state(self) -> str:
        """Where it stands."""
        return device_state(self.device)

    @property
    def state_title(self) -> str:
        """The same in words."""
        return str(STATES[self.state])

    @property
    def tone(self) -> str:
        """How its badge looks."""
        return TONES[self.state]

    @property
    def seen(self) -> datetime | None:
        """When it was heard of last, in the city's time."""
        return None if self.device.seen_at is None else clock.in_city(self.device.seen_at)

    @property
    def since(self) -> str:
        """How long ago that is, in words."""
        if self.device.seen_at is None:
            return gettext("never")
        minutes = int((datetime.now(UTC) - self.device.seen_at).total_seconds()) // 60
        if minutes < 60:
            return ngettext("%(n)s minute ago", "%(n)s minutes ago", minutes) % {"n": minutes}
        hours = minutes // 60
        if hours < 48:
            return ngettext("%(n)s hour ago", "%(n)s hours ago", hours) % {"n": hours}
        return ngettext("%(n)s day ago", "%(n)s days ago", hours // 24) % {"n": hours // 24}

    @property
    def clock_off(self) -> int:
        """Seconds that its clock is wrong, 0 within a minute."""
        return abs(self.device.offset) // 1000 if abs(self.device.offset) > CLOCK_WRONG else 0

    @property
    def policy_issued(self) -> datetime | None:
        """When the policy file that it holds was issued."""
        issued = self.device.lists.get("policy")
        return at_second(issued) if isinstance(issued, int) and issued > 0 else None
