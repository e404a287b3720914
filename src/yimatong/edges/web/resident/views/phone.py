"""Signing in with a phone in the plain browser: its number, then the code that was sent to it."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from yimatong.edges.web.everybody.accounts import enter
from yimatong.edges.web.everybody.refusals import spoken
from yimatong.edges.web.resident.session import onward, open_page, show
from yimatong.edges.web.resident.source import source_of
from yimatong.edges.web.resident.views.sign_in import NEXT
from yimatong.records.refusals import Refused
from yimatong.stations.declarations.actions.signing_in import ask_for_code, sign_in_by_code
from yimatong.stations.declarations.tasks import send_soon

PHONE = "me.phone"


class PhoneForm(forms.Form):
    """A phone number."""

    phone = forms.CharField(
        label=_("Mobile phone number"),
        max_length=20,
        help_text=_("Numbers from abroad begin with + and the country's code."),
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel", "type": "tel"}),
    )


class CodeForm(forms.Form):
    """The six digits of a message."""

    code = forms.CharField(
        label=_("The six digits of the message"),
        max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )


@open_page
@require_http_methods(["GET", "POST"])
def phone(request: HttpRequest) -> HttpResponse:
    """Ask for the number and send a code to it."""
    form = PhoneForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        number = form.cleaned_data["phone"]
        refusal = ask_for_code(phone=number, source=source_of(request), at=timezone.now())
        if refusal is None:
            send_soon()
            request.session[PHONE] = number
            return redirect("me:code")
        form.add_error("phone", told(refusal))
    return show(request, "me/phone.html", {"form": form}, status=422 if form.errors else 200)


@open_page
@require_http_methods(["GET", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Ask for the code; the right one begins the session."""
    number = request.session.get(PHONE)
    if not number:
        return redirect("me:phone")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        found = sign_in_by_code(
            phone=number, code=form.cleaned_data["code"], source=source_of(request), at=timezone.now()
        )
        if not isinstance(found, Refused):
            asked = str(request.session.get(NEXT, ""))
            enter(request, found)
            return redirect(onward(request, asked))
        form.add_error("code", told(found))
    return show(request, "me/code.html", {"form": form, "tail": number[-4:]}, status=422 if form.errors else 200)


def told(refusal: Refused) -> str:
    """A refusal as the sentence at a field, with its remedy."""
    words = spoken(refusal)
    return f"{words['sentence']} {words['remedy']}"
