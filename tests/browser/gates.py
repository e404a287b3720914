"""A day at three checkpoints, written into a running product's database for the office's browser tests.

Everything goes through the product's own actions where there is one; passages are rows, as a sync would have left them.
"""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.browser import aside
from tests.integration.refusing import as_owner

VERDICTS = (
    ("green", "release", 412), ("green", "release", 37), ("yellow", "hand_over", 3), ("red", "hand_over", 1),
    ("nothing", "turn_back", 6), ("nothing", "apply_now", 11), ("recalled", "show_again", 2),
)  # fmt: skip


def fill(home: Path) -> dict[str, Any]:
    """Fill a running product; what was made."""
    return dict(aside.asked(home, __name__))


def answer() -> dict[str, Any]:
    """Three checkpoints, scanners in every state, passages, hand-overs, complaints, flags, a shift."""
    from datetime import UTC, datetime

    from tests.integration.dispositions.gate import a_device, sealed_for
    from yimatong.core.checkpoints import cells
    from yimatong.records import clock
    from yimatong.records.actions.officials import the_system
    from yimatong.stations.appeals import actions as appeals
    from yimatong.stations.checkpoints import policy
    from yimatong.stations.checkpoints.actions import opening
    from yimatong.stations.checkpoints.models import Device, Entry, Flag, Passage
    from yimatong.stations.dispositions import actions as dispositions
    from yimatong.stations.passes.days import day_of, seconds

    now, at, by = clock.now(), datetime.now(UTC), the_system()
    places = (
        ("段塘收费站", "Duantang toll gate", 330203005, "ordinary", 29.84, 121.52),
        ("宁波站北出口", "Ningbo station, north exit", 330203001, "ordinary", 29.86, 121.53),
        ("慈溪庵东卡点", "Andong, Cixi", 330282002, "control", 30.27, 121.22),
    )
    gates = [
        opening.open_checkpoint(
            by=by, title_zh=zh, title_en=en, division=division, zone=zone, lat=lat, lon=lon, at=at
        )
        for zh, en, division, zone, lat, lon in places
    ]  # fmt: skip
    devices = [a_device(gate) for gate in (gates[0], gates[0], gates[0], gates[1])]
    for device, minutes, offset, name in zip(
        devices, (2, 190, 2000, 5), (0, 130_000, 0, 0), ("1号机 东口", "2号机 西口", "3号机", "1号机"), strict=True
    ):
        with as_owner():
            Device.objects.filter(pk=device.pk).update(
                name=name,
                seen_at=at - timedelta(minutes=minutes),
                offset=offset,
                lists={"policy": seconds(now) - minutes * 60},
            )
    every, n = list(cells()), 0
    version = policy.kept(policy.body_on(now))
    for device, share in ((devices[0], 1), (devices[3], 4)):
        for verdict, action, count in VERDICTS:
            cell, rule = next(
                (number, said[1])
                for number, one in enumerate(every)
                if one.verdict == verdict and (said := policy.says(version, one)) is not None and said[0] == action
            )
            rows = []
            for _ in range(max(1, count // share)):
                n += 1
                rows.append(Passage(
                    device=device, n=n, checkpoint=device.checkpoint, day=day_of(now), minute=seconds(now) // 60, cell=cell,
                    verdict=verdict, carrier="code", action=action, rule=rule, policy=version, mode="ordinary", rung=0,
                    digest=n.to_bytes(8, "big"),
                ))  # fmt: skip
            Passage.objects.bulk_create(rows)
    entries: tuple[tuple[str, int | None, dict[str, object]], ...] = (
        ("refusal", 1, {"ground": "not_measured"}), ("refusal", 2, {"ground": "document_not_shown"}),
        ("shift", None, {"event": "begin", "guard": "周班长", "counts": {}, "note": ""}),
        ("shift", None, {"event": "end", "guard": "王班长", "counts": {"green": 441, "release": 432, "turn_back": 6}, "note": "测温枪电池已换，2号机西口断网"}),
    )  # fmt: skip
    for kind, of, body in entries:
        n += 1
        Entry.objects.create(
            device=devices[0],
            n=n,
            checkpoint=gates[0],
            kind=kind,
            day=day_of(now),
            at=seconds(now),
            of=of,
            body=body,
            digest=b"1",
        )
    for number, (kind, details) in enumerate(
        (
            ("dead-pass", {"minutes": 37}),
            ("impossible-time", {}),
            ("not-the-matrix", {"action": "release", "matrix": "hand_over"}),
        )
    ):
        Flag.objects.create(
            device=devices[0], n=number + 1, checkpoint=gates[0], kind=kind, day=day_of(now), details=details
        )
    written = json.dumps({"name": "王海生", "document": "330299198001010018", "phone": "13900000001"}).encode()
    handed = []
    for number, (to, why, minutes, temperature) in enumerate(
        (
            ("health", "fever", 3, 385),
            ("health", "red", 22, 366),
            ("township", "yellow", 70, 365),
            ("health", "recalled", 6, 364),
        ),
        start=1,
    ):
        moment = now - timedelta(minutes=minutes)
        made = dispositions.record_hand_over(
            device=devices[0].pk, checkpoint=gates[0].number, n=number, happened=moment - timedelta(minutes=4), now=moment, to=to, why=why,
            person=None, sealed=sealed_for(devices[0], written), temperature=temperature,
        )  # fmt: skip
        handed.append(made.pk)
    dispositions.escalate(now=now)
    complaints = [
        appeals.complain(kind=kind, checkpoint=gate, text=text, source="page", happened=now, now=now, slip=slip).complaint.pk
        for kind, gate, text, slip in (
            ("plate", gates[0].number, "绿码，说是外地牌照不让进", "A-17"), ("refused_despite_green", gates[1].number, "", ""),
            ("landlord", None, "房东不让外地人租房", ""),
        )
    ]  # fmt: skip
    return {
        "gates": [gate.number for gate in gates],
        "devices": [one.pk for one in devices],
        "handed": handed,
        "complaints": complaints,
    }
