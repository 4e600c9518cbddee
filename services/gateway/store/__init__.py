"""What the gateway keeps in MongoDB."""
