"""Version 0005: an incident is closed with the papers that were compared."""

from alembic import op
from sqlalchemy import Column, String

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add when an incident was closed, and on which papers."""
    op.add_column("incidents", Column("closed_at", String))
    op.add_column("incidents", Column("papers", String))
