"""What Alembic runs to reach the database: the connection it was handed, nothing of its own."""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
context.run_migrations()
