"""One fixed afternoon at a kiosk, whoever the people of `assets/people` are: the PIN comes from there.

A program of its own, because `assets` is another folder each time it runs (see the test).
Usage: python -m tests.kiosk.non_interference_child STATE_FOLDER
"""

import sys
import tomllib
from pathlib import Path

import assets
from kiosk.session.buttons import Button
from kiosk.session.states import Step
from tests.kiosk.machine import Machine


def main(folder: Path) -> None:
    card = tomllib.loads(assets.path("people/taro.toml").read_text(encoding="utf-8"))["card"]
    pin = str(card["pin"])
    wrong = f"{(int(pin) + 1) % 10_000:04d}"
    machine = Machine(folder)
    machine.to_pin()
    machine.digits(wrong)
    machine.touch(Button.NEXT)
    assert machine.step is Step.PIN
    machine.touch(Button.CANCEL)
    machine.bench.remove()
    machine.settle()
    machine.touch(Button.FINISH)
    for who in ("all", "self"):
        machine.to_confirm(who, pin=pin)
        machine.touch(Button.NEXT)
        machine.pay()
        machine.finish()
    machine.to_confirm(pin=pin)
    machine.touch(Button.NEXT)
    machine.bench.printer_fault("media-jam", 2)
    machine.pay()
    assert machine.step is Step.FAILED
    sys.stdout.write("\n".join(f"{line}" for line in machine.bench.trace()))
    sys.stdout.write(f"\n{machine.runner.session!r}\n")
    machine.kiosk.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
