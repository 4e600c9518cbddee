"""What alerts does with the events it hears."""
