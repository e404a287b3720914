"""How long a search for an example goes on: a few in `make test`, the same in every run; many in `make soak`, new ones each time."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, settings

STEADY, SOAK = "steady", "soak"
settings.register_profile(STEADY, deadline=None, derandomize=True)
settings.register_profile(SOAK, deadline=None, max_examples=200, print_blob=True)


def sought(examples: int, **more: Any) -> settings:
    """So many examples; where the profile `soak` is loaded, as many as that says.

    Whether a change may land is no game of chance, nor of how busy the machine is.
    """
    soaking = settings.get_current_profile_name() == SOAK
    most = settings.get_profile(SOAK).max_examples if soaking else examples
    return settings(max_examples=most, suppress_health_check=list(HealthCheck), **more)
