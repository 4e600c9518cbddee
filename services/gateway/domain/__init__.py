"""What people ask for, checked; and what they are shown."""
