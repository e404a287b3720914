"""Objections to facts (G2): a list without words, each read by an act that is recorded, settled once by another official.

An objection that is right corrects the fact, and the judgement made anew changes the colour; one that is not is answered with
its reason. What was said and the answer lie sealed; the person reads the answer on their own page or hears it at the desk.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from yimatong.core.errors import YimatongError
from yimatong.edges.web.everybody import objecting
from yimatong.edges.web.everybody.objecting import STATES, TONES
from yimatong.edges.web.official import access, counted, frame
from yimatong.edges.web.official.excel import exported
from yimatong.edges.web.official.forms import put_into
from yimatong.edges.web.official.frame import show
from yimatong.edges.web.official.tables import Column, ListRows, Table
from yimatong.records import clock
from yimatong.stations.appeals import objections as queries, settling
from yimatong.stations.appeals.actions import MOST_ANSWERED
from yimatong.stations.appeals.objections import Standing
from yimatong.stations.judgements.tasks import judge_soon

DONE: dict[str, Promise] = {
    "corrected": _(
        "The fact is corrected. Whom it touches is judged anew within a minute; the person reads your answer."
    ),
    "stands": _("The answer is kept. The person reads it on their page, or hears it at the desk."),
}
FINDINGS = [("corrected", _("It is not so: the fact is corrected")), ("stands", _("It is so: the fact stands"))]


class SettleForm(forms.Form):
    """What was found, which records were wrong, and what the person is told."""

    template_name = "web/parts/form.html"
    finding = forms.ChoiceField(label=_("What was found"), choices=FINDINGS, widget=forms.RadioSelect)
    records = forms.MultipleChoiceField(
        label=_("Which record is wrong (for a corrected fact)"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("The fact was found from these records. What is struck stays readable, and counts no more."),
    )
    words = forms.CharField(
        label=_("Answer, with the reason"),
        max_length=MOST_ANSWERED,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The person reads exactly this. It cannot be changed later."),
    )

    def __init__(self, *args: Any, found: Standing, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        there = queries.behind(found.dispute)
        if found.dispute.fact_id is not None or not there:
            del self.fields["records"]
            return
        records = self.fields["records"]
        assert isinstance(records, forms.MultipleChoiceField)
        records.choices = [(one.name, objecting.behind_in_words(one)) for one in there]


@access.page(access.SEE_OBJECTIONS)
@require_GET
def objections(request: HttpRequest) -> HttpResponse:
    """Show the objections of one's jurisdiction or points, the most urgent first."""
    standing = queries.queue(by=access.official(request), now=clock.now())
    table = objection_table(request, standing)
    counts = {state: sum(one.state == state for one in standing) for state in STATES}
    context = {"table": table, "tiles": [(state, title, counts[state]) for state, title in STATES.items()]}
    return exported(table) or show(request, "web/objections.html", context)


@access.page(access.SEE_OBJECTIONS)
@require_GET
def objection(request: HttpRequest, number: int) -> HttpResponse:
    """Show one, without what was said."""
    return shown(request, standing_or_404(request, number))


@access.page(access.SETTLE_OBJECTIONS)
@require_POST
def words(request: HttpRequest, number: int) -> HttpResponse:
    """Show what was said and the records behind the fact, in this answer alone; the look at the person is recorded (H5)."""
    found = standing_or_404(request, number)
    counted.spend(access.official(request), "look")
    said = settling.read_dispute(by=access.official(request), dispute=number)
    return frame.kept_nowhere(shown(request, found, said=said))


