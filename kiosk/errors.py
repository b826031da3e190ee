"""The one family of exceptions of this package, drawn here so that callers can tell them apart.

What is expected (a wrong PIN, no paper, a refusal) is an event, never an exception.

    KioskError
    ├── SettingsError        kiosk.toml or a command-line option is wrong (text: FILE:LINE: field: what)
    ├── AlreadyRunning       another kiosk uses the same state folder (fault-24)
    ├── PartMissing          the settings name a part that this machine does not have
    ├── StateNotWritten      the state folder cannot be written: nothing may be acted on (fault-20)
    ├── BenchError           the bench cannot do that to an emulated part (text: why)
    ├── JournalDamaged       the journal's chain of hashes is broken, or it is an older copy (fault-17, fault-21)
    ├── RecordNotWritten     a recording's file is there already or cannot be written
    └── CoinStateDamaged     the coin box's file cannot be trusted (fault-17)
"""


class KioskError(Exception):
    """Anything that keeps the kiosk from working as it should."""


class SettingsError(KioskError):
    """A setting is wrong; one line for each mistake."""


class AlreadyRunning(KioskError):
    """A second kiosk was started on the same state folder; nothing was touched."""


class PartMissing(KioskError):
    """A part named in the settings cannot be had; the text says how to get it."""


class StateNotWritten(KioskError):
    """A durable write failed. It is never tried again silently."""


class BenchError(KioskError):
    """What was asked of an emulated part cannot be done: it is a real part, or there is no such thing."""


class JournalDamaged(KioskError):
    """A row of the journal was changed, lost or torn, or newer rows are gone; the text says which."""


class CoinStateDamaged(KioskError):
    """The coin box's state is torn or was changed by somebody else."""


class RecordNotWritten(KioskError):
    """A recording never writes over a file, and says when it cannot write."""
