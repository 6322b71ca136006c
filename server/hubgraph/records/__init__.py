"""What one record page shows: facts, ties, events, links in, sources and warnings, without any HTML."""
