"""Which version of the tables a database has, and whether this program may work with it.

Separate from the store because it acts once, at the opening, and from the migrations because
those need Alembic, which a database that fits never loads. An empty database gets the newest
tables at once; docs/centre.md says how a version is added.
"""

from sqlalchemy import Column, Connection, Engine, MetaData, String, Table, insert, inspect, select, text

from municipality_client.centre.store_tables import metadata
from municipality_client.errors import BooksUnfit

VERSION = "0006"
# The table in which Alembic keeps the version; ours to read and to begin.
_applied = Table("alembic_version", MetaData(), Column("version_num", String(32), primary_key=True))
# Servers that start at the same moment on one PostgreSQL take turns at this number.
_TURN = 0x6B696F736B


def prepare(engine: Engine, upgrade: bool) -> None:
    """Bring the tables to VERSION, or refuse; raises BooksUnfit, SQLAlchemyError."""
    if engine.dialect.name == "postgresql":
        # After its turn has come a server must see what the one before it made.
        engine = engine.execution_options(isolation_level="READ COMMITTED")
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:turn)"), {"turn": _TURN})
        found = version(connection)
        if found is None:
            metadata.create_all(connection)
            _applied.create(connection)
            connection.execute(insert(_applied), {"version_num": VERSION})
        elif found != VERSION:
            _migrate(connection, found, upgrade)


def version(connection: Connection) -> str | None:
    """Return the version of the tables, None for an empty database; raises BooksUnfit for another's tables."""
    there = set(inspect(connection).get_table_names())
    if _applied.name in there:
        return str(connection.execute(select(_applied.c.version_num)).scalar_one())
    if there:
        raise BooksUnfit("the database holds tables of another program, or of one before version 0001")
    return None


def _migrate(connection: Connection, found: str, upgrade: bool) -> None:
    from municipality_client.centre import migrations

    if not migrations.knows(found):
        raise BooksUnfit(f"the database has tables of version {found}, this program knows {VERSION} at most")
    if not upgrade:
        raise BooksUnfit(
            f"the database has tables of version {found}, this program needs {VERSION}: "
            "stop all servers, make a backup, and run `python -m municipality_client.centre migrate`"
        )
    migrations.upgrade(connection)
