"""What the number of a paper pass is, and why it is dead, in words."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

STATES: dict[str, tuple[Promise, str]] = {
    "good": (_("valid"), "is-on"),
    "doubled": (_("valid, one of two"), "is-wait"),
    "recalled": (_("dead"), "is-bad"),
    "over": (_("over"), ""),
    "never": (_("never was good"), "is-bad"),
    "blank": (_("blank in stock"), "is-wait"),
    "lost-blank": (_("blank that was lost"), "is-bad"),
    "dead-blank": (_("blank that is used up, spoiled or void"), "is-bad"),
    "leased": (_("given to a desk that has not come back"), "is-wait"),
    "unknown": (_("never issued"), "is-bad"),
}
WHAT: dict[str, Promise] = {
    "good": _(
        "It is good together with the document. Whoever found it hands it in; its holder may collect it at the point."
    ),
    "doubled": _("It is good until its holder was told that an earlier pass counts."),
    "recalled": _("It opens no gate. Take it back and close the collection task."),
    "over": _("Its days are over. Its holder gets a new one with the document."),
    "never": _("It was handed out without a network to somebody who is not green. Take it back."),
    "blank": _("It was printed as a blank and should lie in stock. Nobody has a pass by it."),
    "lost-blank": _("The point has reported this blank lost. Keep it, and tell the control office."),
    "dead-blank": _("This blank has left the stock and is no pass. Keep it, and tell the control office."),
    "leased": _("An offline desk may have issued it today. The desk's batch tells."),
    "unknown": _("No desk has issued it. Keep it, and tell the control office: it may be forged."),
}
CAUSES: dict[str, Promise] = {
    "colour": _("the judgement no longer says green"),
    "unknown": _("no declaration any more"),
    "lost": _("reported lost"),
    "damaged": _("damaged and replaced"),
    "handed": _("handed in"),
    "doubled": _("an earlier pass counts"),
    "fraud": _("found to be got by fraud"),
    "over": _("renewed"),
    "not-green": _("its holder was not green when it was handed out"),
    "not-declared": _("its holder had not declared when it was handed out"),
    "not-judged": _("there was no judgement when it was handed out"),
    "wait-for-judgement": _("its holder had to wait for the judgement when it was handed out"),
}
