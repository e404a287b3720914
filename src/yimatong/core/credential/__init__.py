"""Signed codes: mint, show, read, verify; trust lists, recall lists, slots, rotating words. Pure: `now` is an argument.

The normative page is docs/reference/code-format.md. What other packages call:

    Claims(city, exp, nbf, iat, cti, kind, colour, name, tail, check, slot, epoch, device, number, permit)   a named tuple
    e_code(*, city, epoch, hours, iat, cti, colour, name, tail, check, slot, device, permit=None) -> Claims   of a phone
    windows_of(day, hours=6) -> (Window(epoch, start, end, .nbf, .exp), ...) ; window(epoch, hours) ; window_at(now, hours)
    document_check(key, cti, document) -> int ; masked(name) -> str ; tail_of(document) -> str
    mint(claims, signer) -> bytes                                  COSE_Sign1; ValueError(word) for claims that cannot be
    paper_text(pass_) -> str ; shown_text(pass_, ts, device) -> str ; shown_message(pass_, ts) -> bytes to sign
    read(text) -> Read(claims, signed, pass_, ts, device_signature) | Refused            nothing of it verified
    verify(text, *, now, trust, recall, city, seen=None) -> Accepted(claims, ts, recall_age) | Refused(reason, detail)
    Refused.sentence("zh") .remedy("zh") .told_detail("zh")        from reasons.json, which the browser reads too
    Signer: kid (4 bytes), alg, sign(bytes) -> 64 bytes ; FileKey.made() .read(file) .write(file) .point (33 bytes)
    TrustedKey.of(point, Use.PASS, from_, until, State.ACTIVE) ; TrustList(version, issued, expires, city, min_iat, keys)
    sign_trust_list(trust, root) -> bytes ; open_trust_list(data, root_point, *, now, known_version=0, city=None)
    RecallList(epoch, sequence, issued, expires, bits, slots) ; `slot in list`, .age(now)
    sign_snapshot(listed, signer) -> bytes ; sign_delta(before, added, *, issued, expires, signer) -> (bytes, RecallList)
    RecentRecalls(epoch, sequence, issued, expires, bits, slots, after, since, least, within)    what phones read
    sign_recent(recent, signer) -> bytes ; open_recent(data, *, trust) -> RecentRecalls | Refused
    open_snapshot(data, *, trust, now, epoch=None, known=None) ; apply_delta(data, before, *, trust, now) -> list | Refused
    sign_policy_file(body, *, version, issued, expires, city, signer) -> bytes                 Use.POLICY
    open_policy_file(data, *, trust, now, known_issued=0, city=None) -> PolicyFile(version, issued, expires, city, body) | Refused
    seal_to(point, plaintext, aad) -> bytes ; open_sealed(FileKey, sealed, aad) -> bytes       Unsealable
    slot(key, epoch, bits, place) -> int ; place_of(key, epoch, bits, slot) -> int ; bits_for(places) -> int
    word_secret(day_key, cti) -> bytes ; word(secret, ts) -> Word(zh, en)
    Seen(replay_grace=15)                                          the memory of one scanner
"""

from __future__ import annotations

from yimatong.core.credential.claims import Claims, Kind, document_check, e_code
from yimatong.core.credential.epochs import Window, epoch_of, window, window_at, windows_of
from yimatong.core.credential.keys import ES256, FileKey, Signer, compressed, is_signed, kid_of, public_key
from yimatong.core.credential.names import masked, tail_of
from yimatong.core.credential.passes import PREFIX, Read, mint, paper_text, read, shown_message, shown_text, shown_with
from yimatong.core.credential.policy_files import PolicyFile, open_policy_file, sign_policy_file
from yimatong.core.credential.recall import RecallList, apply_delta, open_snapshot, sign_delta, sign_snapshot
from yimatong.core.credential.recent import RecentRecalls, open_recent, sign_recent
from yimatong.core.credential.refusals import Reason, Refused
from yimatong.core.credential.sealing import Unsealable, open_sealed, seal_to
from yimatong.core.credential.seen import Seen
from yimatong.core.credential.slots import bits_for, place_of, slot
from yimatong.core.credential.trust import State, TrustedKey, TrustList, Use, open_trust_list, sign_trust_list
from yimatong.core.credential.verification import Accepted, verify
from yimatong.core.credential.words import Word, word, word_list, word_secret

__all__ = [
    "ES256",
    "PREFIX",
    "Accepted",
    "Claims",
    "FileKey",
    "Kind",
    "PolicyFile",
    "Read",
    "Reason",
    "RecallList",
    "RecentRecalls",
    "Refused",
    "Seen",
    "Signer",
    "State",
    "TrustList",
    "TrustedKey",
    "Unsealable",
    "Use",
    "Window",
    "Word",
    "apply_delta",
    "bits_for",
    "compressed",
    "document_check",
    "e_code",
    "epoch_of",
    "is_signed",
    "kid_of",
    "masked",
    "mint",
    "open_policy_file",
    "open_recent",
    "open_sealed",
    "open_snapshot",
    "open_trust_list",
    "paper_text",
    "place_of",
    "public_key",
    "read",
    "seal_to",
    "shown_message",
    "shown_text",
    "shown_with",
    "sign_delta",
    "sign_policy_file",
    "sign_recent",
    "sign_snapshot",
    "sign_trust_list",
    "slot",
    "tail_of",
    "verify",
    "window",
    "window_at",
    "windows_of",
    "word",
    "word_list",
    "word_secret",
]
