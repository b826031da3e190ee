"""Figures, each beside its floor or rival of the same run; `make bench`. Nothing here passes or fails."""
