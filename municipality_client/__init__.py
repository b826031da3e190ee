"""The kiosk's way to the municipalities: messages, client, transports; the issue centre itself is `centre`.

Nothing is exported here, so that importing one module does not load the others.
"""
