"""Who must be told in person: the list, what is to be said, whom and where for a reason, and how it ended.

The list names nobody, and neither does its file. Name, address and phone are shown once, in the answer to the form that gave the
reason, and at no address. Made for a grid worker's phone: one task a screen, buttons for the thumb.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yimatong.core.errors import YimatongError
from yimatong.core.text import listed
from yimatong.edges.web.everybody.policies import installed_policy
from yimatong.edges.web.everybody.words import in_words
from yimatong.edges.web.office.collecting import home_of
from yimatong.edges.web.official import access, counted, frame
from yimatong.edges.web.official.excel import exported
from yimatong.edges.web.official.forms import put_into
from yimatong.edges.web.official.frame import show
from yimatong.edges.web.official.reasons import WhyForm
from yimatong.edges.web.official.tables import Column, ListRows, Table
from yimatong.records import calendar, clock, identity
from yimatong.records.models import Person
from yimatong.records.queries import division_name
from yimatong.stations.declarations.wording import telling
from yimatong.stations.notifications import queries
from yimatong.stations.notifications.actions import outreach as actions
from yimatong.stations.notifications.actions.routing import reach
from yimatong.stations.notifications.models import Notification, Outreach
from yimatong.stations.notifications.queries import Task
from yimatong.stations.notifications.words import words_of

WHERE = "outreach"
NOBODY = "nobody"
"""What a button sends where nobody was reached: no outcome, the task stays open."""
Why, Outcome, Kind = Outreach.Why, Outreach.Outcome, Notification.Kind
HOW: dict[str, Promise] = {"door": _("at the door"), "call": _("by telephone first")}
WHY: dict[str, Promise] = {
    Why.NOBODY: _("no phone and no account"),
    Why.UNDELIVERED: _("a text did not arrive"),
    Why.CALL: _("a sample is to be tested again"),
}
TO: dict[str, Promise] = {"health": _("health department"), "township": _("township or street")}
STATES: dict[str, Promise] = {
    "late": _("late"),
    "waiting": _("to be told"),
    "tried": _("tried"),
    "closed": _("dealt with"),
}
TONES = {"late": "is-bad", "closed": "is-on"}
OUTCOMES: dict[str, Promise] = {
    Outcome.TOLD: _("told in person"),
    Outcome.PHONED: _("told by telephone"),
    Outcome.RELATIVE: _("a relative who lives there was told"),
    Outcome.GONE: _("no longer in this jurisdiction"),
}
KINDS: dict[str, Promise] = {
    Kind.FIRST_JUDGED: _("first check is done"),
    Kind.COLOUR_CHANGED: _("colour has changed"),
    Kind.END_MOVED: _("end or reason has changed"),
    Kind.ENDING: _("ends soon"),
    Kind.ENDED: _("has ended"),
    Kind.PAPER_RECALLED: _("paper pass is no longer valid"),
    Kind.TEST_COUNTED: _("test was counted"),
    Kind.TEST_POSITIVE: _("sample is to be tested again"),
    Kind.CONTRADICTED: _("question about the declaration"),
    Kind.APPEAL_RECEIVED: _("appeal was received"),
    Kind.APPEAL_ANSWERED: _("appeal was answered"),
    Kind.COMPLAINT_RECEIVED: _("complaint was received"),
    Kind.COMPLAINT_ANSWERED: _("complaint was answered"),
}
BUTTONS: tuple[tuple[str, Promise, Promise], ...] = (
    (Outcome.TOLD, _("Told in person"), _("The person heard it from you, face to face.")),
    (Outcome.PHONED, _("Told by telephone"), _("The person heard it from you on the phone.")),
    (Outcome.RELATIVE, _("Told a relative who lives there"), _("They pass it on to the person.")),
    (NOBODY, _("Nobody reached"), _("The task stays open, with this try noted.")),
    (Outcome.GONE, _("No longer in this jurisdiction"), _("The task goes on where they live now, or with the city's office.")),
)  # fmt: skip
"""What can be pressed: what it sends, what it says, what follows."""
DONE: dict[str, Promise] = {
    "closed": _("It is noted, and the task is closed."),
    "tried": _("The try is noted. The task stays open."),
}


class LookForm(WhyForm):
    """Why name and address are opened: the task, unless something else is written."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ground = self.fields["ground"]
        assert isinstance(ground, forms.ChoiceField)
        ground.choices = [("outreach", _("Telling somebody in person"))]
        ground.initial = "outreach"


