"""What the calibrator owns, in MongoDB."""
