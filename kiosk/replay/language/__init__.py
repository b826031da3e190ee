"""The step language: what a tester may write in a scenario, one module for each chapter.

Importing this package enters every step into `kiosk.replay.steps`. A step is one short function on
`kiosk.replay.world.World`; what it does or asks is there, only the words are here.
"""

from kiosk.replay.language import (
    card,
    emoney,
    headphones,
    machine,
    money,
    operator,
    panel,
    paper,
    phones,
    pins,
    printer,
    registers,
    registration,
    tables,
    time,
)

__all__ = [
    "card",
    "emoney",
    "headphones",
    "machine",
    "money",
    "operator",
    "panel",
    "paper",
    "phones",
    "pins",
    "printer",
    "registers",
    "registration",
    "tables",
    "time",
]
