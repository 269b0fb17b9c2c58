"""Reports on the commitments for a period, as data, in words, and set in type."""
