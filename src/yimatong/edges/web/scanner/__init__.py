"""The device API under `/s/`: enrolment, sync, register extract, applications on the spot; and its page. docs/reference/checkpoints.md."""
