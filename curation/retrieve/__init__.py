"""From PubMed to records: reading, searching and matching, without a database.

Reading (`medline`, `nbib`, `archive`) and matching (`references`) are functions of
bytes and values: they open no socket and write nothing.
"""
