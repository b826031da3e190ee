"""The issue centre with its municipalities' certificate servers: who may have what, and the signed pages.

One package, because in the emulator one program plays both; composing and signing are still
separate modules. Nothing on the kiosk's side imports it except the composition root.
"""
