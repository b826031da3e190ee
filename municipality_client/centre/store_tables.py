"""The tables of the centre's database, in SQLAlchemy Core: names, keys, and what each column holds.

Separate from the store so that the schema can be read alone. Personal data stands in the `record`
of residents, family registers and tax rows, in `applications.application` and, until a set is settled, in
`orders.answer`; nowhere else.
Times are ISO 8601 in JST, so that they sort. A change here is a version more: a file in
`migrations/versions` and `schema.VERSION` (docs/centre.md).
"""

from sqlalchemy import Boolean, Column, Index, Integer, LargeBinary, MetaData, String, Table, UniqueConstraint, text

metadata = MetaData()

# `record`: JSON of residents.Resident; `version` counts its changes
residents = Table(
    "residents",
    metadata,
    Column("municipality", String, primary_key=True),
    Column("person", String, primary_key=True),
    Column("household", String, nullable=False),
    Column("record", LargeBinary, nullable=False),
    Column("version", Integer, nullable=False),
    # One index for both: a planner without statistics would scan the whole municipality.
    Index("ix_residents_household", "municipality", "household"),
)

# `record`: JSON of koseki.Koseki
family_registers = Table(
    "family_registers",
    metadata,
    Column("municipality", String, primary_key=True),
    Column("register", String, primary_key=True),
    Column("record", LargeBinary, nullable=False),
    Column("version", Integer, nullable=False),
)

# who is a member now of which register; removed members are not here
family_members = Table(
    "family_members",
    metadata,
    Column("municipality", String, primary_key=True),
    Column("person", String, primary_key=True),
    Column("register", String, nullable=False, index=True),
)

