"""Channels: registered, stopped one by one, given new keys."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection

from tests.acting import an_official
from tests.integration.declarations.conftest import real
from tests.integration.refusing import as_owner
from yimatong.records.actions.officials import the_system
from yimatong.records.models import Official
from yimatong.stations.declarations import queries
from yimatong.stations.declarations.actions import channels, signing_in
from yimatong.stations.declarations.actions.signing_in import Claims
from yimatong.stations.declarations.errors import DeclarationError
from yimatong.stations.declarations.models import Account, Channel

pytestmark = pytest.mark.django_db
KEYS = {"keys": [{"kty": "EC", "crv": "P-256", "x": "AA", "y": "BB", "kid": "1"}]}


def enter(channel: str, subject: str = "somebody") -> Account:
    return signing_in.sign_in(channel=channel, subject=subject, claims=Claims(), at=real())


def test_a_new_channel_is_a_registration(alipay):
    channels.register(
        by=the_system(), slug="wechat", kind="assertion", title_zh="微信", title_en="WeChat", issuer="wechat", jwks=KEYS
    )
    assert enter("wechat").channel.slug == "wechat"
    assert [channel.slug for channel in queries.channels_open()] == ["browser", "alipay", "wechat"]


def test_stopping_one_leaves_the_others_working(alipay):
    channels.stop(by=the_system(), slug="alipay", why="密钥泄露")
    with pytest.raises(DeclarationError) as caught:
        enter("alipay")
    assert caught.value.code == "channel-stopped"
    assert enter("browser").channel.slug == "browser"
    channels.start(by=the_system(), slug="alipay")
    assert enter("alipay").channel.slug == "alipay"


def test_a_quota_is_the_channels_own(alipay):
    with as_owner():
        Channel.objects.filter(slug="alipay").update(quota=3)
    at = real()
    for number in range(3):
        signing_in.sign_in(channel="alipay", subject=str(number), claims=Claims(), at=at)
    with pytest.raises(DeclarationError) as caught:
        signing_in.sign_in(channel="alipay", subject="4", claims=Claims(), at=at)
    assert caught.value.code == "channel-busy"
    assert enter("browser")


def test_a_secret_lies_sealed_and_is_replaced(alipay):
    channel = Channel.objects.get(slug="alipay")
    assert channels.secret_of(channel) == "s" * 32
    channels.rotate(by=the_system(), slug="alipay", secret="t" * 32)
    channel.refresh_from_db()
    assert channels.secret_of(channel) == "t" * 32
    assert channel.rotated_at is not None


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({"kind": "oidc", "issuer": "x", "client_id": "y"}, "secret"),
        ({"kind": "assertion", "issuer": "x"}, "jwks"),
        ({"kind": "assertion", "issuer": "x", "jwks": {"keys": [{"kty": "EC", "d": "private"}]}}, "public keys"),
        ({"kind": "oidc"}, "issuer, client_id, secret"),
    ],
)
def test_what_a_channel_lacks_is_named(given, missing):
    with pytest.raises(DeclarationError) as caught:
        channels.register(by=the_system(), slug="x", title_zh="某", title_en="X", **given)
    assert (caught.value.code, missing in caught.value.sentence.of("en")) == ("channel-incomplete", True)


def test_only_the_control_office_registers(db):
    clerk = an_official("clerk", Official.Role.CLERK, name="窗口")
    with pytest.raises(DeclarationError) as caught:
        channels.register(by=clerk, slug="x", kind="browser", title_zh="某", title_en="X")
    assert caught.value.code == "channel-not-allowed"


def test_the_same_subject_of_two_channels_is_two_accounts(alipay):
    assert enter("alipay", "7").pk != enter("browser", "7").pk
    assert enter("alipay", "7").pk == enter("alipay", "7").pk


def test_a_channel_that_does_not_verify_says_nothing_about_the_document(db):
    account = signing_in.sign_in(
        channel="browser", subject="7", claims=Claims(name="王小明", id_number="330299199003070010"), at=real()
    )
    assert (account.document_key, account.name_sealed) == (None, None)


def test_the_judge_cannot_read_who_signs_in(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_table_privilege('yimatong_judge', 'accounts', 'SELECT')")
        assert cursor.fetchone()[0] is False


def test_a_channel_is_never_deleted(alipay):
    with pytest.raises(DatabaseError):
        Channel.objects.filter(slug="alipay").delete()
