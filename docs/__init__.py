"""The documents, and what generates them."""
