"""What holds for every test process: PC/SC sockets of its own from the first test on.

libpcsclite reads once in a process where pcscd listens: a test that asks before the first private pcscd
runs would send all later ones elsewhere, to a pcscd of the machine and to real readers.
"""

import shutil

from tests.card.private_pcscd import socket_folder


def pytest_configure() -> None:
    socket_folder()


def pytest_unconfigure() -> None:
    shutil.rmtree(socket_folder(), ignore_errors=True)
