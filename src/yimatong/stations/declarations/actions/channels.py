"""Registering channels, stopping one, and giving it new keys."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from yimatong.records import identity
from yimatong.records.actions import audit
from yimatong.records.models import Official
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
    verifies_identity: bool = False,
    quota: int = 6_000,
    notes: str = "",
) -> Channel:
    """Register a channel; `channel-known` or `channel-incomplete`."""
    _require(by)
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
def rotate(*, by: Official, slug: str, secret: str | None = None, jwks: dict[str, Any] | None = None) -> Channel:
    """Give it a new secret or new public keys; the old ones open nothing from here on."""
    _require(by)
    channel = _locked(slug)
    if secret is None and jwks is None:
        raise mistake("channel-incomplete", slug=slug, missing="secret, jwks")
    if secret is not None:
        channel.secret_sealed = identity.seal(secret, "secret")
    if jwks is not None:
        channel.jwks = _public(slug, jwks)
    channel.rotated_at = timezone.now()
    channel.save(update_fields=["secret_sealed", "jwks", "rotated_at"])
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


def _require(by: Official) -> None:
    if by.role not in MAY:
        raise mistake("channel-not-allowed", role=by.role)
