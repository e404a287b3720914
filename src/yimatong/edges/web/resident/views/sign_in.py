"""Signing in: OpenID Connect, a signed assertion, or a phone's one-time code; and out again.

A channel that is stopped, silent or full is refused with its own sentence, and the others go on.
"""

from __future__ import annotations

import secrets
from typing import Any

import structlog
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yimatong.edges.web.everybody.accounts import enter, leave
from yimatong.edges.web.everybody.refusals import spoken
from yimatong.edges.web.resident import asking, assertions, oidc, sign_in_cookie
from yimatong.edges.web.resident.asking import Silent
from yimatong.edges.web.resident.session import onward, open_page, show
from yimatong.edges.web.resident.sign_in_cookie import UnderWay
from yimatong.edges.web.resident.tokens import Unverified
from yimatong.records.refusals import Refused
from yimatong.stations.declarations import queries
from yimatong.stations.declarations.actions import channels as keys, handing_over
from yimatong.stations.declarations.actions.signing_in import Claims, sign_in
from yimatong.stations.declarations.errors import DeclarationError, refused
from yimatong.stations.declarations.models import Account, Channel

NEXT = "me.next"
log = structlog.get_logger(__name__)


@open_page
@require_GET
def channels(request: HttpRequest) -> HttpResponse:
    """Show the ways to sign in that are open now."""
    request.session[NEXT] = onward(request, request.GET.get("next", ""))
    # The apps first, which know their user; a code by message is for those who have none of them.
    ways = sorted(queries.channels_open(), key=lambda channel: channel.kind == Channel.Kind.BROWSER)
    return show(request, "me/sign_in.html", {"channels": ways})


@open_page
@require_GET
def begin(request: HttpRequest, slug: str) -> HttpResponse:
    """Lead to the channel, and keep in a cookie of this sign-in what must come back."""
    channel = channel_of(slug)
    if not channel.enabled:
        return no(request, channel, refused("channel-stopped"))
    if channel.kind == Channel.Kind.BROWSER:
        return redirect("me:phone")
    nonce = handing_over.begin(channel=channel, at=timezone.now())
    under_way = UnderWay(slug, nonce, secrets.token_urlsafe(24), oidc.verifier(), str(request.session.get(NEXT, "")))
    if channel.kind == Channel.Kind.ASSERTION:
        if not asking.is_safe(channel.discovery):
            return no(request, channel, refused("channel-silent"), "no-entrance")
        return sign_in_cookie.keep(
            redirect(assertions.entrance(channel, returns_to=return_address(request, slug), nonce=nonce)), under_way
        )
    try:
        address = oidc.authorization(
            channel,
            returns_to=return_address(request, slug),
            nonce=nonce,
            state=under_way.state,
            proof=under_way.verifier,
        )
    except Silent as problem:
        return no(request, channel, refused("channel-silent"), str(problem))
    return sign_in_cookie.keep(redirect(address), under_way)


@csrf_exempt
@open_page
@require_http_methods(["GET", "POST"])
def returned(request: HttpRequest, slug: str) -> HttpResponse:
    """Take what a channel hands over: a code with its state (GET), or a signed assertion (POST).

    The POST comes from the channel's site, so it has no cookie and no CSRF token of ours: what stands in for them is the
    nonce inside the assertion, which is ours, good once, and opens a session only in the browser that has its cookie.
    """
    channel = channel_of(slug)
    if channel.kind == Channel.Kind.BROWSER:
        raise Http404
    if not channel.enabled:
        return no(request, channel, refused("channel-stopped"))
    try:
        return asserted(request, channel) if request.method == "POST" else redeemed(request, channel)
    except DeclarationError as mistake:
        return no(request, channel, mistake)
    except Unverified as problem:
        return no(request, channel, refused("hand-over-wrong", detail=problem.why), problem.why)
    except Silent as problem:
        return no(request, channel, refused("channel-silent"), str(problem))


