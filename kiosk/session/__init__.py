"""The flow of one customer's visit as values and pure functions: no clock, no device, no randomness.

`states` says what a session is, `events` what can happen, `effects` what it wants done,
`transitions` is the only map of the flow, `advance` takes one step on it.
"""
