"""Version 0003: reservations to set a PIN anew."""

from alembic import op
from sqlalchemy import Column, Integer, LargeBinary, String

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the issuer's book of reservations."""
    op.create_table(
        "pin_reservations",
        Column("id", Integer, primary_key=True),
        Column("person", String, nullable=False, index=True),
        Column("secret", String, nullable=False),
        Column("made_at", String, nullable=False),
        Column("used_for", LargeBinary),
    )
