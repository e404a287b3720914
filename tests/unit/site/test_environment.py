"""Settings come from the environment, and a wrong one is named with its remedy and without its value."""

import base64
import re
import stat

import pytest

from yimatong.core.errors import EnvironmentProblem, Exit
from yimatong.site import keys
from yimatong.site.connections import SILENCE, databases, location
from yimatong.site.environment import Environment, read, settings_page, variable
from yimatong.site.keys import kept_key
from yimatong.site.passwords import is_verified_by, verifier


@pytest.fixture
def plain(monkeypatch):
    """An environment without any setting of ours."""
    for field in Environment.model_fields:
        monkeypatch.delenv(variable(field), raising=False)
    return monkeypatch


def test_everything_has_a_default(plain):
    settings = read()
    assert settings.home.name == "var"
    assert settings.database_url == ""
    assert settings.hosts == ["localhost", "127.0.0.1", "[::1]"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("YIMATONG_THREADS", "many"),
        ("YIMATONG_THREADS", "0"),
        ("YIMATONG_HTTPS", "perhaps"),
        ("YIMATONG_LOG_LEVEL", "LOUD"),
        ("YIMATONG_NIGHT", "25:00"),
        ("YIMATONG_SECRET_KEY", "tooshort"),
        ("YIMATONG_IDENTITY_KEY", "tooshort"),
        ("YIMATONG_AUDIT_KEY", "tooshort"),
        ("YIMATONG_SMS_GATEWAY", "ftp://sms.example/"),
        ("YIMATONG_SMS_GATEWAY", "https://user:hunter2@sms.example/"),
        ("YIMATONG_SMS_GATEWAY", "https://sms.example/a, https://sms.example/a/"),
        ("DATABASE_URL", "mysql://user:hunter2@host/name"),
        ("DATABASE_URL", "postgresql://user:hunter2@host"),
    ],
)
def test_a_wrong_setting_is_named_with_its_remedy_and_never_quoted(plain, name, value):
    plain.setenv(name, value)
    with pytest.raises(EnvironmentProblem) as told:
        read()
    assert told.value.code == "setting-wrong"
    assert told.value.place == name
    assert told.value.exit is Exit.ENVIRONMENT
    for language in ("zh", "en"):
        assert name in told.value.tell(language)
        assert "hunter2" not in told.value.tell(language)
        assert "tooshort" not in told.value.tell(language)


def test_hosts_are_separated_by_commas(plain):
    plain.setenv("YIMATONG_HOSTS", "a.example, b.example")
    assert read().hosts == ["a.example", "b.example"]


def test_gateways_of_texts_are_separated_by_commas_and_one_is_needed(plain):
    plain.setenv("YIMATONG_SMS", "gateway")
    with pytest.raises(EnvironmentProblem) as told:
        read()
    assert told.value.place == "YIMATONG_SMS_GATEWAY"
    plain.setenv("YIMATONG_SMS_GATEWAY", "https://one.example/texts, https://two.example/texts")
    assert read().sms_gateway == ["https://one.example/texts", "https://two.example/texts"]


def test_the_page_names_every_setting_once(plain):
    rows = re.findall(r"^\| `(\w+)` \|", settings_page(), re.MULTILINE)
    assert rows == [variable(field) for field in Environment.model_fields]
    assert len(rows) == len(set(rows)) > 5


def test_a_server_of_your_own_is_reached_by_its_address_with_a_role_for_each_way_in(plain):
    plain.setenv("DATABASE_URL", "postgresql://city:p%40ss@db.example:6432/code?sslmode=require")
    found = databases(read())
    assert {alias: settings["OPTIONS"].get("options") for alias, settings in found.items()} == {
        "default": f"{SILENCE} -c role=yimatong_app",
        "judge": f"{SILENCE} -c role=yimatong_judge",
        "owner": SILENCE,
    }
    where = location(read())
    assert (where["HOST"], where["PORT"], where["NAME"]) == ("db.example", "6432", "code")
    assert where["PASSWORD"] == "p@ss"
    assert found["judge"]["OPTIONS"]["sslmode"] == "require"


