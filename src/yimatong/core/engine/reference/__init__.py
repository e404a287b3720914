"""The judgement in plain Python, to be read aloud. It may not be optimised: every fast engine must agree with it."""

from yimatong.core.engine.reference.derivation import derive, together
from yimatong.core.engine.reference.judging import judge, judge_person

__all__ = ["derive", "judge", "judge_person", "together"]
