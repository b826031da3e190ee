"""What anybody may be told of the municipalities: fees, hours, texts, open or not.

Separate because no person is known here yet; all of it comes from profiles and the clock.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time

from municipality_client import messages as m
from municipality_client.centre import calendar, refusals
from municipality_client.centre.calendar import JST, Timetable
from municipality_client.centre.forms import layout
from municipality_client.centre.profiles import Closed, Maintenance, National, Phone, Profile, Service, TownHall, Window
from municipality_client.centre.store_books import Books
from municipality_client.centre.store_registers import EVERYWHERE

_PLATFORMS = {"android": "android", "ios": "iphone"}


class Catalogue:
    """Profiles of all municipalities that take part, and the national rules."""

    def __init__(self, profiles: Mapping[str, Profile], national: National) -> None:
        """`profiles` by municipality code."""
        self.profiles, self.national = profiles, national

    def taking_part(self, code: str, terminal: str, now: datetime) -> Profile | None:
        """Return the profile, as in force, of a municipality that is served at this terminal today, None for E-20."""
        profile, today = self.profiles.get(code), now.astimezone(JST).date()
        at = self.town_hall(terminal)
        if profile is None or today < profile.since or (at is not None and at[0] != code):
            return None
        return profile.on(today)

    def town_hall(self, terminal: str) -> tuple[str, TownHall] | None:
        """Return whose building a terminal stands in, by code, None for one in a store."""
        halls = ((code, one) for code, profile in self.profiles.items() for one in profile.town_hall)
        return next(((code, one) for code, one in halls if one.terminal == terminal), None)

    def is_practice(self, terminal: str) -> bool:
        """Whether a terminal prints for practice, free of charge (service.md V-12)."""
        return terminal in self.national.practice

    def announce(self, service: Service) -> None:
        """Put one entry of the menu, with its days, in the place of what `national.toml` says of it."""
        services = tuple(service if one.id == service.id else one for one in self.national.services)
        self.national = self.national.model_copy(update={"services": services})

    def not_there(self, entry: str, now: datetime) -> m.Problem | None:
        """Say why what an entry of the menu leads to may not be had today, None where it may (service.md V-11)."""
        today = now.astimezone(JST).date()
        begins = next((one.from_ for one in self.national.services if one.id == entry), None)
        if any(one.id == entry and one.is_there(today) for one in self.national.services):
            return None
        return refusals.by_reason("service-not-begun" if begins and today < begins else "service-ended")

    def timetable(self, books: Books, profile: Profile | None, terminal: str) -> Timetable:
        """Return when there is service at a terminal, closures that the bench added included."""
        # Announced pauses stand in the profile, sudden ones in the books.
        pauses, store = books.limits(EVERYWHERE if profile is None else profile.code, terminal)
        sudden = tuple(Maintenance.model_validate({"from": start, "until": end}) for start, end in pauses)
        within = None if store is None else Window(opens=store[0], closes=store[1])
        table = calendar.timetable(self.national, profile, Closed(maintenance=sudden) if sudden else None, within)
        at = self.town_hall(terminal)
        return table if at is None else replace(table, windows=(*table.windows, at[1].hours))

    def municipalities(self, books: Books, terminal: str, now: datetime) -> m.Municipalities:
        """Answer AskMunicipalities, sorted by code, which goes from north to south."""
        found = (self.taking_part(code, terminal, now) for code in sorted(self.profiles))
        briefs = tuple(m.MunicipalityBrief(p.code, p.name, p.prefecture, p.kana) for p in found if p is not None)
        today = now.astimezone(JST).date()
        entries = self.national.services
        services = tuple(one.id for one in entries if one.is_there(today))
        elsewhen = tuple(_elsewhen(one, today) for one in entries if not one.is_there(today))
        status = _status(self.timetable(books, None, terminal), now)
        return m.Municipalities(status, briefs, services, self.is_practice(terminal), elsewhen)

    def municipality(self, books: Books, code: str, terminal: str, now: datetime) -> m.Municipality | m.Problem:
        """Answer AskMunicipality."""
        profile = self.taking_part(code, terminal, now)
        if profile is None:
            return refusals.by_code("E-20")
        table = self.timetable(books, profile, terminal)
        advice = profile.advice
        return m.Municipality(
            code=profile.code,
            name=profile.name,
            prefecture=profile.prefecture,
            kana=profile.kana,
            service=_status(table, now),
            kinds=_terms(profile, table, now),
            unlock=advice.unlock,
            window=advice.window,
            lag=profile.lag.notes,
            notes=advice.notes,
            contact=advice.contact,
            brands=profile.brands,
            forget_alert=m.ForgetAlert(profile.forget_alert.of, profile.forget_alert.by),
            max_copies=profile.max_copies,
            about=about(profile),
            phones=_phones(profile.phone, now.astimezone(JST).date()),
        )


def _elsewhen(service: Service, today: date) -> m.Elsewhen:
    if service.from_ is not None and today < service.from_:
        return m.Elsewhen(service.id, begins=service.from_)
    return m.Elsewhen(service.id, ended=service.until)


def hours(table: Timetable) -> m.Hours:
    """Return the hours that bound a service, as a message."""
    opens, closes, office_days = calendar.common(table.bounds)
    return m.Hours(_clock(opens), _clock(closes), office_days)


def _phones(phone: Phone, today: date) -> m.PhoneTerms:
    operators = tuple(one.brand for one in phone.stores if one.from_ <= today)
    platforms = tuple(_PLATFORMS[one] for one in phone.os)
    return m.PhoneTerms(platforms, operators, phone.any_store, phone.biometrics)


def _terms(profile: Profile, table: Timetable, now: datetime) -> tuple[m.KindTerms, ...]:
    found = []
    for kind, terms in profile.certificates.items():
        if kind in layout.kinds():
            own = calendar.for_kind(table, kind, terms.hours)
            code = own.code(now)
            found.append(m.KindTerms(kind, terms.name, terms.fee, hours(own), not code, code, terms.notes))
    return tuple(found)


def about(profile: Profile) -> tuple[m.Chapter, ...]:
    """Return what a customer may want to read about this municipality's service, chapter by chapter."""
    advice, fees = profile.advice, profile.fees_collected_by
    chapters = {
        "notes": advice.notes,
        "stores": ("、".join(profile.brands), *advice.stores),
        "not-offered": ("、".join(profile.not_offered), *advice.free, *advice.window),
        "days": (*profile.lag.notes, *advice.maintenance),
        "pin": advice.unlock,
        "phone": profile.phone.notes,
        "links": tuple("　".join(filter(None, (one.title, one.purpose, one.address))) for one in profile.links),
        "legal": () if fees is None else (f"{fees.name}（{fees.address}）", fees.basis),
        "contact": (advice.contact, profile.phone.questions),
    }
    said = {id_: tuple(filter(None, lines)) for id_, lines in chapters.items()}
    return tuple(m.Chapter(id_, lines) for id_, lines in said.items() if lines)


def _status(table: Timetable, now: datetime) -> m.ServiceStatus:
    opening = table.opening(now)
    return m.ServiceStatus(opening.open, opening.code, hours(table), opening.opens_at)


def _clock(moment: time) -> str:
    return f"{moment:%H:%M}"
