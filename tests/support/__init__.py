"""What many tests share: builders, hostile payloads, ways to wait."""
