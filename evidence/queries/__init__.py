"""Every read. Returns values of the pure modules, never rows."""
