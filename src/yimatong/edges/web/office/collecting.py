"""Passes that are taken back: the tasks with their deadlines and who is answerable now; whom to visit, for a reason; the outcome.

The list names nobody. Name, phone and address are shown once, in the answer to the form that gave the reason.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yimatong.core.errors import YimatongError
from yimatong.edges.web.everybody.divisions import division_in_words, home_in_words
from yimatong.edges.web.official import access, counted, frame
from yimatong.edges.web.official.excel import exported
from yimatong.edges.web.official.forms import put_into
from yimatong.edges.web.official.frame import show
from yimatong.edges.web.official.passes_in_words import CAUSES
from yimatong.edges.web.official.reasons import WhyForm
from yimatong.edges.web.official.tables import Column, ListRows, Table
from yimatong.records import clock, identity
from yimatong.records.models import Home, Official, Person, Place
from yimatong.stations.declarations.queries import answers_of, declaration_of
from yimatong.stations.issuing import queries
from yimatong.stations.issuing.actions import collecting as actions
from yimatong.stations.issuing.actions.collecting import OUTCOMES
from yimatong.stations.issuing.models import CollectionTask
from yimatong.stations.issuing.queries import TaskShown
from yimatong.stations.issuing.terms import terms

WHERE = "collection"
KINDS: dict[str, Promise] = {"recalled": _("dead: fetch it"), "doubled": _("second pass: tell the holder")}
ANSWERABLE: dict[str, Promise] = {
    "point": _("issuing point"),
    "township": _("township or street"),
    "district": _("district"),
    "city": _("city"),
}
OUTCOME: dict[str, Promise] = {
    "collected": _("collected"),
    "not_found": _("holder not found"),
    "declared_lost": _("holder says it is lost"),
    "told": _("holder was told"),
    "kept": _("it counts after all"),
}
STATES: dict[str, Promise] = {"late": _("late"), "open": _("open"), "closed": _("closed")}
TONES = {"late": "is-bad", "open": "is-wait", "closed": "is-on"}


class LookForm(WhyForm):
    """Why name and address are opened: the task, unless something else is written."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ground = self.fields["ground"]
        assert isinstance(ground, forms.ChoiceField)
        ground.choices = [("collection", _("Fetching a pass"))]
        ground.initial = "collection"


class CloseForm(forms.Form):
    """How it ended."""

    template_name = "web/parts/form.html"
    outcome = forms.ChoiceField(label=_("How it ended"), widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("Note (may be left out)"),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Without names, such as: visited twice, the door stayed closed."),
    )

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        outcome = self.fields["outcome"]
        assert isinstance(outcome, forms.ChoiceField)
        outcome.choices = [(key.value, OUTCOME[key]) for key in OUTCOMES[CollectionTask.Kind(kind)]]


@access.page(access.SEE_COLLECTIONS)
@require_GET
def collections(request: HttpRequest) -> HttpResponse:
    """Show the tasks of one's points or jurisdiction, those that are due first come first."""
    by, now = access.official(request), clock.now()
    with_closed = request.GET.get("closed") == "yes"
    found = tuple(
        one for one in queries.tasks(by, now, with_closed=with_closed)
        if by.role == Official.Role.CLERK or access.may_see(by, one.task.point.division)
    )  # fmt: skip
    table = task_table(request, found)
    waiting = [one for one in found if one.task.closed_at is None]
    steps = [step.to for step in terms().collection]
    tiles: list[tuple[str, Promise, int]] = [
        ("open", _("Open"), len(waiting)),
        ("late", _("Late"), sum(one.late for one in waiting)),
    ]
    tiles += [(to, ANSWERABLE[to], sum(one.answerable == to for one in waiting)) for to in steps]
    context = {"table": table, "tiles": tiles, "with_closed": with_closed}
    return exported(table) or show(request, "web/collections.html", context)


@access.page(access.SEE_COLLECTIONS)
@require_http_methods(["GET", "POST"])
def collection(request: HttpRequest, number: int) -> HttpResponse:
    """Show one task; close it with its outcome."""
    by, found = access.official(request), task_or_404(request, number)
    if request.method == "GET":
        return page_of(request, found)
    if by.role not in access.DESK:
        raise PermissionDenied
    form = CloseForm(request.POST, kind=found.task.kind)
    if form.is_valid():
        try:
            actions.close_task(by=by, task=number, now=clock.now(), **form.cleaned_data)
        except YimatongError as mistake:
            put_into(form, mistake)
        else:
            return redirect(f"{reverse('web:collection', args=[number])}?done=closed")
    return page_of(request, found, 422, close_form=form)


