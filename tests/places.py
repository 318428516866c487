"""Where things are: the checkout, the small protocol, the developers' shared folder."""

from pathlib import Path

TESTS = Path(__file__).parent
CHECKOUT = TESTS.parent
MIGRAINE = TESTS / "protocols" / "migraine"

SHARED = CHECKOUT.parent / "shared"
"""Only developers have it; a test that wants it is skipped without it."""
