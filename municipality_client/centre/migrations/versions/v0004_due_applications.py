"""Version 0004: applications are found by what is due, not read one by one."""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Let the index of applications by municipality say their state and day too."""
    op.create_index("ix_applications_due", "applications", ["municipality", "state", "due_on"])
    op.drop_index("ix_applications_municipality", "applications")
