"""`yimatong channels` as it is used."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from yimatong.edges.cli.channels import command
from yimatong.records import identity
from yimatong.stations.declarations import reaching
from yimatong.stations.declarations.actions import channels
from yimatong.stations.declarations.errors import DeclarationError
from yimatong.stations.declarations.models import Channel

pytestmark = pytest.mark.django_db
JWK = {"kty": "EC", "crv": "P-256", "x": "AA", "y": "BB", "kid": "1"}


def run(*words: str):
    return CliRunner().invoke(command, list(words), standalone_mode=False)


def test_a_channel_is_registered_stopped_started_and_given_new_keys(tmp_path):
    (tmp_path / "keys").write_text(json.dumps({"keys": [JWK]}))
    done = run(
        "register", "wechat", "--kind", "assertion", "--title-zh", "微信", "--title-en", "WeChat", "--issuer", "wechat",
        "--jwks-file", str(tmp_path / "keys"), "--verifies-identity", "--quota", "100",
    )  # fmt: skip
    assert done.exception is None
    assert "verifies identity" in run("list").output
    run("stop", "wechat", "--why", "迁移")
    assert "- wechat" in run("list").output
    run("start", "wechat")
    (tmp_path / "keys").write_text(json.dumps({"keys": [{**JWK, "kid": "2"}]}))
    run("rotate", "wechat", "--jwks-file", str(tmp_path / "keys"))
    channel = Channel.objects.get(slug="wechat")
    assert (channel.enabled, channel.jwks["keys"][0]["kid"], channel.quota) == (True, "2", 100)


def test_a_secret_comes_from_a_file(tmp_path):
    (tmp_path / "secret").write_text("a secret of the channel\n")
    run(
        "register", "police", "--kind", "oidc", "--title-zh", "阿拉警察", "--title-en", "Police app", "--issuer", "https://x",
        "--client-id", "yimatong", "--secret-file", str(tmp_path / "secret"),
    )  # fmt: skip
    assert channels.secret_of(Channel.objects.get(slug="police")) == "a secret of the channel"
    assert "a secret" not in run("list").output


def test_a_channel_offers_an_address_for_service_messages_and_takes_it_back(tmp_path):
    (tmp_path / "keys").write_text(json.dumps({"keys": [JWK]}))
    (tmp_path / "secret").write_text("what service messages are signed with\n")
    (tmp_path / "another").write_text("what they are signed with from here on\n")
    done = run(
        "register", "wechat", "--kind", "assertion", "--title-zh", "微信", "--title-en", "WeChat", "--issuer", "wechat",
        "--jwks-file", str(tmp_path / "keys"), "--messages", "https://wechat.example/messages",
        "--messages-secret-file", str(tmp_path / "secret"),
    )  # fmt: skip
    assert done.exception is None
    assert "service messages https://wechat.example/messages" in run("list").output
    first = bytes(Channel.objects.get(slug="wechat").messages_secret_sealed)
    assert run("rotate", "wechat", "--messages-secret-file", str(tmp_path / "another")).exception is None
    channel = Channel.objects.get(slug="wechat")
    assert identity.unseal(first, "secret") == "what service messages are signed with"
    assert identity.unseal(channel.messages_secret_sealed, "secret") == "what they are signed with from here on"
    assert channel.messages_url == "https://wechat.example/messages"
    assert run("rotate", "wechat", "--messages", "").exception is None
    assert not reaching.offers(Channel.objects.get(slug="wechat"))
    assert "service messages" not in run("list").output


def test_an_unknown_channel_and_a_private_key_are_told(tmp_path):
    assert isinstance(run("stop", "nobody", "--why", "x").exception, DeclarationError)
    (tmp_path / "keys").write_text(json.dumps({"keys": [{**JWK, "d": "private"}]}))
    refused = run(
        "register", "x", "--kind", "assertion", "--title-zh", "某", "--title-en", "X", "--issuer", "x",
        "--jwks-file", str(tmp_path / "keys"),
    )  # fmt: skip
    assert refused.exception.code == "channel-incomplete"
