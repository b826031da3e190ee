"""A My Number card in software: answers APDUs as the plastic card does, corners included.

Apart from the reader's side, which must never import it: a kiosk that talks to this card knows no
more of it than of a real one. The way in is `card.virtual.personalise`; `slot` puts the card into
an emulated reader, `vpcd` into a real pcscd.
"""
