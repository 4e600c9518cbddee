"""What people can have done: plain functions of the desk, who asks, and the order."""
