"""The enquiry page: a recipient drops scans of a paper and reads whether it is genuine, and what each face must say.

Separate from `python -m printer verify` because strangers send to it over a network: everything is bounded,
everything stays in memory and is forgotten with the answer, and nothing is logged.
Source: design.md 3.2 step 8; service.md 3 (enquiry site).
"""
