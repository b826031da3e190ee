"""Version 0006: a household is found by one index, whatever the database knows of its tables."""

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Put the municipality before the household."""
    op.drop_index("ix_residents_household", "residents")
    op.create_index("ix_residents_household", "residents", ["municipality", "household"])
