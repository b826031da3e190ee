"""How often one terminal may ask: a bound that a kiosk never meets and a kiosk gone wild does.

Separate because it is arithmetic on a clock and nothing else (generic cell rate algorithm). Each
worker process counts for itself: with N workers a terminal may have up to N times as much.
"""

import math


class Rates:
    """Counts by terminal; not thread-safe, as the loop that asks is one thread."""

    def __init__(self, per_second: float, burst: int) -> None:
        """Allow `burst` requests at once and `per_second` in the long run."""
        self._interval = 1 / per_second
        self._slack = (burst - 1) * self._interval
        self._due: dict[str, float] = {}

    def wait(self, terminal: str, now: float) -> int:
        """Count one request at `now` (s, monotonic) and return 0, or the whole seconds after which it may come."""
        due = max(self._due.get(terminal, now), now)
        if due - now > self._slack:
            return math.ceil(due - now - self._slack)
        self._due[terminal] = due + self._interval
        return 0
