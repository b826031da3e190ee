"""Version 0001: the tables as they were when versions began."""

from alembic import op
from sqlalchemy import Boolean, Column, Integer, LargeBinary, PrimaryKeyConstraint, String, UniqueConstraint, text

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make everything."""
    _registers()
    _applications()
    _opening_times()
    _authentication()
    _orders()


def _registers() -> None:
    op.create_table(
        "residents",
        *_texts("municipality", "person", "household"),
        *_record(),
        PrimaryKeyConstraint("municipality", "person"),
    )
    op.create_index("ix_residents_household", "residents", ["household"])
    op.create_table(
        "family_registers",
        *_texts("municipality", "register"),
        *_record(),
        PrimaryKeyConstraint("municipality", "register"),
    )
    op.create_table(
        "family_members",
        *_texts("municipality", "person", "register"),
        PrimaryKeyConstraint("municipality", "person"),
    )
    op.create_index("ix_family_members_register", "family_members", ["register"])
    op.create_table(
        "tax_rows",
        *_texts("municipality", "person"),
        Column("year", Integer, nullable=False),
        *_record(),
        PrimaryKeyConstraint("municipality", "person", "year"),
    )
    op.create_table(
        "links",
        *_texts("issuer", "serial", "person"),
        Column("delivered_on", String),
        PrimaryKeyConstraint("issuer", "serial"),
    )
    op.create_index("ix_links_person", "links", ["person"])


def _applications() -> None:
    op.create_table(
        "applications",
        *_texts("number", "municipality", "issuer", "serial", "terminal", "request_id"),
        Column("application", LargeBinary, nullable=False),
        *_texts("applied_at", "due_on", "state", "reason"),
        PrimaryKeyConstraint("number"),
        UniqueConstraint("terminal", "request_id"),
    )
    op.create_index("ix_applications_municipality", "applications", ["municipality"])


def _opening_times() -> None:
    op.create_table(
        "closures",
        Column("id", Integer, primary_key=True),
        *_texts("municipality", "starts", "ends"),
    )
    op.create_table("stores", *_texts("terminal", "opens", "closes"), PrimaryKeyConstraint("terminal"))


def _authentication() -> None:
    op.create_table(
        "challenges",
        Column("challenge", LargeBinary, nullable=False),
        *_texts("terminal", "request_id", "municipality", "expires_at"),
        Column("used", Boolean, nullable=False),
        PrimaryKeyConstraint("challenge"),
    )
    op.create_index("ix_challenges_expires_at", "challenges", ["expires_at"])
    op.create_table(
        "sessions",
        Column("token", LargeBinary, nullable=False),
        *_texts("terminal", "municipality", "issuer", "serial"),
        Column("cert_sha256", LargeBinary, nullable=False),
        Column("salt", LargeBinary, nullable=False),
        *_texts("opened_at", "expires_at"),
        Column("used_by", String),
        PrimaryKeyConstraint("token"),
    )
    op.create_index("ix_sessions_expires_at", "sessions", ["expires_at"])


def _orders() -> None:
    op.create_table(
        "orders",
        *_texts("terminal", "request_id"),
        Column("order_sha256", LargeBinary, nullable=False),
        *_texts("municipality", "kind"),
        Column("fee", Integer, nullable=False),
        *_texts("placed_at", "state"),
        Column("answer", LargeBinary),
        PrimaryKeyConstraint("terminal", "request_id"),
    )
    waiting = text("answer IS NOT NULL")
    op.create_index("ix_orders_waiting", "orders", ["placed_at"], postgresql_where=waiting, sqlite_where=waiting)
    op.create_table(
        "sets",
        *_texts("set_number", "municipality", "day", "terminal"),
        Column("serial", Integer, nullable=False),
        *_texts("request_id", "state"),
        Column("pages", Integer, nullable=False),
        Column("sheets", Integer, nullable=False),
        PrimaryKeyConstraint("set_number"),
        UniqueConstraint("municipality", "day", "terminal", "serial"),
    )
    op.create_index("ix_sets_request_id", "sets", ["request_id"])
    op.create_table(
        "counters",
        *_texts("municipality", "day", "terminal"),
        Column("last", Integer, nullable=False),
        PrimaryKeyConstraint("municipality", "day", "terminal"),
    )
    op.create_table(
        "incidents",
        Column("id", Integer, primary_key=True),
        *_texts("at", "terminal", "request_id", "what"),
    )


def _texts(*names: str) -> list[Column[str]]:
    return [Column(name, String, nullable=False) for name in names]


def _record() -> list[Column[bytes] | Column[int]]:
    return [Column("record", LargeBinary, nullable=False), Column("version", Integer, nullable=False)]
