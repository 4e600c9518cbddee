"""Stars fetched from far away: politely, patiently, and never at any price."""
