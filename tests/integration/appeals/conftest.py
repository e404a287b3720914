"""The checkpoint and the offices of the hand-overs' tests."""

from tests.integration.dispositions.conftest import gate, offices

__all__ = ["gate", "offices"]