class OutcomeForm(forms.Form):
    """Which button was pressed, and the newest notification that stood above it."""

    template_name = "web/parts/form.html"
    outcome = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)
    said = forms.IntegerField(required=False, min_value=0, max_value=2**63 - 1, widget=forms.HiddenInput)


@access.page(access.SEE_OUTREACH)
@require_GET
def tasks(request: HttpRequest) -> HttpResponse:
    """Show the tasks of one's office and jurisdiction: what is due first comes first, then what was closed last."""
    by = access.official(request)
    found = queries.tasks(by=by, now=clock.now())
    table = task_table(request, found)
    waiting, shown = queries.open_for(by=by), sum(one.state != "closed" for one in found)
    context = {
        "table": table,
        "tiles": [(state, title, sum(one.state == state for one in found)) for state, title in STATES.items()],
        "streetless": sum(one.outreach.street is None and one.state != "closed" for one in found),
        "waiting": waiting,
        "cut": waiting > shown,
    }
    return exported(table) or show(request, "web/outreach.html", context)


@access.page(access.SEE_OUTREACH)
@require_http_methods(["GET", "POST"])
def task(request: HttpRequest, number: int) -> HttpResponse:
    """Show one, with what is to be said; note what came of it."""
    by, row = access.official(request), task_or_404(request, number)
    if request.method == "GET":
        return page_of(request, row)
    if by.role not in access.TELL:
        raise PermissionDenied
    form = OutcomeForm(request.POST)
    if form.is_valid():
        outcome, said = form.cleaned_data["outcome"], form.cleaned_data["said"]
        try:
            if outcome == NOBODY:
                actions.attempt(by=by, outreach=number, now=clock.now())
            else:
                actions.close(by=by, outreach=number, outcome=outcome, now=clock.now(), said=said or 0)
        except YimatongError as mistake:
            put_into(form, mistake)
        else:
            done = "tried" if outcome == NOBODY else "closed"
            return redirect(f"{reverse('web:outreach-task', args=[number])}?done={done}")
    return page_of(request, task_or_404(request, number), 422, form=form)


@access.page(access.TELL)
@require_POST
def details(request: HttpRequest, number: int) -> HttpResponse:
    """Show whom to tell and where, in this answer alone, once the reason is recorded (H5)."""
    row, form = task_or_404(request, number), LookForm(request.POST)
    if row.closed_at is not None:
        raise PermissionDenied
    if not form.is_valid():
        return page_of(request, row, 422, look_form=form)
    person = row.person
    counted.look(by=access.official(request), person=person.number, why=form.reason, where=WHERE)
    opened = {"name": person.name, "home": home_of(person), "why": form.reason, **phones_of(person)}
    return frame.kept_nowhere(page_of(request, row, opened=opened))


def page_of(request: HttpRequest, row: Outreach, status: int = 200, **more: Any) -> HttpResponse:
    """The page of a task."""
    by, it = access.official(request), queries.stand(row, clock.now())
    may = by.role in access.TELL and row.closed_at is None
    said = queries.to_be_said(row)
    context: dict[str, Any] = {
        "it": it,
        "row": row,
        "street": street_title(row.street, {}),
        "to": TO[row.to],
        "how": HOW[how_of(row)],
        "calls": row.why == Why.CALL,
        "why_in_person": WHY[row.why],
        "state": STATES[it.state],
        "tone": TONES.get(it.state, "is-wait"),
        "outcome": OUTCOMES.get(row.outcome),
        "attempts": row.attempts.all(),
        "words": spoken(said),
        "newest": said[-1].pk if said else 0,
        "buttons": [button for button in BUTTONS if may_press(row, button[0])] if may else (),
        "look_form": LookForm(initial={"words": gettext("task %(number)s") % {"number": row.pk}}) if may else None,
        "done": DONE.get(request.GET.get("done", "")),
        **more,
    }
    return show(request, "web/outreach_task.html", context, status=status)


