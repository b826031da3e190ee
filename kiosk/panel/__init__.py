"""The window the customer touches, and the bench beside it: the only package that imports pygame.

Everything here draws values (`kiosk.screens.view.View`) and turns fingers, mouse and keys into
`Touch`es. What a touch means is decided elsewhere.
"""

import os

os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