def redeemed(request: HttpRequest, channel: Channel) -> HttpResponse:
    """OpenID Connect's return, or the second half of an assertion's: in the browser that began, and in no other."""
    under_way = sign_in_cookie.read(request)
    if under_way is None or under_way.channel != channel.slug:
        return no(request, channel, refused("hand-over-elsewhere"))
    if channel.kind == Channel.Kind.ASSERTION:
        collected = handing_over.collect(nonce=under_way.nonce, at=timezone.now())
        return (
            entered(request, collected, under_way)
            if collected
            else no(request, channel, refused("hand-over-elsewhere"))
        )
    query = request.GET
    if not secrets.compare_digest(query.get("state", ""), under_way.state):
        return no(request, channel, refused("hand-over-elsewhere"))
    if query.get("error") or not query.get("code"):
        return no(request, channel, refused("hand-over-cancelled"))
    if query.get("iss", channel.issuer) != channel.issuer:
        raise Unverified("iss")
    claims = oidc.redeemed(
        channel,
        keys.secret_of(channel),
        code=query["code"],
        returns_to=return_address(request, channel.slug),
        nonce=under_way.nonce,
        proof=under_way.verifier,
    )
    account = admitted(channel, claims)
    return entered(request, account, under_way) if isinstance(account, Account) else no(request, channel, account)


def asserted(request: HttpRequest, channel: Channel) -> HttpResponse:
    """An assertion's first half: believe it, count it once, and lead the browser on to where its cookie is sent."""
    if channel.kind != Channel.Kind.ASSERTION:
        raise Http404
    claims = assertions.claims_of(channel, request.POST.get("assertion", ""))
    account = admitted(channel, claims)
    if not isinstance(account, Account):
        return no(request, channel, account)
    handing_over.name(nonce=claims["nonce"], account=account)
    return show(request, "me/returned.html", {"address": reverse("me:return", args=[channel.slug])})


def admitted(channel: Channel, claims: dict[str, Any]) -> Account | Refused:
    """The account that verified claims are about; each nonce and each assertion counts once."""
    at = timezone.now()
    jti = str(claims["jti"]) if channel.kind == Channel.Kind.ASSERTION else ""
    refusal = handing_over.take(channel=channel, nonce=claims["nonce"], jti=jti, at=at)
    return refusal or sign_in(channel=channel.slug, subject=claims["sub"], claims=said(claims), at=at)


def said(claims: dict[str, Any]) -> Claims:
    """What the channel says of its user, in our words; a phone counts only where the channel has verified it."""

    def word(name: str) -> str:
        return str(claims.get(name) or "")

    phone = word("phone_number") if claims.get("phone_number_verified") is True else ""
    return Claims(name=word("name"), id_type=word("id_type"), id_number=word("id_number"), phone=phone)


def entered(request: HttpRequest, account: Account, under_way: UnderWay) -> HttpResponse:
    """Begin the session, and lead on from a page of our own (sign_in_cookie.py says why)."""
    enter(request, account)
    return sign_in_cookie.forget(show(request, "me/returned.html", {"address": onward(request, under_way.then)}))


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    leave(request)
    return redirect("me:welcome")


def channel_of(slug: str) -> Channel:
    """The channel of an address; 404 where there is none."""
    found = Channel.objects.filter(slug=slug).first()
    if found is None:
        raise Http404
    return found


def return_address(request: HttpRequest, slug: str) -> str:
    """The one address that is registered with the channel as ours."""
    return request.build_absolute_uri(reverse("me:return", args=[slug]))


def no(request: HttpRequest, channel: Channel, refusal: Refused | DeclarationError, detail: str = "") -> HttpResponse:
    """Say why somebody was not signed in, and name the other ways."""
    log.info("sign_in.refused", channel=channel.slug, code=refusal.code, detail=detail)
    others = [other for other in queries.channels_open() if other.slug != channel.slug]
    shown = {"refusal": spoken(refusal), "channel": channel, "channels": others}
    return show(request, "me/refused.html", shown, status=403)
