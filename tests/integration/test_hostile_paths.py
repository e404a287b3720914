"""Every parameter of every command that names a file or a folder, with what is none: devices, pipes, sockets, loops. An error, at once.

What is read may be no device, pipe, socket or loop, no folder in a file's place and no file in a folder's, and has to be there. What is
written goes in the place of none of these; where it is missing it is made. A folder's own files are devices as well.
"""

from __future__ import annotations

import os
import resource
import shutil
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from time import monotonic
from typing import Any

import click
import pytest

from tests.acting import an_official
from tests.enforcing import NINGBO
from tests.integration.issuing.town import a_point
from vectors.making import scene
from yimatong.core.credential import sign_trust_list
from yimatong.core.errors import Exit
from yimatong.edges.cli import enforcing, feeds
from yimatong.edges.cli.main import program, run
from yimatong.records.actions import deliveries
from yimatong.records.actions.deliveries import Stamp
from yimatong.records.models import Official
from yimatong.site.program import COMMANDS

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "judge", "owner"])
PATIENCE = 20
"""Seconds for one command, on a busy machine; alone it takes one."""
MEMORY = 6 << 30
"""Bytes beyond what this process has: a device that is read to its end meets this one."""
AS_OF = ("--as-of", "2020-02-20T08:00+08:00")
IN, OUT = "read", "written"
JUDGE = ("judge", "{empty}", "--policy", str(NINGBO), *AS_OF, "--out", "{new}")
CHANNEL = (
    "channels",
    "register",
    "x",
    "--kind",
    "oidc",
    "--title-zh",
    "x",
    "--title-en",
    "x",
    "--issuer",
    "https://x.example",
)
# By command and parameter: whether it is a file or a folder, read or written, and the words of a right call; `@` is the path.
CALLS: dict[tuple[str, str], list[tuple[str, str, tuple[str, ...]]]] = {
    ("channels register", "secret_file"): [("file", IN, (*CHANNEL, "--secret-file", "@"))],
    ("channels register", "jwks_file"): [("file", IN, (*CHANNEL, "--jwks-file", "@"))],
    ("channels register", "messages_secret_file"): [("file", IN, (*CHANNEL, "--messages-secret-file", "@"))],
    ("channels rotate", "secret_file"): [("file", IN, ("channels", "rotate", "x", "--secret-file", "@"))],
    ("channels rotate", "jwks_file"): [("file", IN, ("channels", "rotate", "x", "--jwks-file", "@"))],
    ("channels rotate", "messages_secret_file"): [("file", IN, ("channels", "rotate", "x", "--messages-secret-file", "@"))],
    ("checkpoints recognise", "file"): [("file", IN, ("checkpoints", "recognise", "330100", "@"))],
    ("city build", "out"): [("folder", OUT, ("city", "build", "--people", "500", "--days", "10", "--out", "@"))],
    ("city build", "policy"): [("folder", IN, ("city", "build", "--people", "500", "--out", "{new}", "--policy", "@"))],
    ("city build", "counts"): [("file", IN, ("city", "build", "--people", "500", "--out", "{new}", "--counts", "@"))],
    ("feeds import", "file"): [("file", IN, ("feeds", "import", kind, "@", "--source", "x")) for kind in ("people", "tests", "stays")],
    ("feeds risk-areas", "lists"): [("file", IN, ("feeds", "risk-areas", "@"))],
    ("feeds divisions", "folder"): [("folder", IN, ("feeds", "divisions", "--folder", "@"))],
    ("feeds held", "out"): [("file", OUT, ("feeds", "held", "{delivery}", "--out", "@", "--why", "2020-117"))],
    ("feeds contracts", "out"): [("folder", OUT, ("feeds", "contracts", "--out", "@"))],
    ("feeds contracts", "check"): [("folder", IN, ("feeds", "contracts", "--check", "@"))],
    ("issuing print", "file"): [("file", OUT, ("issuing", "print", "--point", "{point}", "--day", "2020-02-20", "@", "--by", "clerk"))],
    ("judge", "folder"): [("folder", IN, ("judge", "@", *JUDGE[2:]))],
    ("judge", "pack"): [("folder", IN, (*JUDGE[:3], "@", *JUDGE[4:]))],
    ("judge", "out"): [("folder", OUT, (*JUDGE[:-1], "@"))],
    ("judge", "problems"): [("file", OUT, (*JUDGE, "--problems", "@"))],
    ("night", "pack"): [("folder", IN, ("night", "--policy", "@"))],
    ("night", "conf"): [("file", IN, ("night", "--engine", "spark", "--conf", "@"))],
    ("policy check", "policies"): [("folder", IN, ("policy", "check", "@"))],
    ("policy enforce", "policy"): [("folder", IN, ("policy", "enforce", "@", "--by", "office"))],
    ("policy explain", "policy"): [("folder", IN, ("policy", "explain", "@"))],
    ("policy explain", "out"): [("folder", OUT, ("policy", "explain", str(NINGBO), "--write", "--out", "@"))],
    ("policy export", "folder"): [("folder", OUT, ("policy", "export", "@"))],
    ("policy specimens", "policies"): [("folder", IN, ("policy", "specimens", "@"))],
    ("runs as-of", "pack"): [("folder", IN, ("runs", "as-of", "2020-02-20T08:00+08:00", "--policy", "@"))],
    ("touched", "pack"): [("folder", IN, ("touched", "--policy", "@"))],
    ("verify", "code"): [("file", IN, ("verify", "@"))],
    ("verify", "trust"): [("file", IN, ("verify", "YMT1:X", "--trust", "@", "--root", scene.ROOT.point.hex()))],
    ("verify", "root"): [("file", IN, ("verify", "YMT1:X", "--trust", "{trust}", "--root", "@"))],
    ("verify", "recall"): [("file", IN, ("verify", "YMT1:X", "--trust", "{trust}", "--root", scene.ROOT.point.hex(), "--recall", "@"))],
}  # fmt: skip
NAMES = ("code", "file", "files", "folder", "folders", "lists", "pack", "path", "policies", "policy", "root")
"""Of parameters that are paths, also where click is told that they are texts."""
ODD = ("/dev/zero", "pipe", "socket", "loop")
INSIDE = (
    "policy.yaml",
    "people.csv",
    "facts.parquet",
    "homes.csv",
    "areas.csv",
    "stays.parquet",
    "provinces.csv",
    "cities.csv",
    "feeds.md",
)


