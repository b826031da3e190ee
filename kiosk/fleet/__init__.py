"""Many kiosks against one centre: load, for `python -m kiosk fleet`.

Separate from replay, which asks whether a visit is right; here the question is how many a centre
bears, and whether any two are mixed up under load.
"""
