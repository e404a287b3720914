"""What writes to the checkpoints: keyword-only, all or nothing, audited without personal data.

open_checkpoint(by, title_zh, title_en, division, at, zone, hours, place, lat, lon) -> Checkpoint
change_hours(by, checkpoint, hours, now, control_hours=None) ; close_checkpoint(by, checkpoint, why, at)
offer_enrolments(by, checkpoint, at, count=1, training=False) -> [Code(id, secret, until)]
enrol(secret, point, name, signature, at) -> Device ; hear(device, counter, signature, message, at) -> Device
revoke(by, why, at, devices=(), offers=(), checkpoint=None) -> int
licence_of(device, now) -> bytes ; answer_challenge(by, device, challenge, why, now) -> "12345678"
take(device, batch, handlers, now, at) -> Answer
take_trust_list(by, city, data, now) -> TrustList
"""

from yimatong.stations.checkpoints.actions.enrolling import (
    answer_challenge,
    enrol,
    hear,
    licence_of,
    offer_enrolments,
    override_secret,
    revoke,
)
from yimatong.stations.checkpoints.actions.opening import change_hours, close_checkpoint, open_checkpoint
from yimatong.stations.checkpoints.actions.recognising import take_trust_list
from yimatong.stations.checkpoints.actions.taking import Answer, take

__all__ = [
    "Answer",
    "answer_challenge",
    "change_hours",
    "close_checkpoint",
    "enrol",
    "hear",
    "licence_of",
    "offer_enrolments",
    "open_checkpoint",
    "override_secret",
    "revoke",
    "take",
    "take_trust_list",
]
