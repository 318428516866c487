"""How we come to know it: retrieve, extract, review, publish.

The four stages never import each other. They are functions from values to values
and meet the database in `curation.pipeline`; review, being a conversation, reads
and writes through `evidence.queries` and `evidence.store`.
"""

from importlib.metadata import version

__version__ = version("trd-evidence")
