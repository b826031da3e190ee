"""One file a version of the tables, run by Alembic in order; never changed once released."""
