"""The municipality's side of 利用登録: what a clerk sees of the queue, and the two answers a clerk can give.

Separate from the command line and the bench, which both only call it. What is listed is personal data,
on the clerk's own screen; nothing here writes it anywhere.
"""

from collections.abc import Iterator
from datetime import datetime

from municipality_client import enrolment
from municipality_client.centre import enrolling
from municipality_client.centre.handle import Centre
from municipality_client.centre.store_books import Books
from municipality_client.centre.store_enrolments import Filed
from municipality_client.enrolment import EnrolmentState
from municipality_client.errors import BadProfile


class Clerk:
    """One municipality's clerk at a centre's books."""

    def __init__(self, centre: Centre, municipality: str) -> None:
        """`municipality` is the 6-digit code whose queue this is."""
        self._centre, self._municipality = centre, municipality

    def queue(self, now: datetime) -> Iterator[str]:
        """Yield a line for each application, oldest first; what is due is decided before."""
        with self._centre.registers.books() as books:
            self._centre.enrolling.decide_due(books, self._municipality, now)
            filed = books.applications_in(self._municipality)
        for one in filed:
            application, _ = enrolling.read(one)
            told = one.number, one.state, one.reason or "-", f"{one.due_on}"
            yield "\t".join((*told, application.honseki, application.hittosha, application.telephone))

    def approve(self, number: str) -> None:
        """Approve an application that is waiting; raises BadProfile where there is none of that number."""
        with self._centre.registers.books() as books:
            enrolling.approve(books, self._waiting(books, number))

    def reject(self, number: str, reason: str) -> None:
        """Reject an application that is waiting (不一致); raises BadProfile also for a reason not in the list."""
        if reason not in enrolment.REJECTIONS:
            raise BadProfile(f"{reason}: no such reason; there are {', '.join(enrolment.REJECTIONS)}")
        with self._centre.registers.books() as books:
            enrolling.reject(books, self._waiting(books, number), reason)

    def newest(self) -> str:
        """Return the number of the application that came in last; raises BadProfile for an empty queue."""
        with self._centre.registers.books() as books:
            filed = books.applications_in(self._municipality)
        if not filed:
            raise BadProfile(f"{self._municipality}: no application")
        return filed[-1].number

    def _waiting(self, books: Books, number: str) -> Filed:
        waiting = (one for one in books.applications_in(self._municipality) if one.state is EnrolmentState.PENDING)
        found = next((one for one in waiting if one.number == number), None)
        if found is None:
            raise BadProfile(f"{number}: no application that waits for an answer in {self._municipality}")
        return found
