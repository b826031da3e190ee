"""The exceptions of this package, client and centre: one family, drawn here.

Separate because every module raises from it and it must import nothing. A refusal of the
centre is no exception but a value (`messages.Refusal`).

    MunicipalityError
    +-- CentreUnreachable      nothing reached the centre: asking again is safe
    +-- OutcomeUnknown         the request was sent, no answer came: ask by request id, never guess
    +-- ProtocolError          a peer sent what the message list does not allow, or too much of it
    |   +-- AnswerSwapped      an answer that belongs to another request (fault-29): a hard stop
    |   +-- NoSuchPath         method and path name nothing that the centre has
    |       +-- WrongMethod    the path is there, for another method
    +-- BadProfile             a municipality or person file is wrong (text: FILE:LINE: field: what)
    +-- BadFeed                a file of register changes is wrong, or does not follow on what is known (F-05)
    +-- KeysMissing            keys or public-key certificates that the configuration names are not there
    +-- StoreFailed            the centre's database cannot be read or written
    |   +-- BooksUnfit         it may be readable, but working with it would not be safe: says why
    +-- TooLate                the deadline of a request has passed; what was begun is undone
    +-- NotListening           the address that the centre shall listen on is taken, or not ours
    +-- MixedUp                a composed page names somebody who may not be on it: a hard stop (F-02, F-04)
"""


class MunicipalityError(Exception):
    """Base of all exceptions of `municipality_client`."""


class CentreUnreachable(MunicipalityError):
    """No connection, or it broke before anything was sent (fault-26, fault-31)."""


class OutcomeUnknown(MunicipalityError):
    """The request left, its answer did not arrive whole (fault-27, fault-30)."""


class ProtocolError(MunicipalityError):
    """Bytes that are no message of the list, or beyond its bounds (fault-33)."""


class AnswerSwapped(ProtocolError):
    """The answer names another request than was asked; nothing of it may be used."""


class NoSuchPath(ProtocolError):
    """A request to a path that is not on the list."""


class WrongMethod(NoSuchPath):
    """A request to a path of the list with a method that it does not have."""


class BadProfile(MunicipalityError):
    """A file that describes a municipality or a person has mistakes, one a line."""


class BadFeed(MunicipalityError):
    """A file of register changes has a mistake (text: FILE:LINE: what); nothing of it was taken."""


class KeysMissing(MunicipalityError):
    """A key or public-key certificate file is missing or not what its name says."""


class StoreFailed(MunicipalityError):
    """The database refused to work; nothing may be issued (fault-36)."""


class BooksUnfit(StoreFailed):
    """The database is of another version, or stands where a server cannot use it safely (F-08)."""


class TooLate(MunicipalityError):
    """The terminal has stopped waiting for this answer: nothing of it is kept (F-01)."""


class NotListening(MunicipalityError):
    """The listening socket cannot be opened."""


class MixedUp(MunicipalityError):
    """The signer found a page that names anyone but who was ordered; says which page, never whom."""
