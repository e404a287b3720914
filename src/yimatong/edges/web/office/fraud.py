"""Cases of fraud around paper passes (A6): opened with their grounds, heard, settled by another official, handed over.

The list names nobody. Grounds and answers lie sealed; they are opened for a reason, in one answer, and the look is recorded.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yimatong.core.errors import YimatongError
from yimatong.edges.web.everybody.titles import HOW_ANSWERED
from yimatong.edges.web.official import access, counted, frame
from yimatong.edges.web.official.excel import exported
from yimatong.edges.web.official.forms import put_into
from yimatong.edges.web.official.frame import show
from yimatong.edges.web.official.reasons import WhyForm
from yimatong.edges.web.official.tables import Column, ListRows, Table
from yimatong.records import clock, identity
from yimatong.records.models import Official
from yimatong.stations.issuing import queries
from yimatong.stations.issuing.actions import fraud as actions
from yimatong.stations.issuing.models import FraudCase

WHERE = "fraud"
SAYS: dict[str, Promise] = {
    "false_identity": _("somebody else's identity"),
    "false_statement": _("false declaration"),
    "forged": _("forged or altered pass"),
    "lent": _("lent or sold pass"),
}
STATES: dict[str, Promise] = {
    "open": _("waits for the hearing"),
    "heard": _("heard"),
    "settled": _("settled"),
}
TONES = {"open": "is-wait", "heard": "is-wait", "settled": "is-on"}
FINDINGS: dict[str, Promise] = {"fraud": _("it was fraud"), "unfounded": _("unfounded")}
DONE: dict[str, Promise] = {
    "opened": _("The case is open. The pass stays as it is until somebody has heard its holder."),
    "heard": _("What they say is recorded."),
    "settled": _("The case is settled."),
}


class OpenForm(forms.Form):
    """What is thought, and on what grounds."""

    template_name = "web/parts/form.html"
    number = forms.CharField(label=_("Number of the pass, as it stands on it"), max_length=40)
    says = forms.ChoiceField(label=_("What is thought"), choices=[("", _("Choose …")), *SAYS.items()])
    grounds = forms.CharField(
        label=_("On what grounds"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What was seen, where and when. Kept sealed; the holder reads exactly this, so name no witness."),
    )


class HearForm(forms.Form):
    """What the holder says to it."""

    template_name = "web/parts/form.html"
    words = forms.CharField(
        label=_("What they say, in their own words"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Read it back to them. It is kept sealed; what they said before stays."),
    )


class SettleForm(forms.Form):
    """What was found."""

    template_name = "web/parts/form.html"
    finding = forms.ChoiceField(label=_("What was found"), choices=list(FINDINGS.items()), widget=forms.RadioSelect)
    why = forms.CharField(
        label=_("Why"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Without names or ID numbers."),
    )
    handed_to = forms.CharField(
        label=_("Handed over to (for fraud)"), max_length=80, required=False, help_text=_("Such as: 海曙公安分局.")
    )

    def clean(self) -> dict[str, Any]:
        """Fraud is handed to somebody."""
        given = super().clean() or {}
        if given.get("finding") == "fraud" and not given.get("handed_to", "").strip():
            self.add_error("handed_to", _("Say which department it is handed to."))
        return given


@access.page(access.SEE_FRAUD)
@require_GET
def cases(request: HttpRequest) -> HttpResponse:
    """Show the cases of one's points or jurisdiction, the newest first."""
    by = access.official(request)
    found = tuple(case for case in cases_of(by) if may_see(by, case))
    table = case_table(request, found)
    context = {"table": table, "may_open": by.role in access.JUDGE_FRAUD}
    return exported(table) or show(request, "web/fraud.html", context)


@access.page(access.JUDGE_FRAUD)
@require_http_methods(["GET", "POST"])
def open_one(request: HttpRequest) -> HttpResponse:
    """Open a case; the pass stays as it is."""
    form = OpenForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.open_case(by=access.official(request), now=clock.now(), **form.cleaned_data)
        except YimatongError as mistake:
            put_into(form, mistake)
        else:
            return done(made.pk, "opened")
    return show(request, "web/fraud_open.html", {"form": form}, status=422 if request.method == "POST" else 200)


@access.page(access.SEE_FRAUD)
@require_GET
def case(request: HttpRequest, number: int) -> HttpResponse:
    """Show one case."""
    return page_of(request, case_or_404(request, number))


@access.page(access.DESK)
@require_POST
def hear(request: HttpRequest, number: int) -> HttpResponse:
    """Write down what the holder says to it."""
    found, form = case_or_404(request, number), HearForm(request.POST)
    if form.is_valid():
        try:
            actions.hear(by=access.official(request), case=number, now=clock.now(), **form.cleaned_data)
        except YimatongError as mistake:
            put_into(form, mistake)
        else:
            return done(number, "heard")
    return page_of(request, found, 422, hear_form=form)


@access.page(access.JUDGE_FRAUD)
@require_POST
def settle(request: HttpRequest, number: int) -> HttpResponse:
    """Say what was found."""
    found, form = case_or_404(request, number), SettleForm(request.POST)
    if form.is_valid():
        try:
            actions.settle(by=access.official(request), case=number, now=clock.now(), **form.cleaned_data)
        except YimatongError as mistake:
            put_into(form, mistake)
        else:
            return done(number, "settled")
    return page_of(request, found, 422, settle_form=form)


