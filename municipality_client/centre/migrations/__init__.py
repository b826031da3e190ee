"""Changes of the centre's tables from version to version, and the one door to Alembic.

Separate because only an old database needs it. One file a version stands in `versions`; all of
them run in the transaction they are given, so a database is of one version or of another.
"""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import Connection

_FOLDER = str(Path(__file__).parent)


def newest() -> str:
    """Return the version to which all migrations lead."""
    return str(ScriptDirectory(_FOLDER).get_current_head())


def knows(version: str) -> bool:
    """Say whether there is a way from this version to the newest."""
    try:
        return ScriptDirectory(_FOLDER).get_revision(version) is not None
    except CommandError:
        return False


def upgrade(connection: Connection, version: str = "head") -> None:
    """Bring the tables to a version, within the transaction of `connection`; raises SQLAlchemyError."""
    config = Config()
    config.set_main_option("script_location", _FOLDER)
    config.attributes["connection"] = connection
    command.upgrade(config, version)
