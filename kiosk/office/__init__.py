"""The back office of a kiosk: what its operator does behind a PIN, never a customer. No visit runs meanwhile."""
