"""The demo's channels: a program beside the pages that plays them, and their registration as any city would register them.

Only for the demo city, and only while the pages are for this machine alone: its people are invented, and anybody can choose
to be any of them.
"""

from __future__ import annotations

import json
import sys
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from yimatong.stations.declarations.models import Channel

CLIENT_ID, CLIENT_SECRET = "yimatong", "a-demo-secret-of-this-machine-alone"
MESSAGES_SECRET = "a-demo-secret-for-service-messages-of-this-machine-alone"  # noqa: S105 -- the demo's own, printed in the manual
CHANNELS: dict[str, dict[str, Any]] = {
    "alipay": {"kind": "oidc", "title_zh": "支付宝", "title_en": "Alipay"},
    "wechat": {"kind": "assertion", "title_zh": "微信", "title_en": "WeChat"},
    "police": {"kind": "oidc", "title_zh": "阿拉警察", "title_en": "Police app", "verifies_identity": True},
}


def program(port: int, pages: tuple[str, ...], keys: Path) -> list[str]:
    """Return the command line of the program that plays the channels."""
    products = [word for address in pages for word in ("--product", address)]
    return [sys.executable, "-m", "yimatong.counterparts.channel", "--port", str(port), *products, "--keys", str(keys)]


def settings(port: int) -> dict[str, str]:
    """Return the settings by which texts to the demo's phones go to the program's page of messages, by two providers."""
    base = f"http://127.0.0.1:{port}"
    return {"YIMATONG_SMS": "gateway", "YIMATONG_SMS_GATEWAY": f"{base}/messages,{base}/messages/second"}


def register(port: int) -> None:
    """Register the played channels, or give those that are known their present address and keys; Silent while the program starts."""
    from django.db import connections

    from yimatong.records.actions.officials import the_system
    from yimatong.stations.declarations.actions import channels
    from yimatong.stations.declarations.models import Channel

    base = f"http://127.0.0.1:{port}"
    for slug, given in CHANNELS.items():
        oidc = given["kind"] == "oidc"
        keys: dict[str, Any] = {"secret": CLIENT_SECRET} if oidc else {"jwks": asked(f"{base}/{slug}/jwks.json")}
        where: dict[str, Any] = {"issuer": f"{base}/{slug}", "discovery": "" if oidc else f"{base}/{slug}/mini-program"}
        told: dict[str, Any] = {"messages_url": f"{base}/{slug}/service-messages", "messages_secret": MESSAGES_SECRET}
        known = Channel.objects.filter(slug=slug).first()
        if known is None:
            channels.register(
                by=the_system(), slug=slug, client_id=CLIENT_ID if oidc else "", **given, **where, **keys, **told
            )
        elif _of(known) != (where["issuer"], keys.get("jwks", {}), told["messages_url"]):
            channels.move(by=the_system(), slug=slug, **where)
            channels.rotate(by=the_system(), slug=slug, **keys, **told)
    connections.close_all()


def _of(known: Channel) -> tuple[str, dict[str, Any], str]:
    """Where a channel that is known was when it was registered, and with which keys."""
    return known.issuer, known.jwks or {}, known.messages_url


class Silent(Exception):
    """The program does not answer yet."""


def asked(address: str) -> dict[str, Any]:
    """Return the JSON object at an address of the program; Silent where it does not answer."""
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:  # noqa: S310 -- our own
            found: dict[str, Any] = json.loads(answer.read())
            return found
    except (OSError, ValueError) as problem:
        raise Silent from problem
