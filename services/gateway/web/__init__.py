"""The craft of HTTP: who asks, what they send, how they are answered."""
