"""A local E-utilities server: NCBI's manners and NCBI's failures, without NCBI.

    from tests.eutils import Entry, Fault, Server

    with Server([Entry(101, "Lantern therapy for low mood")]) as server:
        server.fail(Fault.TOO_MANY, call="efetch")          # the next efetch, once
        server.fail(Fault.RESET, times=None)                # everything, for good
        server.fail(Fault.CORRUPT, times=None, having=102)  # whatever asks for 102
        client = Eutils(email="t@example.org", base=server.url, ...)
        ...
        server.received    # every request: method, call, form, time of arrival

`library` holds records, as invented values or as PubMed XML; `terms` evaluates queries
over them; `answers` writes what each utility answers; `faults` spoils it; `server`
speaks HTTP. What it imitates, with the evidence:

- esearch serves the first 9,999 hits: `retmax` and `retstart` are cut to that with the
  warning "Restrictions achieved", and a `retstart` above 9,998 is an ERROR.
- An unknown field is ignored without a word; a quoted phrase in
  `Server.unknown_phrases` finds nothing and is reported.
- efetch leaves out PMIDs it does not have, silently; esummary names them in an ERROR.
  Its DOCTYPE is of a year that no installed program knows.
- elink answers ids in one field together, and each in a field of its own apart.
- ecitmatch is text, echoes each line, drops the author of a miss, and stops at a line
  without a journal that it cannot match.
- With `limit=3`, a fourth request within a second gets 429 and a body that echoes the
  key, or the address of who has none.

Nothing here sleeps but the two faults that drip, and they stop with the server. All
texts are invented.
"""

from tests.eutils.faults import Fault, Reply
from tests.eutils.library import Entry
from tests.eutils.server import Received, Server

__all__ = ["Entry", "Fault", "Received", "Reply", "Server"]
