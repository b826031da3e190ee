"""How other threads wake the window: one posted pygame event, however many things have happened.

Separate because it is the only thing of the panel that other threads may touch.
"""

import pygame


class Wake:
    """Posts an event of its own kind unless one is already on its way."""

    def __init__(self) -> None:
        self.kind: int = pygame.event.custom_type()
        self._on_its_way = False

    def ring(self) -> None:
        """Wake the window; from any thread, also after it has closed."""
        if self._on_its_way:
            return
        self._on_its_way = True
        try:
            pygame.event.post(pygame.event.Event(self.kind))
        except pygame.error:
            # The window has gone, or its queue is full of events that wake it anyway.
            self._on_its_way = False

    def heard(self) -> None:
        """Say that the window is awake; call it before looking at what has happened."""
        self._on_its_way = False
