"""What a curator is asked, and how the answer is kept.

A claim is shown in its abstract, with the words that made it a claim marked. The
curator accepts, amends, rejects or defers; the decision is appended, and the claim's
status follows from it.
"""
