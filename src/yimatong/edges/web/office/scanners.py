"""Scanners of a checkpoint: codes to enrol phones, revoking them, and the answer to one that would go on with old lists.

A code and an answer are shown once, in the answer to the form, and stand at no address.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from yimatong.core.errors import YimatongError
from yimatong.edges.printing.symbol import symbol
from yimatong.edges.web.everybody import words
from yimatong.edges.web.office.checkpoint_forms import AnswerForm, OfferForm, RevokeForm
from yimatong.edges.web.office.checkpoint_tables import checkpoint_title
from yimatong.edges.web.office.checkpoints import found_or_404, page_of
from yimatong.edges.web.official import access
from yimatong.edges.web.official.forms import put_into
from yimatong.edges.web.official.frame import show
from yimatong.records import clock
from yimatong.stations.checkpoints.actions import enrolling


@access.page(access.RUN_CHECKPOINTS)
@require_POST
def offer(request: HttpRequest, number: int) -> HttpResponse:
    """Make codes and show them, once, to be printed or scanned from the screen."""
    found, form = found_or_404(request, number), OfferForm(request.POST)
    if not form.is_valid():
        return page_of(request, found, 422, offer_form=form)
    given = form.cleaned_data
    made = enrolling.offer_enrolments(
        by=access.official(request),
        checkpoint=number,
        count=given["count"],
        training=given["training"],
        at=timezone.now(),
    )
    scan = request.build_absolute_uri("/scan/")
    context = {
        "it": found,
        "title": checkpoint_title(found),
        "training": given["training"],
        "codes": [
            {
                "id": one.id,
                "svg": mark_safe(symbol(f"{scan}#enrol={one.secret}").svg),  # noqa: S308 -- drawn here, of our own text
                "signs": " ".join(one.secret[at : at + 4] for at in range(0, len(one.secret), 4)),
                "until": words.until(one.until),
            }
            for one in made
        ],
    }
    response = show(request, "web/checkpoint_codes.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response


@access.page(access.RUN_CHECKPOINTS)
@require_POST
def revoke(request: HttpRequest, number: int) -> HttpResponse:
    """Revoke the chosen scanners and codes, with a reason."""
    found = found_or_404(request, number)
    form = RevokeForm(request.POST, checkpoint=found)
    chosen = form.is_valid() and (form.cleaned_data["devices"] or form.cleaned_data["offers"])
    if not chosen:
        mistake = _("Choose at least one scanner or code, and say why.")
        return page_of(request, found, 422, revoke_mistake=mistake)
    enrolling.revoke(
        by=access.official(request),
        devices=[one.pk for one in form.cleaned_data["devices"]],
        offers=[one.pk for one in form.cleaned_data["offers"]],
        why=form.cleaned_data["why"],
        at=timezone.now(),
    )
    return redirect(f"{reverse('web:checkpoint', args=[number])}?done=revoked")


@access.page(access.RUN_CHECKPOINTS)
@require_POST
def answer(request: HttpRequest, number: int) -> HttpResponse:
    """Show the eight digits that let a scanner go on with old lists; who gave them and why is in the audit."""
    found = found_or_404(request, number)
    form = AnswerForm(request.POST, checkpoint=found)
    if not form.is_valid():
        return page_of(request, found, 422, answer_form=form)
    given = form.cleaned_data
    try:
        digits = enrolling.answer_challenge(
            by=access.official(request),
            device=given["device"].pk,
            challenge=given["challenge"],
            why=given["why"],
            now=clock.now(),
        )
    except YimatongError as mistake:
        put_into(form, mistake)
        return page_of(request, found, 422, answer_form=form)
    return page_of(request, found, answer=f"{digits[:4]} {digits[4:]}", answered=given["device"].name)
