"""Registering channels, stopping one, and giving it new keys."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from yimatong.records import identity
from yimatong.records.actions import audit
from yimatong.records.models import Official
from yimatong.stations.declarations.actions import gateways
from yimatong.stations.declarations.errors import mistake
from yimatong.stations.declarations.models import Channel

Role = Official.Role
MAY = (Role.CONTROL_OFFICE, Role.MACHINE)
NEEDED = {"oidc": ("issuer", "client_id", "secret"), "assertion": ("issuer", "jwks"), "browser": ()}
PRIVATE = frozenset({"d", "p", "q", "dp", "dq", "qi", "k"})


@transaction.atomic
def register(
    *,
    by: Official,
    slug: str,
    kind: str,
    title_zh: str,
    title_en: str,
    issuer: str = "",
    client_id: str = "",
    secret: str | None = None,
    jwks: dict[str, Any] | None = None,
    discovery: str = "",
    messages_url: str = "",
    messages_secret: str | None = None,
    verifies_identity: bool = False,
    quota: int = 6_000,
    notes: str = "",
) -> Channel:
    """Register a channel; `channel-known`, `channel-incomplete` or `channel-messages-unsafe`."""
    _require(by)
    _offer_safely(slug, messages_url, signed=bool(messages_secret))
    given = {"issuer": issuer, "client_id": client_id, "secret": secret, "jwks": _public(slug, jwks)}
    missing = [name for name in NEEDED[kind] if not given[name]]
    if missing:
        raise mistake("channel-incomplete", slug=slug, missing=", ".join(missing))
    if Channel.objects.filter(slug=slug).exists():
        raise mistake("channel-known", slug=slug)
    channel = Channel.objects.create(
        slug=slug, kind=kind, title_zh=title_zh, title_en=title_en, issuer=issuer, client_id=client_id,
        secret_sealed=None if secret is None else identity.seal(secret, "secret"), jwks=jwks, discovery=discovery,
        verifies_identity=verifies_identity, quota=quota, notes=notes,
        messages_url=messages_url, messages_secret_sealed=_sealed(messages_secret),
    )  # fmt: skip
    audit.record(by=by, action="channel.register", subject=f"channel/{slug}", details={"kind": kind, "quota": quota})
    return channel


@transaction.atomic
def stop(*, by: Official, slug: str, why: str) -> Channel:
    """Let nobody in by this channel any more; the others go on, and who is signed in stays so until the session ends."""
    _require(by)
    if not why.strip():
        raise mistake("reason-missing")
    channel = _locked(slug)
    channel.enabled, channel.stopped_why = False, why.strip()
    channel.save(update_fields=["enabled", "stopped_why"])
    audit.record(by=by, action="channel.stop", subject=f"channel/{slug}", details={"why": why.strip()})
    return channel


@transaction.atomic
def start(*, by: Official, slug: str) -> Channel:
    """Let people in by it again."""
    _require(by)
    channel = _locked(slug)
    channel.enabled, channel.stopped_why = True, ""
    channel.save(update_fields=["enabled", "stopped_why"])
    audit.record(by=by, action="channel.start", subject=f"channel/{slug}")
    return channel


@transaction.atomic
def rotate(
    *,
    by: Official,
    slug: str,
    secret: str | None = None,
    jwks: dict[str, Any] | None = None,
    messages_url: str | None = None,
    messages_secret: str | None = None,
) -> Channel:
    """Give it a new secret or new public keys, or another address or secret for service messages (an empty address: none any more);
    the old ones open nothing from here on."""
    _require(by)
    channel = _locked(slug)
    given = {"secret": secret, "jwks": jwks, "messages_url": messages_url, "messages_secret": messages_secret}
    if all(value is None for value in given.values()):
        raise mistake("channel-incomplete", slug=slug, missing=", ".join(given))
    if secret is not None:
        channel.secret_sealed = identity.seal(secret, "secret")
    if jwks is not None:
        channel.jwks = _public(slug, jwks)
    if messages_secret:
        channel.messages_secret_sealed = _sealed(messages_secret)
    if messages_url is not None:
        _offer_safely(slug, messages_url, signed=channel.messages_secret_sealed is not None)
        channel.messages_url = messages_url
    channel.rotated_at = timezone.now()
    channel.save(update_fields=["secret_sealed", "jwks", "messages_url", "messages_secret_sealed", "rotated_at"])
    audit.record(by=by, action="channel.rotate", subject=f"channel/{slug}")
    return channel


@transaction.atomic
def move(*, by: Official, slug: str, issuer: str, discovery: str = "") -> Channel:
    """Give a channel its new addresses; who came by it before stays the same account."""
    _require(by)
    channel = _locked(slug)
    channel.issuer, channel.discovery = issuer, discovery
    channel.save(update_fields=["issuer", "discovery"])
    audit.record(by=by, action="channel.move", subject=f"channel/{slug}")
    return channel


def secret_of(channel: Channel) -> str:
    """The client secret, unsealed; empty where there is none."""
    return "" if channel.secret_sealed is None else identity.unseal(channel.secret_sealed, "secret")


def _locked(slug: str) -> Channel:
    found = Channel.objects.select_for_update().filter(slug=slug).first()
    if found is None:
        raise mistake("channel-unknown", slug=slug)
    return found


def _public(slug: str, jwks: dict[str, Any] | None) -> dict[str, Any] | None:
    """A key set without private parts: a channel's private key has no business here."""
    if jwks is None:
        return None
    keys = jwks.get("keys")
    if not isinstance(keys, list) or not keys or any(not isinstance(key, dict) or PRIVATE & key.keys() for key in keys):
        raise mistake("channel-incomplete", slug=slug, missing="jwks: public keys")
    return jwks


def _sealed(secret: str | None) -> bytes | None:
    return identity.seal(secret, "secret") if secret else None


def _offer_safely(slug: str, url: str, *, signed: bool) -> None:
    """An address for service messages takes them signed, and over HTTPS unless it is on this machine itself."""
    if url and not gateways.is_safe(url):
        raise mistake("channel-messages-unsafe", slug=slug)
    if url and not signed:
        raise mistake("channel-incomplete", slug=slug, missing="messages_secret")


def _require(by: Official) -> None:
    if by.role not in MAY:
        raise mistake("channel-not-allowed", role=by.role)
