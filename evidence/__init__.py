"""What we know, and how sure we are.

A `Record` is what PubMed says of a paper. A `Draft` is one finding that the
extractor proposes in it, always a verbatim quote with its place. Stored, it is a
claim. Curators append a `Decision` to it; its status is computed from those and
never written by anybody. Accepted claims are collapsed into findings of studies,
and findings into a `Cell`: one treatment, one domain, one role.

Nothing here opens a socket, reads a sentence or draws a page; see `curation`.
"""