@access.page(access.DESK)
@require_POST
def holder(request: HttpRequest, number: int) -> HttpResponse:
    """Show whom to visit and where, in this answer alone, once the reason is recorded (H5)."""
    found, form = task_or_404(request, number), LookForm(request.POST)
    if not form.is_valid():
        return page_of(request, found, 422, look_form=form)
    person = found.task.paper.person
    counted.look(by=access.official(request), person=person.number, why=form.reason, where=WHERE)
    phone = identity.unseal(person.phone_sealed, "phone", person.number) if person.phone_sealed is not None else ""
    opened = {"name": person.name, "phone": phone, "home": home_of(person), "why": form.reason}
    return frame.kept_nowhere(page_of(request, found, opened=opened))


def page_of(request: HttpRequest, found: TaskShown, status: int = 200, **more: Any) -> HttpResponse:
    """The page of a task."""
    task, is_open = found.task, found.task.closed_at is None
    may = access.official(request).role in access.DESK and is_open
    context: dict[str, Any] = {
        "it": found,
        "task": task,
        "state": STATES[state_of(found)],
        "tone": TONES[state_of(found)],
        "kind": KINDS[task.kind],
        "cause": CAUSES.get(task.cause, CAUSES.get(task.paper.never, "")),
        "answerable": ANSWERABLE[found.answerable],
        "outcome": OUTCOME.get(task.outcome),
        "close_form": CloseForm(kind=task.kind) if may else None,
        "look_form": LookForm(initial={"words": f"task {task.pk}"}) if may and "opened" not in more else None,
        "done": request.GET.get("done") == "closed",
        **more,
    }
    return show(request, "web/collection.html", context, status=status)


def task_or_404(request: HttpRequest, number: int) -> TaskShown:
    """A task of one's points or jurisdiction as it stands now."""
    by = access.official(request)
    found = next((one for one in queries.tasks(by, clock.now(), with_closed=True, task=number)), None)
    if found is None:
        raise Http404
    if by.role != Official.Role.CLERK and not access.may_see(by, found.task.point.division):
        raise PermissionDenied
    return found


def home_of(person: Person) -> str:
    """Where somebody lives, in words down to the stairwell: as recorded, else as they declared it."""
    lived = Home.objects.filter(person=person, end=None, struck_at=None).select_related("stairwell__building")
    home = lived.order_by("-start").first()
    if home is not None:
        building = home.stairwell.building
        compound = Place.objects.filter(pk=building.parent_id or 0).first()
        names = [division_in_words(building.division), compound.name if compound else "", building.name]
        return " ".join(filter(None, [*names, home.stairwell.name]))
    last = declaration_of(person.number)
    return (home_in_words(answers_of(last)) if last is not None else "") or division_in_words(person.division)


def state_of(one: TaskShown) -> str:
    """Where a task stands."""
    return "closed" if one.task.closed_at is not None else "late" if one.late else "open"


def task_table(request: HttpRequest, found: tuple[TaskShown, ...]) -> Table:
    """The tasks; nobody is named."""
    columns: tuple[Column, ...] = (
        Column(
            "task",
            _("Task"),
            lambda one: one.task.pk,
            "number",
            link=lambda one: reverse("web:collection", args=[one.task.pk]),
        ),
        Column(
            "state",
            _("Standing"),
            lambda one: str(STATES[state_of(one)]),
            "badge",
            tone=lambda one: TONES[state_of(one)],
            choices=state_of,
        ),
        Column("number", _("Pass"), lambda one: one.task.paper.number, "code"),
        Column(
            "kind", _("What is to be done"), lambda one: str(KINDS[one.task.kind]), choices=lambda one: one.task.kind
        ),
        Column(
            "cause",
            _("Why"),
            lambda one: str(CAUSES.get(one.task.cause, CAUSES.get(one.task.paper.never, ""))) or None,
            wide=True,
        ),
        Column(
            "point", _("Issuing point"), lambda one: one.task.point.title, choices=lambda one: str(one.task.point_id)
        ),
        Column(
            "answerable",
            _("Answerable now"),
            lambda one: str(ANSWERABLE[one.answerable]) if one.task.closed_at is None else None,
            choices=lambda one: one.answerable,
        ),
        Column("opened", _("Opened"), lambda one: one.task.opened_at, "instant"),
        Column("due", _("Due"), lambda one: one.task.due_at, "instant"),
        Column("outcome", _("Outcome"), lambda one: str(OUTCOME[one.task.outcome]) if one.task.outcome else None),
        Column("closed", _("Closed"), lambda one: one.task.closed_at, "instant", in_page=False),
        Column("note", _("Note"), lambda one: one.task.note or None, in_page=False),
    )
    return Table(
        name="tasks",
        caption=_("Passes taken back"),
        columns=columns,
        rows=ListRows(columns, found),
        request=request,
        sort="due",
        page_size=50,
        highlight=lambda one: state_of(one) == "late",
        empty=_("No pass is to be fetched."),
    )
