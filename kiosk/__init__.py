"""The kiosk: touch panel, flow, and everything between the customer and the card, centre and printer."""
