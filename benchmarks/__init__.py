"""Ours beside a named peer, in the same run on the same machine; no bare seconds."""
