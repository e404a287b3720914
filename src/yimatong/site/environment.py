"""Every setting of the product, read from the environment once and checked before anything starts.

docs/reference/settings.md is written from this class (`make docs`), so a setting is described here and nowhere else.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from yimatong.core.errors import EnvironmentProblem
from yimatong.core.text import message as _
from yimatong.core.time import Zone

CHECKOUT = Path(__file__).resolve().parents[3]
PREFIX = "YIMATONG_"
SHORTEST_KEY = {"secret_key": 50, "identity_key": 43, "audit_key": 43, "sms_key": 32}


class Environment(BaseSettings):
    """The settings; each can be given as an environment variable of the name that docs/reference/settings.md lists."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, extra="ignore", populate_by_name=True)

    home: Path = Field(
        CHECKOUT / "var",
        description="Folder of everything written at run time: the database, the lake, runs, logs. Made when it is not there.",
    )
    database_url: str = Field(
        "",
        validation_alias="DATABASE_URL",
        description="A PostgreSQL server of your own, 15 or later: `postgresql://user:password@host:5432/name`. "
        "Empty: the server that comes as a wheel is started under the home folder.",
    )
    database_app_url: str = Field(
        "",
        validation_alias="DATABASE_APP_URL",
        description="The same database for pages, feeds and workers, by a login of its own that is `yimatong_app` or a member of it and of "
        "nothing else (docs/how-to/run.md). Empty: they log in by DATABASE_URL and take on the role, which SQL of somebody's own choosing "
        "could undo; `yimatong health` says so.",
    )
    database_judge_url: str = Field(
        "",
        validation_alias="DATABASE_JUDGE_URL",
        description="Likewise for the judging job, whose login is `yimatong_judge` or a member of it and of nothing else.",
    )
    postgres_user: str = Field(
        "",
        description="Who runs the database server of the wheel when we are root (PostgreSQL refuses root). "
        "Empty: the owner of the home folder, or `nobody` when that is root too.",
    )
    secret_key: str = Field(
        "",
        description="What sessions and forms are signed with, 50 characters or more. Empty: made once and kept in the "
        "file `secret-key` of the home folder, readable by its owner alone.",
    )
    identity_key: str = Field(
        "",
        description="What ID numbers and phone numbers are sealed with, 43 random characters or more. Empty: made once and kept "
        "in the file `identity-key` of the home folder. It must not change, or what was sealed cannot be read again.",
    )
    audit_key: str = Field(
        "",
        description="What each publication of verdicts is sealed with, so that who edits the database by hand cannot seal it anew; 43 "
        "random characters or more. Empty: made once and kept in the file `audit-key` of the home folder. It must not change, or what was "
        "sealed counts as edited.",
    )
    audit_heads: Path | None = Field(
        None,
        description="Folder of the seals of the audit chain, which lie outside the database; where whoever runs the database cannot write, "
        "they show that the chain was cut short (docs/reference/audit.md). Empty: `audit-heads` of the home folder.",
    )
    locales: Path | None = Field(
        None,
        description="Folder with the catalogues of more languages, laid out as `src/yimatong/locale`, compiled. Empty: the languages that "
        "come along.",
    )
    hosts: Annotated[list[str], NoDecode] = Field(
        ["localhost", "127.0.0.1", "[::1]"],
        description="Names under which the pages may be asked for, with commas between them.",
    )
    https: bool = Field(
        False,
        description="The pages are reached over HTTPS: cookies are marked secure, browsers are told to stay on HTTPS, "
        "and the header X-Forwarded-Proto of the proxy in front is believed.",
    )
    looks: int = Field(
        1,
        ge=1,
        le=10,
        description="How many times the budgets of looks, lists and searches that an official has by their role "
        "(docs/reference/declarations.md, Limits): 2 or 3 on days on which a city traces more than usual.",
    )
    demo: bool = Field(
        False,
        description="Name the demo's accounts on the sign-in page. `make run` sets it while the pages are for this machine alone.",
    )
    proxies: int = Field(
        0,
        ge=0,
        le=5,
        description="How many proxies of our own stand in front and write X-Forwarded-For, one after the other: so many places from its "
        "right end is the address that limits count with. 0: nobody, and the header is not believed.",
    )
    debug: bool = Field(
        False, description="Show errors in full in the browser. Never on a machine that others can reach."
    )
    policies: Path = Field(CHECKOUT / "policies", description="Folder of the policy packs.")
    policy: str = Field(
        "cn-zj-ningbo",
        description="The policy pack that a first start puts into force: a folder name under the policies.",
    )
    city: str = Field(
        "330200",
        pattern=r"^[1-9][0-9]{3}00$",
        description="The six digits of the city: whose codes these are, and what counts as elsewhere.",
    )
    time_zone: str = Field(
        "Asia/Shanghai",
        description="Where the city's days begin and end: an IANA name whose offset never changes (`Asia/Urumqi`, for one). The policy in "
        "force has to name the same (`zone:` of its policy.yaml), or nothing starts.",
    )
    static: Path = Field(
        CHECKOUT / "var" / "static",
        description="Folder of the built scripts and styles of the pages; `make setup` builds them there.",
    )
    night: str = Field(
        "02:30",
        pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$",
        description="When everybody is judged each night, by the clock of YIMATONG_TIME_ZONE; by `yimatong worker`.",
    )
    engine: Literal["duckdb", "spark"] = Field(
        "duckdb",
        description="Who judges everybody at night: `duckdb` on this machine, or `spark` on a cluster (docs/how-to/spark.md).",
    )
    spark_master: str = Field(
        "local[2]",
        description="Spark's master, with `spark`: `spark://host:7077`, or `local[2]` for this machine alone.",
    )
    spark_conf: Path | None = Field(
        None,
        description="Further configuration of Spark, a file in the form of its `spark-defaults.conf`. Empty: none.",
    )
    strip_days: int = Field(
        3,
        ge=1,
        le=7,
        description="Days after today for which a phone gets its passes: so long it works without a network.",
    )
    form_off: Annotated[list[str], NoDecode] = Field(
        [],
        description="Fields of the declaration that are not asked, with commas between them; docs/reference/declarations.md "
        "says which can be switched off.",
    )
    dependants: int = Field(6, ge=0, le=50, description="Family members that one account can look after.")
    sms: Literal["file", "gateway"] = Field(
        "file",
        description="Who sends messages to phones: `file` writes them to `outbox` in the home folder and sends nothing; "
        "`gateway` hands them to YIMATONG_SMS_GATEWAY.",
    )
    sms_gateway: Annotated[list[str], NoDecode] = Field(
        [],
        validate_default=True,
        description="Where texts are posted as JSON, with `gateway`: one address, or those of several providers with commas between "
        "them, who stand in for each other (docs/reference/texts.md).",
    )
    sms_key: str = Field(
        "",
        description="What gateways sign received texts and their reports with (`POST /texts/received`, `/texts/delivered`), "
        "32 characters or more. Empty: none is taken.",
    )
    days_back: int | None = Field(
        None,
        ge=0,
        description="Whole days that the city's life lies behind the real calendar: for demonstrations and rehearsals alone. "
        "Empty: none, but in a demo city, which `yimatong run` keeps living in its own days.",
    )
    web_workers: int = Field(
        2,
        ge=1,
        le=64,
        description="Processes of the web server that `yimatong run` starts: with two, one answers while the other begins again.",
    )
    threads: int = Field(8, ge=1, le=256, description="Requests that each process of the web server works on at once.")
    disk_low: float = Field(
        2.0,
        ge=0,
        description="Gigabytes free on the disk of the home folder below which `yimatong health` says `disk-low`.",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="The least level that is logged."
    )

    @field_validator("hosts", "form_off", "sms_gateway", mode="before")
    @classmethod
    def split_lists(cls, value: object) -> object:
        """Accept `a, b` from the environment."""
        return [host.strip() for host in value.split(",") if host.strip()] if isinstance(value, str) else value

    @field_validator("home", "policies", "static", "audit_heads", "locales")
    @classmethod
    def absolute(cls, value: Path | None) -> Path | None:
        """A relative folder counts from where the program was started, and stays there."""
        return value.expanduser().absolute() if value else value

    @field_validator("time_zone")
    @classmethod
    def a_constant_zone(cls, value: str) -> str:
        """Days are counted with whole numbers, in every engine alike; daylight saving time would end that."""
        try:
            Zone.constant(value)
        except ValueError:
            raise ValueError(
                "must be an IANA time zone whose offset from UTC never changes, such as Asia/Shanghai"
            ) from None
        return value

    @field_validator("database_url", "database_app_url", "database_judge_url")
    @classmethod
    def a_postgresql_address(cls, value: str) -> str:
        """Only PostgreSQL has the constraints that keep a verdict from being painted."""
        if value and (urlsplit(value).scheme not in {"postgresql", "postgres"} or not urlsplit(value).path.strip("/")):
            raise ValueError("must read postgresql://user:password@host:port/name")
        return value

    @field_validator("database_app_url", "database_judge_url")
    @classmethod
    def the_same_database(cls, value: str, given: ValidationInfo) -> str:
        """Another login, and never another database: what one way in writes the others read."""
        if value and urlsplit(value).path != urlsplit(given.data.get("database_url", "")).path:
            raise ValueError("must name the database of DATABASE_URL")
        return value

    @field_validator("sms_gateway")
    @classmethod
    def gateways(cls, value: list[str], given: ValidationInfo) -> list[str]:
        """Numbers and texts go there, and which provider has a text is remembered by host and path."""
        if given.data.get("sms") == "gateway" and not value:
            raise ValueError("must name a gateway, since YIMATONG_SMS is gateway")
        parts = [urlsplit(address) for address in value]
        if any(
            one.scheme not in {"https", "http"} or not one.hostname or "@" in one.netloc or one.fragment
            for one in parts
        ):
            raise ValueError(
                "must read https://host/path, several with commas between them, without a name or password"
            )
        if len({(one.netloc, one.path.rstrip("/")) for one in parts}) < len(parts):
            raise ValueError("must not name the same host and path twice")
        return value

    @field_validator("secret_key", "identity_key", "audit_key", "sms_key")
    @classmethod
    def long_enough(cls, value: str, field: ValidationInfo) -> str:
        """A short key can be guessed, and then sessions can be made, ID numbers read, verdicts sealed, or texts invented, by anybody."""
        least = SHORTEST_KEY[str(field.field_name)]
        if value and len(value) < least:
            raise ValueError(f"must have {least} characters or more")
        return value


