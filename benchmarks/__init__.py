"""Ours beside a named peer, in the same run on the same machine; never seconds alone."""
