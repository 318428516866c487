"""Formats that other programs read: each a function from the catalogue to bytes."""
