"""Looking up a declaration with its receipt and a code to the phone on record. A name and an ID number are asked for nowhere."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from yimatong.core.credential import masked
from yimatong.edges.web.resident.session import open_page, show
from yimatong.edges.web.resident.source import source_of
from yimatong.edges.web.resident.views.phone import CodeForm, told
from yimatong.records.refusals import Refused
from yimatong.stations.declarations.actions.receipts import ask_for_receipt_code, open_by_receipt
from yimatong.stations.declarations.tasks import send_soon
from yimatong.stations.judgements.queries import explain

RECEIPT = "me.receipt"


class ReceiptForm(forms.Form):
    """A receipt's number."""

    receipt = forms.CharField(
        label=_("Number of the receipt"),
        max_length=40,
        help_text=_("It was shown when the declaration was made, and sent to the phone."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )


@open_page
@require_http_methods(["GET", "POST"])
def receipt(request: HttpRequest) -> HttpResponse:
    """Ask for the receipt; a code goes to the phone on record, where there is such a receipt. The answer is the same either way."""
    form = ReceiptForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        number = form.cleaned_data["receipt"]
        refusal = ask_for_receipt_code(receipt=number, source=source_of(request), at=timezone.now())
        if refusal is None:
            # Whether there is such a receipt or not: the answer takes the same way.
            send_soon()
            request.session[RECEIPT] = number
            return redirect("me:receipt-code")
        form.add_error("receipt", told(refusal))
    return show(request, "me/receipt.html", {"form": form}, status=422 if form.errors else 200)


@open_page
@require_http_methods(["GET", "POST"])
def receipt_code(request: HttpRequest) -> HttpResponse:
    """Ask for the code; the right one shows where the declaration stands, once."""
    number = request.session.get(RECEIPT)
    if not number:
        return redirect("me:receipt")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        found = open_by_receipt(
            receipt=number, code=form.cleaned_data["code"], source=source_of(request), at=timezone.now()
        )
        if not isinstance(found, Refused):
            del request.session[RECEIPT]
            it = explain(found.person_id) if found.person_id else None
            name = masked(found.person.name) if found.person else ""
            return show(request, "me/receipt_found.html", {"declaration": found, "it": it, "name": name})
        form.add_error("code", told(found))
    return show(request, "me/receipt_code.html", {"form": form}, status=422 if form.errors else 200)
