"""Every write. Each is idempotent: the same thing stored twice is stored once.

The functions take a session of `Database.write` and leave its end to the caller,
so that a batch is kept whole or not at all. Whatever changes a claim ends in
`statuses.restate` and `cells.recount`: status and summary are derived, and always
equal to what a reading from scratch would give.
"""
