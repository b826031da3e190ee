"""Tells systemd that the window lives: READY=1 once, WATCHDOG=1 while it turns (sd_notify(3), fault-23).

Separate and small: the protocol is one datagram, so no library is needed. Without NOTIFY_SOCKET in
the environment nothing is sent. A window that stands still for the unit's WatchdogSec is killed and
started again; the journal then says what is owed.
"""

import socket
import time
from collections.abc import Mapping

_MICRO = 1_000_000


class Watchdog:
    """One socket of systemd's, or none."""

    def __init__(self, address: str = "", every: float = 0.0) -> None:
        """`address` as in NOTIFY_SOCKET (@ for an abstract one); a sign of life `every` seconds, 0 for none."""
        self._address = "\0" + address[1:] if address.startswith("@") else address
        self._every, self._last = every, 0.0

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> "Watchdog":
        """Return the one that systemd asks for; half of WATCHDOG_USEC lies between two signs of life."""
        asked = environment.get("WATCHDOG_USEC", "")
        every = int(asked) / _MICRO / 2 if asked.isdecimal() else 0.0
        return cls(environment.get("NOTIFY_SOCKET", ""), every)

    def ready(self) -> None:
        """The kiosk is loaded."""
        self._send(b"READY=1")

    def alive(self) -> None:
        """The window turns; sent no more often than is asked for."""
        now = time.monotonic()
        if self._every and now - self._last >= self._every:
            self._last = now
            self._send(b"WATCHDOG=1")

    def _send(self, state: bytes) -> None:
        if not self._address:
            return
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as notify:
            notify.settimeout(0.5)
            try:
                notify.sendto(state, self._address)
            except OSError:
                # Nobody listens (any more): the kiosk goes on, systemd will see that it hears nothing.
                return
