"""`make bench`: every figure beside its floor or rival of the same run."""

import os
import platform
import sys

from tests.benchmarks import (
    card,
    card_fuzz,
    centre,
    growth,
    issue,
    memory,
    panel,
    paper,
    ready,
    replay,
    rules,
    startup,
)
from tests.benchmarks.measure import say

FIGURES = {
    "startup": startup.run,
    "ready": ready.run,
    "panel": panel.run,
    "issue": issue.run,
    "rules": rules.run,
    "centre": centre.run,
    "paper": paper.run,
    "replay": replay.run,
    "memory": memory.run,
    "growth": growth.run,
    "card": card.run,
    "card-fuzz": card_fuzz.run,
}


def main() -> int:
    """Run all figures, or those named."""
    wanted = sys.argv[1:] or list(FIGURES)
    unknown = [name for name in wanted if name not in FIGURES]
    if unknown:
        sys.stderr.write(f"bench: there is no figure {unknown[0]!r}; there are {', '.join(FIGURES)}\n")
        return 2
    if os.getloadavg()[0] > 3:
        print("the machine is busy (load above 3): take these figures with salt")
    print(f"{platform.python_implementation()} {platform.python_version()}, {os.cpu_count()} cores")
    say("figure", "ours", "floor or rival", "")
    for name in wanted:
        FIGURES[name]()
    return 0


if __name__ == "__main__":
    sys.exit(main())
