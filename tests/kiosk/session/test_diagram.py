"""The checked-in diagram is the table's."""

from pathlib import Path
from xml.etree import ElementTree

from kiosk.session.diagram import OUTPUT, draw, main
from kiosk.session.states import Step


def test_the_checked_in_diagram_is_current() -> None:
    assert OUTPUT.read_text(encoding="utf-8") == draw(), "make diagram"


def test_every_screen_stands_in_the_diagram_once() -> None:
    drawing = ElementTree.fromstring(draw())
    texts = [element.text for element in drawing.iter() if element.tag.endswith("text")]

    assert all(texts.count(step.value) == 1 for step in Step)
    assert "[administrative service]" in texts


def test_the_command_writes_the_file_that_is_named(tmp_path: Path) -> None:
    assert main([str(tmp_path / "docs" / "flow.svg")]) == 0
    assert (tmp_path / "docs" / "flow.svg").read_text(encoding="utf-8") == draw()
