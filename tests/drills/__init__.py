"""Drills: a whole node while the disk, the record, the clock or a server fails it; a slice, or all of it."""
