"""Where codes and passes are shown: checkpoints, enrolled scanners, what they recorded. docs/reference/checkpoints.md.

    actions.opening    open_checkpoint, close_checkpoint
    actions.enrolling  offer_enrolments, enrol, revoke, licence_of, answer_challenge
    actions.taking     take(device, batch, handlers, now, at) -> Answer              the sync, exactly once
    looking_over       what the server sees in passages afterwards: not-the-matrix, dead-pass, impossible-time
    queries            live_counts, figures, dead_passes, impossible, devices, flags, shifts

A later station's part of a sync comes in as `Handlers`. A passage holds no person: who it was is resolved with the city's
key, by the machine, for contact tracing and for a fever.
"""
