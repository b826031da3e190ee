"""What the customer sees, as values: one pure function per step turns a session into a View."""
