"""What catalog does with the events it hears."""
