"""The audit log: one event, one line of JSON, at the end of one file.

Separate because it is the only file that a server writes beside the books. A line about sets is on
stable storage before the terminal hears of it; a log that cannot be written stops the service, so
that nothing is issued unseen (fault-48). The file is opened anew for each line: rotate it by moving it.
"""

import os
from pathlib import Path

import msgspec

from municipality_client.centre.observing import Event
from municipality_client.errors import StoreFailed

_encode = msgspec.json.Encoder(order="deterministic").encode


class Audit:
    """Appends events to a file; several processes may share it."""

    def __init__(self, file: Path) -> None:
        """Raises StoreFailed where the file cannot be written."""
        self._file = file
        self._append(b"", synced=False)

    def write(self, event: Event) -> None:
        """Write one line; raises StoreFailed."""
        # JSON escapes line ends and control characters: one event is one line, whatever was sent (fault-35).
        self._append(_encode(event) + b"\n", synced=event.changes)

    def _append(self, line: bytes, synced: bool) -> None:
        try:
            opened = os.open(self._file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640)
            try:
                # One call a line, so that the lines of several processes do not mix.
                written = os.write(opened, line)
                if synced:
                    os.fdatasync(opened)
            finally:
                os.close(opened)
        except OSError as error:
            raise StoreFailed(f"{self._file}: {error.strerror}") from error
        if written != len(line):
            raise StoreFailed(f"{self._file}: no space for a whole line")