def commands(group: click.Command, before: str = "") -> Iterator[tuple[str, click.Command]]:
    """Every command with its words, those of the product's own start left out: `manage` takes Django's words."""
    if not isinstance(group, click.Group):
        yield before, group
        return
    context = click.Context(group)
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        assert found is not None
        yield from commands(found, f"{before} {name}".strip())


def test_every_parameter_that_names_a_path_is_called_here() -> None:
    found = {
        (words, str(parameter.name))
        for words, command in commands(program(COMMANDS, nullcontext))
        for parameter in command.params
        if isinstance(parameter.type, click.Path | click.File)
        or (parameter.name in NAMES and parameter.type is click.STRING)
    }
    assert found == set(CALLS)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, transactional_db: None) -> Iterator[dict[str, str]]:
    """A folder with one of each thing, and what the words of a call are filled with."""
    clerk = an_official("clerk", "clerk")
    an_official("office", "control_office")
    for module in (enforcing, feeds):
        monkeypatch.setattr(module, "in_own_name", lambda official: official)
    monkeypatch.chdir(tmp_path)
    os.mkfifo("pipe")
    made = socket.socket(socket.AF_UNIX)
    made.bind("socket")
    made.close()
    Path("loop").symlink_to("loop")
    Path("folder").mkdir()
    Path("file").write_text("x")
    for name in ("empty", "devices", "pipes"):
        Path(name).mkdir()
    for name in INSIDE:
        Path("devices", name).symlink_to("/dev/zero")
        os.mkfifo(Path("pipes", name))
    Path("trust").write_bytes(sign_trust_list(scene.trust(), scene.ROOT))
    delivery, _ = deliveries.open_delivery(
        by=Official.objects.get(username="system"),
        feed="tests",
        stamp=Stamp("x", 1, "a" * 64),
        source="x",
        legal_basis="x",
    )
    yield {
        "empty": "empty", "new": "new", "trust": "trust", "point": str(a_point(staff=clerk).pk), "delivery": str(delivery.pk),
    }  # fmt: skip
    shutil.rmtree("new", ignore_errors=True)


@contextmanager
def bounded() -> Iterator[None]:
    """End what waits or fills the memory."""

    def late(*_: Any) -> None:
        raise TimeoutError

    limits, before = resource.getrlimit(resource.RLIMIT_AS), signal.signal(signal.SIGALRM, late)
    size = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (size + MEMORY, limits[1]))
    signal.alarm(PATIENCE)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
        resource.setrlimit(resource.RLIMIT_AS, limits)


def hostile(kind: str, way: str) -> tuple[str, ...]:
    """What stands in the place of a file or a folder that is read or written."""
    if kind == "file":
        return (*ODD, "folder", *(("missing", "folder/../loop/x") if way == IN else ("nowhere/x", "file/x")))
    return (*ODD, "file", *(("missing", "devices", "pipes") if way == IN else ("file/x",)))


@pytest.mark.parametrize("called", list(CALLS), ids=" ".join)
def test_what_is_no_file_is_an_error_at_once(
    called: tuple[str, str], place: dict[str, str], capfd: pytest.CaptureFixture[str]
) -> None:
    broken = []
    for kind, way, words in CALLS[called]:
        for path in hostile(kind, way):
            given = [path if word == "@" else word.format(**place) if word.startswith("{") else word for word in words]
            begun = monotonic()
            with bounded():
                code = run(program(COMMANDS, nullcontext), ["--lang", "en", *given])
            told = "".join(capfd.readouterr())
            if (
                code not in (Exit.FOUND, Exit.USAGE, Exit.INPUT, Exit.ENVIRONMENT)
                or monotonic() - begun > PATIENCE
                or "Traceback" in told
                or not told.strip()
            ):
                broken.append(f"{' '.join(given)}: {code} after {monotonic() - begun:.1f} s: {told[-700:]}")
            stands = [
                Path("pipe").is_fifo(),
                Path("socket").is_socket(),
                Path("loop").is_symlink(),
                Path("file").read_text() == "x",
            ]
            assert all(stands), f"{given}: something was put in its place"
    assert not broken, "\n".join(broken)