@access.page(access.SETTLE_OBJECTIONS)
@require_POST
def settle(request: HttpRequest, number: int) -> HttpResponse:
    """Say what was found; where the form has a mistake it is shown again with what was said, which is a look again."""
    by, found = access.official(request), standing_or_404(request, number)
    form = SettleForm(request.POST, found=found)
    if form.is_valid():
        try:
            settling.settle_dispute(by=by, dispute=number, now=clock.now(), **form.cleaned_data)
        except YimatongError as mistake:
            put_into(form, mistake)
        else:
            judge_soon()
            return redirect(f"{reverse('web:objection', args=[number])}?done={form.cleaned_data['finding']}")
    counted.spend(by, "look")
    said = settling.read_dispute(by=by, dispute=number)
    return frame.kept_nowhere(shown(request, found, said=said, form=form, status=422))


def shown(
    request: HttpRequest, found: Standing, *, said: str = "", form: SettleForm | None = None, status: int = 200
) -> HttpResponse:
    """Return the page of one objection."""
    by, row = access.official(request), found.dispute
    is_open = found.outcome is None
    may = by.role in access.SETTLE_OBJECTIONS
    context: dict[str, Any] = {
        "it": found,
        "row": row,
        "fact": objecting.fact_in_words(row),
        "rule": objecting.rule_in_words(row),
        "source": objecting.source_in_words(row),
        "made_at": objecting.made_at(row),
        "state": STATES[found.state],
        "tone": TONES[found.state],
        "delivery": row.fact.delivery_id if row.fact and by.role in access.SEE_DELIVERIES else None,
        "own": may and is_open and row.official_id == by.pk,
        "may_read": may and not said,
        "said": said,
        "span": objecting.behind_in_words(there[0]) if said and row.fact_id and (there := queries.behind(row)) else "",
        "gone": bool(said) and is_open and queries.is_gone(row),
        "form": (form or SettleForm(found=found)) if said and is_open and row.official_id != by.pk else None,
        "answer": found.answer if by.role in access.HEAR_ANSWERS else "",
        "done": DONE.get(request.GET.get("done", "")),
    }
    return show(request, "web/objection.html", context, status=status)


def standing_or_404(request: HttpRequest, number: int) -> Standing:
    """Return the objection as it stands, 404 outside the jurisdiction."""
    try:
        return queries.stand(queries.of_the_jurisdiction(access.official(request), number), clock.now())
    except YimatongError as none:
        raise Http404 from none


def objection_table(request: HttpRequest, standing: tuple[Standing, ...]) -> Table:
    """The objections; nobody is named, and what was said stands in no list."""
    columns: tuple[Column, ...] = (
        Column("number", _("Objection"), lambda one: one.dispute.pk, "number", link=address),
        Column(
            "state", _("Standing"), lambda one: str(STATES[one.state]), "badge", tone=lambda one: TONES[one.state],
            choices=lambda one: one.state,
        ),
        Column(
            "fact", _("Disputed fact"), lambda one: objecting.fact_in_words(one.dispute), wide=True,
            choices=lambda one: objecting.fact_key(one.dispute),
        ),
        Column("source", _("Told by"), lambda one: objecting.source_in_words(one.dispute), wide=True),
        Column(
            "made", _("Objected at"), lambda one: objecting.made_at(one.dispute),
            choices=lambda one: str(one.dispute.point_id or "page"),
        ),
        Column("at", _("Objected"), lambda one: one.dispute.at, "instant"),
        Column("due", _("To be settled by"), lambda one: one.due, "instant"),
        Column("settled", _("Settled"), lambda one: one.outcome.at if one.outcome else None, "instant"),
        Column("by", _("Settled by"), lambda one: one.outcome.by.name if one.outcome else None),
        Column("rule", _("Rule"), lambda one: objecting.rule_in_words(one.dispute), in_page=False),
    )  # fmt: skip
    return Table(
        name="objections",
        caption=_("Objections"),
        columns=columns,
        rows=ListRows(columns, standing),
        request=request,
        page_size=50,
        highlight=lambda one: one.state == "late",
        empty=_("Nobody has objected to a fact."),
    )


def address(one: Standing) -> str:
    """Return where an objection is shown."""
    return reverse("web:objection", args=[one.dispute.pk])
