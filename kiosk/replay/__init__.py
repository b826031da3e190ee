"""Replays scenarios written in Japanese: a customer, a machine and a clock, without window or network.

Separate from the panel because a scenario needs no picture: it touches what the view says can be
touched, handles the emulated parts through the bench, and jumps over every wait.
"""
