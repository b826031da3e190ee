"""What every server of the incidents needs, done once in the process that they are forked from.

Separate because to import it is to do it: a visit in memory reads profiles, forms and fonts, and
compiles the statements of the books; an engine, though not connected, loads PostgreSQL's driver.
"""

from municipality_client.centre.engines import engine
from tests.incidents import server as server
from tests.municipality_client.desk import Desk, build_centre

engine("postgresql://")
_DESK = Desk(build_centre())
_DESK.issued("taro")
_DESK.centre.close()