@access.page(access.SEE_FRAUD)
@require_POST
def papers(request: HttpRequest, number: int) -> HttpResponse:
    """Open grounds and answer, in this answer alone, once the reason is recorded (H5)."""
    found, form = case_or_404(request, number), first_look(request.POST)
    if not form.is_valid():
        return page_of(request, found, 422, look_form=form)
    counted.look(by=access.official(request), person=found.paper.person_id, why=form.reason, where=WHERE)
    answers = [
        (one, HOW_ANSWERED[one.how], identity.unseal(one.words_sealed, "row"))
        for one in found.answers.select_related("by").order_by("at", "pk")
    ]
    opened = {"grounds": identity.unseal(found.grounds_sealed, "row"), "answers": answers, "why": form.reason}
    return frame.kept_nowhere(page_of(request, found, opened=opened))


def page_of(request: HttpRequest, found: FraudCase, status: int = 200, **more: Any) -> HttpResponse:
    """The page of a case."""
    by, now = access.official(request), clock.now()
    is_open = found.state != FraudCase.State.SETTLED
    may_settle = is_open and by.role in access.JUDGE_FRAUD and found.opened_by_id != by.pk
    is_ripe = now > found.answer_by
    said = list(found.answers.values_list("how", flat=True))
    context: dict[str, Any] = {
        "case": found,
        "says": SAYS[found.says],
        "state": STATES[found.state],
        "tone": TONES[found.state],
        "finding": FINDINGS.get(found.finding),
        "heard": bool(said),
        "online": said.count("online"),
        "at_desk": said.count("desk"),
        "hear_form": HearForm() if is_open and by.role in access.DESK else None,
        "over": is_ripe,
        "settle_form": SettleForm() if may_settle and is_ripe else None,
        "waits": may_settle and not is_ripe,
        "own": is_open and found.opened_by_id == by.pk,
        "look_form": first_look() if "opened" not in more else None,
        "done": DONE.get(request.GET.get("done", "")),
        **more,
    }
    return show(request, "web/fraud_case.html", context, status=status)


def first_look(given: Any = None) -> WhyForm:
    """The form of a reason, on the only ground there is here."""
    form = WhyForm(given, initial={"ground": "fraud"})
    ground = form.fields["ground"]
    assert isinstance(ground, forms.ChoiceField)
    ground.choices = [("fraud", _("Case of fraud"))]
    return form


def cases_of(by: Official) -> Any:
    """The cases of an official's points, the newest first."""
    found = FraudCase.objects.select_related("paper", "paper__point", "opened_by", "settled_by").order_by("-pk")
    found = found.annotate(said=Count("answers"))
    return found.filter(paper__point__in=queries.points_of(by)) if by.role == Official.Role.CLERK else found


def may_see(by: Official, found: FraudCase) -> bool:
    """Whether the case lies in the official's jurisdiction."""
    return by.role == Official.Role.CLERK or access.may_see(by, found.paper.point.division)


def case_or_404(request: HttpRequest, number: int) -> FraudCase:
    """A case of one's points or jurisdiction."""
    by = access.official(request)
    found: FraudCase = get_object_or_404(cases_of(by), pk=number)
    if not may_see(by, found):
        raise PermissionDenied
    return found


def done(number: int, what: str) -> HttpResponse:
    """Lead to the case's page, which says what was done."""
    return redirect(f"{reverse('web:fraud-case', args=[number])}?done={what}")


def case_table(request: HttpRequest, found: tuple[FraudCase, ...]) -> Table:
    """The cases; nobody is named."""
    columns: tuple[Column, ...] = (
        Column(
            "case", _("Case"), lambda one: one.pk, "number", link=lambda one: reverse("web:fraud-case", args=[one.pk])
        ),
        Column(
            "state",
            _("Standing"),
            lambda one: str(STATES[one.state]),
            "badge",
            tone=lambda one: TONES[one.state],
            choices=lambda one: one.state,
        ),
        Column("says", _("What is thought"), lambda one: str(SAYS[one.says]), choices=lambda one: one.says),
        Column("number", _("Pass"), lambda one: one.paper.number, "code"),
        Column(
            "point", _("Issuing point"), lambda one: one.paper.point.title, choices=lambda one: str(one.paper.point_id)
        ),
        Column("opened", _("Opened"), lambda one: one.opened_at, "instant"),
        Column("answer_by", _("May answer until"), lambda one: one.answer_by, "instant"),
        Column("answers", _("Answers"), lambda one: one.said, "number"),
        Column(
            "finding",
            _("Finding"),
            lambda one: str(FINDINGS[one.finding]) if one.finding else None,
            choices=lambda one: one.finding,
        ),
        Column("handed_to", _("Handed over to"), lambda one: one.handed_to or None),
        Column("settled", _("Settled"), lambda one: one.settled_at, "instant", in_page=False),
    )
    return Table(
        name="cases",
        caption=_("Cases of fraud"),
        columns=columns,
        rows=ListRows(columns, found),
        request=request,
        sort="-case",
        empty=_("There is no case."),
    )