def test_a_server_of_your_own_can_have_a_login_for_each_way_in(plain):
    plain.setenv("DATABASE_URL", "postgresql://city:one@db.example:6432/code")
    plain.setenv("DATABASE_APP_URL", "postgresql://pages:two@db.example:6432/code?sslmode=require")
    found = databases(read())
    assert {alias: (given["USER"], given["PASSWORD"]) for alias, given in found.items()} == {
        "default": ("pages", "two"),
        "judge": ("city", "one"),
        "owner": ("city", "one"),
    }
    plain.setenv("DATABASE_JUDGE_URL", "postgresql://judge:three@db.example:6432/code")
    found = databases(read())
    assert found["judge"]["USER"] == "judge"
    assert found["judge"]["OPTIONS"]["options"] == f"{SILENCE} -c role=yimatong_judge"
    assert (found["default"]["OPTIONS"]["sslmode"], "sslmode" in found["owner"]["OPTIONS"]) == ("require", False)


@pytest.mark.parametrize("name", ["DATABASE_APP_URL", "DATABASE_JUDGE_URL"])
@pytest.mark.parametrize("url", ["", "postgresql://city@db.example/other"])
def test_another_login_never_leads_to_another_database(plain, name, url):
    plain.setenv("DATABASE_URL", url)
    plain.setenv(name, "postgresql://pages:secret@db.example/code")
    with pytest.raises(EnvironmentProblem) as told:
        read()
    assert (told.value.code, told.value.place) == ("setting-wrong", name)
    assert "secret" not in told.value.tell("en") + told.value.tell("zh")


def test_on_the_server_that_comes_along_each_way_in_has_its_own_login_and_no_password_in_the_settings(plain, tmp_path):
    plain.setenv("YIMATONG_HOME", str(tmp_path))
    found = databases(read())
    assert {alias: given["USER"] for alias, given in found.items()} == {
        "default": "yimatong_app",
        "judge": "yimatong_judge",
        "owner": "yimatong",
    }
    assert {given["PASSWORD"] or given["OPTIONS"]["password"] for given in found.values()} == {""}
    assert {given["OPTIONS"]["passfile"] for given in found.values()} == {str(tmp_path / "database-passwords")}


def test_what_postgresql_keeps_of_a_password_is_of_that_password_alone():
    # The example of RFC 7677: user, pencil.
    salt = base64.b64decode("W22ZaJ0SNY7soEsUEjb6gQ==")
    kept = verifier("pencil", salt)
    assert kept == (
        "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:"
        "wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU="
    )
    assert is_verified_by("pencil", kept)
    assert not is_verified_by("pen", kept)
    assert not any(is_verified_by("pencil", other) for other in (None, "", "md5abc", "SCRAM-SHA-256$4096:$x:y"))


def test_a_key_is_made_once_in_a_new_city_and_kept_for_its_owner_alone(tmp_path, monkeypatch):
    monkeypatch.setattr(keys, "is_a_new_city", lambda name, environment: True)
    file = tmp_path / "home" / "secret-key"
    first = kept_key("", file, read())
    assert len(first) >= 50
    assert kept_key("", file, read()) == first
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(file.parent.iterdir()) == [file]


def test_a_given_key_is_not_written_down(tmp_path):
    assert kept_key("given", tmp_path / "secret-key", read()) == "given"
    assert list(tmp_path.iterdir()) == []


def test_no_key_is_made_where_nobody_can_say_that_the_city_is_new(tmp_path):
    away = read().model_copy(update={"home": tmp_path, "database_url": "postgresql://127.0.0.1:9/code"})
    assert kept_key("", tmp_path / "identity-key", away) == ""
    assert list(tmp_path.iterdir()) == []