def variable(field: str) -> str:
    """Return the name of the environment variable of a field."""
    alias = Environment.model_fields[field].validation_alias
    return alias if isinstance(alias, str) else f"{PREFIX}{field.upper()}"


def read() -> Environment:
    """Read the settings; EnvironmentProblem `setting-wrong` names the first wrong variable, and never repeats its value."""
    try:
        return Environment()
    except ValidationError as problem:
        first = problem.errors(include_input=False, include_url=False)[0]
        field = str(first["loc"][0]) if first["loc"] else ""
        name = next((variable(known) for known in Environment.model_fields if field in (known, variable(known))), field)
        raise EnvironmentProblem(
            "setting-wrong",
            _("the environment variable {name} cannot be used: {first}", name=name, first=first["msg"]),
            place=name,
            remedy=_("correct {name}, or unset it to take the default; see docs/reference/settings.md.", name=name),
        ) from None


@cache
def environment() -> Environment:
    """Return the settings of this process, read once."""
    return read()


def settings_page() -> str:
    """Return docs/reference/settings.md, written from the fields above."""
    lines = [
        "# Settings",
        "",
        "Generated by `make docs` from `src/yimatong/site/environment.py`; do not edit.",
        "Every setting is an environment variable. A wrong value stops the program with exit code 4 and names the variable.",
        "",
        "| variable | default | meaning |",
        "|---|---|---|",
    ]
    for name, field in Environment.model_fields.items():
        default = field.default
        if isinstance(default, Path):
            default = f"`{default.relative_to(CHECKOUT)}` in the checkout"
        elif isinstance(default, list):
            default = f"`{','.join(default)}`"
        else:
            default = (
                "(empty)" if default == "" else f"`{str(default).lower() if isinstance(default, bool) else default}`"
            )
        lines.append(f"| `{variable(name)}` | {default} | {field.description} |")
    return "\n".join(lines) + "\n"
