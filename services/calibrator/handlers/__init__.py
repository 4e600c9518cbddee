"""What the calibrator does with the events it hears."""
