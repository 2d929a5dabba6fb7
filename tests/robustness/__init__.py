"""Damaged dumps, hostile heaps, limits, and every way in."""
