"""`yimatong verify` says whether a text or a picture is good, why not, and what is wrong with what it was given."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.pictures import Spoiling, picture, qr
from vectors.making import scene
from vectors.making.scene import NOW, RECALLER, ROOT, e_text, good, paper, paper_of, recall_list, trust
from yimatong.core.credential import sign_delta, sign_snapshot, sign_trust_list
from yimatong.core.errors import Exit
from yimatong.edges.cli.main import GROUPS, program, run

AT = "2020-02-18T13:30:00+08:00"
TEXT = e_text(good())


@pytest.fixture
def lists(tmp_path: Path) -> Path:
    """A folder with a trust list, a snapshot, a delta that recalls the good code, and pictures."""
    known = recall_list()
    delta, _after = sign_delta(known, {good().slot}, issued=NOW - 5, expires=NOW + 60, signer=RECALLER)
    (tmp_path / "trust").write_bytes(sign_trust_list(trust(), ROOT))
    (tmp_path / "snapshot").write_bytes(sign_snapshot(known, RECALLER))
    (tmp_path / "delta").write_bytes(delta)
    picture(qr(TEXT), Spoiling(pixels=5, blur=0.2, degrees=7, noise=8)).save(tmp_path / "photo.png")
    picture(qr("HELLO"), Spoiling()).save(tmp_path / "other.png")
    (tmp_path / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\nnothing")
    return tmp_path


def told(capsys: pytest.CaptureFixture[str], *words: str, lang: str = "en") -> tuple[int, str, str]:
    code = run(
        program(GROUPS, database=lambda: pytest.fail("no database is needed")), ["--lang", lang, "verify", *words]
    )
    out, err = capsys.readouterr()
    return code, out, err


def given(lists: Path, *more: str) -> list[str]:
    return ["--trust", str(lists / "trust"), "--root", ROOT.point.hex(), "--at", AT, *more]


def test_a_good_text_is_accepted_and_told_in_both_languages(lists: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _err = told(capsys, TEXT, *given(lists))
    assert code == Exit.OK
    assert "accepted" in out
    assert "王*明" in out
    assert "2020-02-18 13:29:56" in out
    assert "no recall list" in out
    assert "有效" in told(capsys, TEXT, *given(lists), lang="zh")[1]


def test_a_photo_is_read_and_verified(lists: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _err = told(capsys, str(lists / "photo.png"), *given(lists, "--recall", str(lists / "snapshot")))
    assert (code, "recall list 60 seconds old" in out) == (Exit.OK, True)


def test_a_delta_recalls(lists: Path, capsys: pytest.CaptureFixture[str]) -> None:
    recall = ["--recall", str(lists / "snapshot"), "--recall", str(lists / "delta")]
    code, out, _err = told(capsys, TEXT, *given(lists, *recall))
    assert code == Exit.FOUND
    assert "It was recalled. [recalled]" in out
    assert "What to do" in out


def test_a_malformed_code_says_what_exactly(lists: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _err = told(capsys, TEXT + "00", *given(lists))
    assert (code, "trailing-bytes" in out) == (Exit.FOUND, True)
    assert "not-ours" in told(capsys, str(lists / "other.png"), *given(lists))[1]


def test_without_a_trust_list_it_is_only_read(lists: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = told(capsys, paper_of(paper(), scene.STRANGER))
    assert code == Exit.OK
    assert "accepted" not in out
    assert "NB-000127-4" in out
    assert "nothing is proved" in err


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["{at}/broken.png"], Exit.INPUT, "unusable-picture"),
        (["{at}/trust"], Exit.INPUT, "unusable-picture"),
        ([TEXT, "--trust", "{at}/none", "--root", ROOT.point.hex()], Exit.INPUT, "unreadable-file"),
        ([TEXT, "--trust", "{at}/snapshot", "--root", ROOT.point.hex()], Exit.INPUT, "list-unknown-key"),
        ([TEXT, "--trust", "{at}/trust", "--root", "00ff"], Exit.INPUT, "unusable-root"),
        ([TEXT, "--trust", "{at}/trust", "--root", "{at}/trust"], Exit.INPUT, "unusable-root"),
        ([TEXT, "--trust", "{at}/trust", "--root", ROOT.point.hex(), "--at", "2030-01-01T00:00Z"], Exit.INPUT, "list-over"),
        ([TEXT, "--trust", "{at}/trust", "--root", ROOT.point.hex(), "--at", AT, "--recall", "{at}/delta"], Exit.INPUT, "list-malformed"),
        ([TEXT, "--trust", "{at}/trust"], Exit.USAGE, "belong together"),
        ([TEXT, "--at", "yesterday"], Exit.USAGE, "write it as"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_told_with_its_code(
    lists: Path, capsys: pytest.CaptureFixture[str], words: list[str], code: Exit, said: str
) -> None:
    returned, _out, err = told(capsys, *(word.replace("{at}", str(lists)) for word in words))
    assert returned == code
    assert said in err
    assert TEXT not in err


def test_a_picture_without_a_code_says_so(lists: Path, capsys: pytest.CaptureFixture[str]) -> None:
    picture(qr(TEXT), Spoiling(blur=3.0)).save(lists / "blurred.png")
    code, _out, err = told(capsys, str(lists / "blurred.png"))
    assert (code, "no-code-in-picture" in err) == (Exit.INPUT, True)


def test_the_root_key_may_be_a_pem_file(lists: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    from yimatong.core.credential import public_key

    pem = public_key(ROOT.point).public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (lists / "root.pem").write_bytes(pem)
    words = ["--trust", str(lists / "trust"), "--root", str(lists / "root.pem"), "--at", AT]
    assert told(capsys, TEXT, *words)[0] == Exit.OK
