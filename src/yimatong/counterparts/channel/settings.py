"""Which channels are played, with which keys, for which product."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from joserfc.jwk import ECKey, KeySet

CLIENT_ID = "yimatong"
CLIENT_SECRET = "a-demo-secret-of-this-machine-alone"  # noqa: S105 -- the demo's own, printed in the manual
MESSAGES_SECRET = "a-demo-secret-for-service-messages-of-this-machine-alone"  # noqa: S105 -- the demo's own, printed in the manual
AUDIENCE = "yimatong"


@dataclass(frozen=True)
class Played:
    """One channel as this program plays it. `real_name`: it hands over name, document and phone; else the phone alone."""

    slug: str
    kind: str
    title_zh: str
    title_en: str
    tint: str
    real_name: bool


CHANNELS = {
    played.slug: played
    for played in (
        Played("alipay", "oidc", "支付宝", "Alipay", "#1668c7", real_name=False),
        Played("wechat", "assertion", "微信", "WeChat", "#0b7a3b", real_name=False),
        Played("police", "oidc", "阿拉警察", "Police app", "#1b3a6b", real_name=True),
    )
}


@dataclass(frozen=True)
class Setting:
    """Where this program listens, whom it knows, and the private key of each channel."""

    base: str
    products: tuple[str, ...]
    keys: dict[str, ECKey]

    def issuer(self, slug: str) -> str:
        """The name that a channel signs with."""
        return f"{self.base}/{slug}"

    def returns_to(self, slug: str) -> tuple[str, ...]:
        """The addresses of the product that a channel sends its users back to, and to no other."""
        return tuple(f"{product}/me/sign-in/{slug}/return/" for product in self.products)

    def public_keys(self, slug: str) -> dict[str, object]:
        """The channel's JWKS, without the private parts."""
        return dict(KeySet([self.keys[slug]]).as_dict(private=False))


def kept_keys(folder: Path | None) -> dict[str, ECKey]:
    """The channels' keys, made once and kept in the folder (mode 0600); made anew each time where there is none."""
    return {slug: _kept(folder / f"{slug}.pem" if folder else None) for slug in CHANNELS}


def _kept(file: Path | None) -> ECKey:
    if file is None:
        return ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"}, auto_kid=True)
    if not file.is_file():
        file.parent.mkdir(parents=True, exist_ok=True)
        made = ECKey.generate_key("P-256").as_pem(private=True)
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as handle:
            handle.write(made)
    key = ECKey.import_key(file.read_bytes(), {"use": "sig", "alg": "ES256"})
    key.ensure_kid()
    return key
