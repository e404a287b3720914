"""The same by tests that the product has: channels, devices, the scanner's own verifier."""

from __future__ import annotations

from tests.attack.tries import Planted, Refused, by_test

CHANNELS = "tests/integration/residents/test_channels.py"
SIGN_IN = "edges/web/resident/views/sign_in.py"

by_test(
    "screenshot-in-the-browser", section="passes", who="resident", aim="shown", promise="S1", how="the same photo before the scanner's own verifier (TypeScript)",
    guard="the phone signs each shown code with its second", answer=Refused("stale"),
    planted=Planted("web/src/credential/verify.ts", "-AHEAD <= behind && behind <= BEHIND", "behind >= -AHEAD", "web/test/vectors.test.ts"),
)  # fmt: skip
by_test(
    "pin-guessed", section="passes", who="traveller", aim="power", promise="S5", how="try PINs on the screen of an unattended gate",
    guard="five wrong ones wait a minute", answer=Refused("pin-wait"),
    planted=Planted(
        "web/src/scan/engine/unattended.ts", 'if (now < gate.from) throw trouble("pin-wait");', "", "web/test/scan-engine-guard.test.ts",
    ),
)  # fmt: skip
by_test(
    "hand-over-forged", section="passes", who="channel", aim="power", promise="S11", how="hand somebody over with a token that another key signed",
    guard="the signature of the channel's registered key", answer=Refused("hand-over-wrong"),
    planted=Planted(
        "edges/web/resident/tokens.py", "found = jwt.decode(token, KeySet.import_key_set(dict(keys)), algorithms=list(ALGORITHMS))",
        'found = jwt.Token({}, __import__("json").loads(__import__("base64").urlsafe_b64decode(token.split(".")[1] + "==")))',
        f"{CHANNELS}::test_a_wrong_assertion_opens_nothing",
    ),
)  # fmt: skip
by_test(
    "hand-over-kept", section="passes", who="channel", aim="power", promise="S11", how="send an assertion again, with a fresh nonce",
    guard="its number counts once, in the database", answer=Refused("hand-over-repeated"),
    planted=Planted(
        "stations/declarations/actions/handing_over.py", ".update(taken_at=at, jti_key=key)", ".update(taken_at=at)",
        f"{CHANNELS}::test_an_assertions_number_is_good_once_also_with_a_fresh_nonce",
    ),
)  # fmt: skip
by_test(
    "hand-over-for-another", section="passes", who="channel", aim="power", promise="S11", how="hand somebody over with a token meant for another site",
    guard="issuer and audience are demanded", answer=Refused("hand-over-wrong"),
    planted=Planted(
        "edges/web/resident/tokens.py", "if not _is_for(claims, demands.audience):", "if False:", f"{CHANNELS}::test_a_wrong_id_token_opens_nothing",
    ),
)  # fmt: skip
by_test(
    "signed-in-as-another", section="passes", who="stranger on the network", aim="power", promise="S12", how="lead somebody's browser into a sign-in begun elsewhere",
    guard="the session begins only in the browser that began", answer=Refused("hand-over-elsewhere"),
    planted=Planted(
        SIGN_IN, 'if not secrets.compare_digest(query.get("state", ""), under_way.state):', "if False:",
        f"{CHANNELS}::test_a_return_without_its_state_or_code_opens_nothing",
    ),
)  # fmt: skip
by_test(
    "channel-that-was-stopped", section="passes", who="channel", aim="power", promise="S13", how="go on handing over after the channel was stopped",
    guard="a stopped channel is asked at each hand-over", answer=Refused("channel-stopped"),
    planted=Planted(
        SIGN_IN, '    if not channel.enabled:\n        return no(request, channel, refused("channel-stopped"))\n    try:\n        return asserted',
        "    try:\n        return asserted", f"{CHANNELS}::test_stopping_one_channel_leaves_the_others_working",
    ),
)  # fmt: skip
by_test(
    "device-that-was-revoked", section="passes", who="gate device", aim="power", promise="S5", how="go on sending with a scanner that was taken out of its housing and revoked",
    guard="a revoked device is told so at its next request", answer=Refused("device-revoked"),
    planted=Planted(
        "stations/passes/devices.py", "    if found.revoked_at and not ended_too:\n", "    if False:\n",
        "tests/integration/checkpoints/test_enrolment.py::test_a_revoked_device_is_told_so_and_nothing_it_sends_is_taken",
    ),
)  # fmt: skip
