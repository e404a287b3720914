"""`yimatong verify`: is the code of this text or picture good, and if not, why?"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from yimatong.core import given
from yimatong.core.credential import (
    PREFIX,
    Accepted,
    Claims,
    Kind,
    RecallList,
    Refused,
    TrustList,
    apply_delta,
    open_snapshot,
    open_trust_list,
    public_key,
    read,
    verify as verify_code,
)
from yimatong.core.credential.epochs import CLOCK
from yimatong.core.errors import REMEDY, Exit, YimatongError
from yimatong.core.text import given as words_given, languages, message as _, message_in
from yimatong.edges.cli.moments import Moment
from yimatong.edges.cli.starting import language, say

KINDS = {
    Kind.E_CODE: _("e-code"),
    Kind.PAPER: _("paper pass"),
    Kind.TRAINING: message_in("pass", "training"),
}


@click.command("verify")
@click.argument("code", metavar="TEXT|PICTURE")
@click.option("--trust", type=click.Path(path_type=Path), metavar="FILE", help="The signed trust list.")
@click.option("--root", metavar="KEY", help="The root key: its point in hexadecimal, or a PEM file of the public key.")
@click.option(
    "--recall", type=click.Path(path_type=Path), metavar="FILE", multiple=True,
    help="A recall list: snapshots, and deltas after the snapshot that they follow. Can be given more than once.",
)  # fmt: skip
@click.option("--city", metavar="CODE", help="The scanner's city, six digits [that of the trust list].")
@click.option("--at", type=Moment(), help="The instant of the scan [now].")
def command(
    code: str, trust: Path | None, root: str | None, recall: tuple[Path, ...], city: str | None, at: datetime | None
) -> int:
    """Verify the code of a QR text (YMT1:...) or of a picture with a QR code in it.

    With --trust and --root it is verified as a scanner does it; without them it is only read, and nothing of it is proved.
    Exit code 0 when it is accepted or only read, 1 when it is refused.
    """
    text = _text(code)
    now = int((at or datetime.now(UTC)).timestamp())
    if (trust is None) != (root is None):
        raise click.UsageError("--trust and --root belong together")
    if trust is None or root is None:
        return _only_read(text)
    keys = _trust(trust, root, now)
    answer = verify_code(text, now=now, trust=keys, recall=_recalls(recall, keys, now), city=city or keys.city)
    if isinstance(answer, Refused):
        return _tell_refused(answer)
    _tell_accepted(answer)
    return Exit.OK


def _only_read(text: str) -> int:
    found = read(text)
    if isinstance(found, Refused):
        return _tell_refused(found)
    say(
        _("Only read, nothing is proved: give --trust and --root."),
        err=True,
    )
    _tell_claims(found.claims)
    return Exit.OK


def _tell_refused(answer: Refused) -> int:
    spoken = language()
    detail = f": {answer.detail}" if answer.detail else ""
    exact = f" ({answer.told_detail(spoken)})" if answer.detail else ""
    click.echo(f"✗ {answer.sentence(spoken)}{exact} [{answer.reason}{detail}]")
    click.echo(f"{REMEDY.of(spoken)}{answer.remedy(spoken)}")
    return Exit.FOUND


def _tell_accepted(answer: Accepted) -> None:
    say(_("✓ accepted"), err=False)
    _tell_claims(answer.claims)
    if answer.ts is not None:
        say(_("  shown at {ts}", ts=_local(answer.ts)), err=False)
    if answer.recall_age is None:
        say(_("  no recall list of its epoch"), err=False)
    else:
        say(_("  recall list {recall_age} seconds old", recall_age=answer.recall_age), err=False)


def _tell_claims(claims: Claims) -> None:
    rows = (
        (message_in("pass", "kind"), KINDS[claims.kind].of(language())),
        (message_in("pass", "colour"), claims.colour.value),
        (message_in("pass", "name"), claims.name),
        (message_in("pass", "tail"), claims.tail),
        (message_in("pass", "number"), claims.number),
        (message_in("pass", "permit"), claims.permit),
        (message_in("pass", "city"), claims.city),
        (message_in("pass", "valid"), f"{_local(claims.nbf)} – {_local(claims.exp)}"),
        (message_in("pass", "issued"), _local(claims.iat)),
        (message_in("pass", "cti"), claims.cti.hex()),
        (message_in("pass", "epoch, slot"), f"{claims.epoch}, {claims.slot}"),
    )
    for title, value in rows:
        if value is not None:
            say(message_in("claim", "  {title:<12}{value}", title=title, value=value), err=False)


def _local(second: int) -> str:
    """The instant on the clock of the codes, to the second."""
    minute, rest = divmod(second, 60)
    return f"{CLOCK.datetime(minute):%Y-%m-%d %H:%M}:{rest:02}"


def _text(code: str) -> str:
    """The text itself, or that of the QR code in the picture of this name."""
    if code.startswith(PREFIX):
        return code
    try:
        is_file = Path(code).is_file()
    except (OSError, ValueError):
        is_file = False
    return _in_picture(Path(code)) if is_file else code.strip()


def _in_picture(file: Path) -> str:
    """The text of the picture's QR code, one of ours where there are several."""
    import zxingcpp
    from PIL import Image

    try:
        with given.opened(file, given.PICTURE) as data, Image.open(data) as opened:
            picture = opened.convert("L")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as reason:
        raise YimatongError(
            "unusable-picture",
            _("Cannot be opened as a picture."),
            place=file.name,
            remedy=_("Use PNG or JPEG, or give the text of the QR code itself."),
        ) from reason
    found = [
        code.text
        for code in zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))
    ]
    if not found:
        raise YimatongError(
            "no-code-in-picture",
            _("No QR code can be read in the picture."),
            place=file.name,
            remedy=_("Take it closer and sharper, with the whole code and its white margin."),
        )
    return next((text for text in found if text.startswith(PREFIX)), found[0])


