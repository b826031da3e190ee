"""What can go wrong while scenarios are read and played: the one family of this package.

ReplayError
├── FeatureError      a feature file has mistakes: one line each, FILE:LINE: what is wrong
├── EngineError       the workers asked for cannot be had, or are not fit
├── WatchEnded        whoever watched a scenario has closed the window
├── StepError         the program's own list of steps is wrong (two steps of the same words, ...)
└── ExpectationError  a step did not find what it expected; says what was seen instead
    └── InvariantError  an invariant (faults.md §1) does not hold after a step
"""


class ReplayError(Exception):
    """Base of everything that this package raises on purpose."""


class FeatureError(ReplayError):
    """Feature files have mistakes; the text has one line for each, `FILE:LINE: what is wrong`."""


class StepError(ReplayError):
    """Two steps claim the same words, or a step's expression cannot be read."""


class EngineError(ReplayError):
    """The workers asked for cannot be had, or run another version; one line."""


class WatchEnded(ReplayError):
    """Whoever watched has closed the window; the replay ends there."""


class PowerCut(BaseException):
    """The power is gone, at a durable write that a scenario named; nothing may catch it but the world."""


class ExpectationError(ReplayError):
    """A step expected one thing and saw another; the text says what was expected and what was there."""


class InvariantError(ExpectationError):
    """An invariant is broken; the text begins with its number (I1 … I7)."""
