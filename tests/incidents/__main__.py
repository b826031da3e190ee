"""`make incidents`: every incident with 10,000 pairs, one line each.

`--pairs N` for fewer, `--seconds N` for as many as there is time for, `--at-once N` for more or fewer under way
together; names choose some.
"""

import argparse
import sys
from math import inf

from tests.incidents.cases import INCIDENTS
from tests.incidents.play import play
from tests.municipality_client.desk import build_centre
from tests.municipality_client.private_postgres import private_postgres


def main() -> int:
    """Play them; 1 when anything was amiss."""
    parser = argparse.ArgumentParser(prog="make incidents")
    parser.add_argument("--pairs", type=int, default=10_000)
    parser.add_argument("--at-once", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=inf)
    parser.add_argument("names", nargs="*", metavar="F-xx")
    told = parser.parse_args()
    found = 0
    with private_postgres() as postgres:
        url = postgres.create()
        build_centre(database=url).close()
        template = url.partition("?")[0].rpartition("/")[2]
        for name in told.names or INCIDENTS:
            database = postgres.create(template)
            amiss, line = play(name, database, told.pairs, at_once=told.at_once, seconds=told.seconds)
            found += amiss
            print(line if not amiss else f"{line}: AMISS {amiss}", flush=True)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
