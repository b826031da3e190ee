"""Reports of a replay: JUnit XML, outcomes to compare, and one HTML page that tells what failed.

Separate from kiosk.replay, which knows no window: the page shows screens as the panel draws them.
"""