# `record`: JSON of tax.TaxRow
tax_rows = Table(
    "tax_rows",
    metadata,
    Column("municipality", String, primary_key=True),
    Column("person", String, primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("record", LargeBinary, nullable=False),
    Column("version", Integer, nullable=False),
)

# (issuer, serial) of a user authentication certificate -> person; usable the lag after `delivered_on`
links = Table(
    "links",
    metadata,
    Column("issuer", String, primary_key=True),
    Column("serial", String, primary_key=True),
    Column("person", String, nullable=False, index=True),
    Column("delivered_on", String),
)

# ad-hoc maintenance that the bench has announced; `municipality` may be "*"
closures = Table(
    "closures",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("municipality", String, nullable=False),
    Column("starts", String, nullable=False),
    Column("ends", String, nullable=False),
)

# opening hours of the store that a terminal stands in, `HH:MM`; a terminal without a row is never closed by it
stores = Table(
    "stores",
    metadata,
    Column("terminal", String, primary_key=True),
    Column("opens", String, nullable=False),
    Column("closes", String, nullable=False),
)

# what was given out to be signed; `used` stays true for ever
challenges = Table(
    "challenges",
    metadata,
    Column("challenge", LargeBinary, primary_key=True),
    Column("terminal", String, nullable=False),
    Column("request_id", String, nullable=False),
    Column("municipality", String, nullable=False),
    Column("expires_at", String, nullable=False, index=True),
    Column("used", Boolean, nullable=False),
)

# `token` is the SHA-256 of what the kiosk holds; `salt` makes the handles of this session
sessions = Table(
    "sessions",
    metadata,
    Column("token", LargeBinary, primary_key=True),
    Column("terminal", String, nullable=False),
    Column("municipality", String, nullable=False),
    Column("issuer", String, nullable=False),
    Column("serial", String, nullable=False),
    Column("cert_sha256", LargeBinary, nullable=False),
    Column("salt", LargeBinary, nullable=False),
    Column("opened_at", String, nullable=False),
    Column("expires_at", String, nullable=False, index=True),
    Column("used_by", String),
    Index("ix_sessions_card", "issuer", "serial"),
)

_WAITING = text("answer IS NOT NULL")
# `answer`: the body that is sent, again and again, until the order is settled
orders = Table(
    "orders",
    metadata,
    Column("terminal", String, primary_key=True),
    Column("request_id", String, primary_key=True),
    Column("order_sha256", LargeBinary, nullable=False),
    Column("municipality", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("fee", Integer, nullable=False),
    Column("placed_at", String, nullable=False),
    Column("state", String, nullable=False),
    Column("answer", LargeBinary),
    # Orders are kept for ever, those that wait are few.
    Index("ix_orders_waiting", "placed_at", sqlite_where=_WAITING, postgresql_where=_WAITING),
)

# one row a copy (一通); `day` and `serial` are parts of its number, `sheets` what reached the tray,
# `register_version` that of the municipality's registers from which it was made (F-06)
sets = Table(
    "sets",
    metadata,
    Column("set_number", String, primary_key=True),
    Column("municipality", String, nullable=False),
    Column("day", String, nullable=False),
    Column("terminal", String, nullable=False),
    Column("serial", Integer, nullable=False),
    Column("request_id", String, nullable=False, index=True),
    Column("state", String, nullable=False),
    Column("pages", Integer, nullable=False),
    Column("sheets", Integer, nullable=False),
    Column("register_version", Integer, nullable=False, server_default="0"),
    UniqueConstraint("municipality", "day", "terminal", "serial"),
)

# last serial given out: rows are never deleted, so that no number comes twice (I3)
counters = Table(
    "counters",
    metadata,
    Column("municipality", String, primary_key=True),
    Column("day", String, primary_key=True),
    Column("terminal", String, primary_key=True),
    Column("last", Integer, nullable=False),
)

# one row an application for 利用登録; `application`: what was signed (CMS), personal data; (issuer, serial): the card
# `reason`: see municipality_client.enrolment; `due_on`: the day from which it is decided by itself
applications = Table(
    "applications",
    metadata,
    Column("number", String, primary_key=True),
    Column("municipality", String, nullable=False),
    Column("issuer", String, nullable=False),
    Column("serial", String, nullable=False),
    Column("terminal", String, nullable=False),
    Column("request_id", String, nullable=False),
    Column("application", LargeBinary, nullable=False),
    Column("applied_at", String, nullable=False),
    Column("due_on", String, nullable=False),
    Column("state", String, nullable=False),
    Column("reason", String, nullable=False),
    UniqueConstraint("terminal", "request_id"),
    Index("ix_applications_due", "municipality", "state", "due_on"),
)

# what an operator must look at (F-09); `what` names no person; `papers`: the sets found on paper when it was closed
incidents = Table(
    "incidents",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", String, nullable=False),
    Column("terminal", String, nullable=False),
    Column("request_id", String, nullable=False),
    Column("what", String, nullable=False),
    Column("closed_at", String),
    Column("papers", String),
)

# every change of a municipality's registers counts one; `as_of`: until when a feed has told of changes (随時連携),
# null where the registers are kept here
feeds = Table(
    "feeds",
    metadata,
    Column("municipality", String, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("as_of", String),
)

# who runs a terminal, and since when it is refused; a terminal without a row is nobody's and welcome
terminals = Table(
    "terminals",
    metadata,
    Column("terminal", String, primary_key=True),
    Column("operator", String, nullable=False),
    Column("revoked_at", String),
)

# the daily closing (日次): written once, never changed
closed_days = Table(
    "closed_days",
    metadata,
    Column("day", String, primary_key=True),
    Column("closed_at", String, nullable=False),
)
closings = Table(
    "closings",
    metadata,
    Column("day", String, primary_key=True),
    Column("operator", String, primary_key=True),
    Column("municipality", String, primary_key=True),
    Column("kind", String, primary_key=True),
    Column("fee", Integer, primary_key=True),
    Column("sets", Integer, nullable=False),
)

# the least serial of a day, where a restored backup may not know all that were given out (I3)
floors = Table(
    "floors",
    metadata,
    Column("day", String, primary_key=True),
    Column("serial", Integer, nullable=False),
)

# who may set which secret anew (V-7); `used_for` is the card's challenge that the reservation was claimed with
pin_reservations = Table(
    "pin_reservations",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("person", String, nullable=False, index=True),
    Column("secret", String, nullable=False),
    Column("made_at", String, nullable=False),
    Column("used_for", LargeBinary),
)
