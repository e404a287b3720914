"""The device API under `/s/`: enrolment, sync, register extract, applications on the spot. docs/reference/checkpoints.md."""
