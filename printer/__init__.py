"""From a signed page to paper: page model, fonts, check, PDF, printer, read-back.

The issue centre uses only `document` and `fonts`; everything else is the kiosk's side.
"""
