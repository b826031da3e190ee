"""The My Number card: the reader's side, a virtual card, and the test authority that certifies it.

`card` knows no other package of this program but `assets`. Importing it loads nothing heavy;
import the module that is needed: `card.jpki` (reader's side), `card.virtual` (the card itself),
`card.pcsc` (real readers), `card.authority` (test JPKI).
"""
