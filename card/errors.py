"""The one family of exceptions of this package, apart so that callers can catch them without the rest.

What is expected (a wrong PIN, another kind of card) is a value, never an exception.

    CardError
    ├── ReaderUnavailable        no reader can be used now
    │   ├── ServiceNotRunning    pcscd does not run, or its client library is missing
    │   ├── NoReader             no reader is plugged in, or none of that name
    │   └── ReaderBusy           another program holds the card
    ├── CardRemoved              no card, or it left the reader; a command may or may not have run
    ├── TransportError           the reader or the card gave no usable answer
    ├── CardAnswerError          the card answered, but not as a My Number card may
    ├── PersonError              a person's file is missing or has mistakes (FILE:LINE: field: what)
    ├── TestKeyError             a committed test key is missing or unreadable
    └── StateError               the virtual card's stored state
        ├── StateDamaged         it cannot be trusted; the card does not start
        └── StateNotWritten      it could not be brought to stable storage
"""


class CardError(Exception):
    """Anything that breaks the world of cards and readers."""


class ReaderUnavailable(CardError):
    """No reader can be used now."""


class ServiceNotRunning(ReaderUnavailable):
    """The PC/SC service does not answer, or the library that speaks to it is missing."""


class NoReader(ReaderUnavailable):
    """No reader is plugged in, or none has the asked name."""


class ReaderBusy(ReaderUnavailable):
    """Another connection holds the card exclusively."""


class CardRemoved(CardError):
    """No card is there, or it left: whether the last command ran is not known."""


class TransportError(CardError):
    """No usable answer came from reader or card."""


class CardAnswerError(CardError):
    """The card's answer breaks the rules; the text names the step and the status word only."""


class PersonError(CardError):
    """A fictional person's file cannot be used; the text is one line for each mistake."""


class TestKeyError(CardError):
    """A test key of assets/pki is missing or unreadable."""

    __test__ = False  # not a test class, whatever its name begins with


class StateError(CardError):
    """The stored state of a virtual card."""


class StateDamaged(StateError):
    """The stored state cannot be trusted, so no retry counter is taken from it."""


class StateNotWritten(StateError):
    """The stored state could not be brought to stable storage."""
