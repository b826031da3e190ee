"""Version 0002: feeds and their version on each set, terminals, daily closings, floors of serials."""

from alembic import op
from sqlalchemy import Column, Integer, String

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add what operations need."""
    op.add_column("sets", Column("register_version", Integer, nullable=False, server_default="0"))
    op.create_index("ix_sessions_card", "sessions", ["issuer", "serial"])
    op.create_table("feeds", _key("municipality"), Column("version", Integer, nullable=False), Column("as_of", String))
    op.create_table(
        "terminals", _key("terminal"), Column("operator", String, nullable=False), Column("revoked_at", String)
    )
    op.create_table("closed_days", _key("day"), Column("closed_at", String, nullable=False))
    keys = (_key(name) for name in ("day", "operator", "municipality", "kind"))
    numbers = Column("fee", Integer, primary_key=True), Column("sets", Integer, nullable=False)
    op.create_table("closings", *keys, *numbers)
    op.create_table("floors", _key("day"), Column("serial", Integer, nullable=False))


def _key(name: str) -> Column[str]:
    return Column(name, String, primary_key=True)
