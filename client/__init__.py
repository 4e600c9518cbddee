"""The observers' client, a package of its own, and what makes its models."""
