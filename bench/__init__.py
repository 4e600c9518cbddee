"""Speed and accuracy, measured beside peers in the same run."""
