"""Learning from labelled text what reading needs and rules tell worse.

Two small models: which part of an abstract a sentence belongs to, and how often claims
like this one are right. scikit-learn fits them; nothing that reads needs it.
"""