def task_or_404(request: HttpRequest, number: int) -> Outreach:
    """A task of one's office and jurisdiction; 404 for every other."""
    found = queries.task(by=access.official(request), outreach=number)
    if found is None:
        raise Http404
    return found


def spoken(said: tuple[Notification, ...]) -> list[dict[str, str]]:
    """What is read out loud: the policy's words of each notification, in the page's language."""
    how, palette = telling(), installed_policy().palette
    words = [words_of(one, how, palette) for one in said]
    return [{"title": in_words(one.title), "say": in_words(one.say)} for one in words]


def phones_of(person: Person) -> dict[str, Any]:
    """The numbers under which somebody is reached, and whether they are of who looks after them; none that is not theirs."""
    reached = reach([person.number])[person.number].phones
    is_own = person.phone_key in reached
    return {
        "phones": [identity.unseal(sealed, "phone") for sealed in reached.values()],
        "is_own": is_own or not reached,
    }


def may_press(row: Outreach, what: str) -> bool:
    """Whether a button is offered: of a positive sample the person alone is told."""
    return row.why != Why.CALL or what != Outcome.RELATIVE


def how_of(row: Outreach) -> str:
    """At the door, or by telephone first."""
    return "call" if row.why == Why.CALL else "door"


def street_title(street: int | None, known: dict[int, str]) -> str:
    """A street with its district; `known` are those that were asked for before."""
    if street is None:
        return gettext("street unknown")
    if street not in known:
        known[street] = division_name(street, calendar.today(), levels=2) or str(street)
    return known[street]


def task_table(request: HttpRequest, found: tuple[Task, ...]) -> Table:
    """The tasks; nobody is named."""
    known: dict[int, str] = {}
    columns: tuple[Column, ...] = (
        Column("task", _("Task"), lambda one: one.outreach.pk, "number", link=address),
        Column("state", _("Standing"), lambda one: str(STATES[one.state]), "badge", tone=tone, choices=lambda one: one.state),
        Column("how", _("How"), lambda one: str(HOW[how_of(one.outreach)]), choices=lambda one: how_of(one.outreach)),
        Column("street", _("Street"), lambda one: street_title(one.outreach.street, known), choices=street_choice),
        Column("kinds", _("Subject"), kinds_in_words, wide=True),
        Column("why", _("Why in person"), lambda one: str(WHY[one.outreach.why]), in_page=False),
        Column("to", _("Answerable office"), lambda one: str(TO[one.outreach.to]), in_page=False),
        Column("opened", _("Listed"), lambda one: one.outreach.opened_at, "instant"),
        Column("due", _("Due"), lambda one: one.outreach.due_at, "instant"),
        Column("tries", _("Tries"), lambda one: one.tries, "number"),
        Column("last_try", _("Last try"), lambda one: one.last_try, "instant"),
        Column("outcome", _("Outcome"), outcome_in_words),
        Column("by", _("Closed by"), lambda one: one.outreach.closed_by.name if one.outreach.closed_by else None),
        Column("closed", _("Dealt with at"), lambda one: one.outreach.closed_at, "instant", in_page=False),
    )  # fmt: skip
    return Table(
        name="outreach",
        caption=_("To be told in person"),
        columns=columns,
        rows=ListRows(columns, found),
        request=request,
        page_size=50,
        highlight=lambda one: one.state == "late",
        empty=_("Nobody waits to be told in person."),
    )


def address(one: Task) -> str:
    """Where a task is shown."""
    return reverse("web:outreach-task", args=[one.outreach.pk])


def tone(one: Task) -> str:
    """How the badge of a state looks."""
    return TONES.get(one.state, "is-wait")


def street_choice(one: Task) -> str:
    """What a street is called in the address of the list."""
    return "unknown" if one.outreach.street is None else str(one.outreach.street)


def kinds_in_words(one: Task) -> str | None:
    """What somebody is to hear; nothing where another task goes on."""
    return in_words(listed(str(KINDS[kind]) for kind in one.kinds)) or None


def outcome_in_words(one: Task) -> str | None:
    """How a task ended; nothing while it is open."""
    return str(OUTCOMES[one.outreach.outcome]) if one.outreach.outcome else None