def _trust(file: Path, root: str, now: int) -> TrustList:
    trust = open_trust_list(_bytes(file), _root(root), now=now)
    if isinstance(trust, Refused):
        raise _refused_list(file, trust)
    return trust


def _root(root: str) -> bytes:
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    from yimatong.core.credential import compressed

    try:
        if not Path(root).is_file():
            return compressed(public_key(bytes.fromhex(root)))
        key = load_pem_public_key(given.read(Path(root)))
        if isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name == "secp256r1":
            return compressed(key)
    except (OSError, ValueError):
        pass
    raise YimatongError(
        "unusable-root",
        _("--root is no public key of P-256."),
        place="--root",
        remedy=_("Write the key's point in hexadecimal (33 or 65 bytes), or name a PEM file of the public key."),
    )


def _recalls(files: tuple[Path, ...], trust: TrustList, now: int) -> dict[int, RecallList] | None:
    """The recall lists by epoch, each file taken on what the files before it gave."""
    if not files:
        return None
    lists: dict[int, RecallList] = {}
    last: RecallList | None = None
    for file in files:
        data = _bytes(file)
        opened = open_snapshot(data, trust=trust, now=now)
        if isinstance(opened, Refused) and opened.detail == "list-form" and last is not None:
            opened = apply_delta(data, last, trust=trust, now=now)
        if isinstance(opened, Refused):
            raise _refused_list(file, opened)
        last = lists[opened.epoch] = opened
    return lists


def _bytes(file: Path) -> bytes:
    try:
        return given.read(file, given.LIST)
    except given.GivenError as reason:
        if reason.code != "file-missing":
            raise
        raise YimatongError(
            "unreadable-file",
            _("The file cannot be read."),
            place=file.name,
            remedy=_("Check its name and that this user may read it."),
        ) from reason


def _refused_list(file: Path, refused: Refused) -> YimatongError:
    return YimatongError(
        f"list-{refused.reason.removeprefix('list-')}",
        words_given({one: f"{refused.sentence(one)} {refused.told_detail(one)}".rstrip() for one in languages()}),
        place=file.name,
        remedy=words_given({one: refused.remedy(one) for one in languages()}),
    )
