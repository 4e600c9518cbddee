"""What the services share: contracts (what they say) and the plumbing to say it."""
