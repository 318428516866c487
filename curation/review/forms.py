"""Submitted forms: read whole, small, and from our own pages only."""

from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import Depends, Request

from curation.review.access import same
from curation.review.errors import FormError
from curation.review.review import Review, review_of

LONGEST = 512 * 1024
"""Bytes of a form: several times the longest abstract with its fields."""

FIELDS = 100

_UNPRINTABLE = dict.fromkeys(
    [*range(0x00, 0x09), 0x0B, 0x0C, *range(0x0E, 0x20), *range(0x7F, 0xA0)]
)


async def fields_of(request: Request) -> dict[str, str]:
    """Return the fields of a form, whoever sent it.

    Line ends are newlines and control characters are dropped, so that what is
    stored can be shown.

    Raises
    ------
    FormError
        Where it is no form, or too long.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise FormError("a decision is sent by a form of this page; use that", 415)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LONGEST:
            raise FormError(
                f"the form is longer than {LONGEST // 1024} KB; shorten the note", 413
            )
    try:
        text = body.decode("ascii")
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=FIELDS)
    except ValueError:
        raise FormError("the form cannot be read; send it again", 400) from None
    return {
        name: value.replace("\r\n", "\n").translate(_UNPRINTABLE)
        for name, value in pairs
    }


Unsigned = Annotated[dict[str, str], Depends(fields_of)]


async def submitted(
    fields: Unsigned, review: Annotated[Review, Depends(review_of)]
) -> dict[str, str]:
    """Return the fields of a form that one of our pages sent to whoever sends it.

    Raises
    ------
    FormError
        Where it does not carry their secret.
    """
    secret = review.person.csrf
    if not secret or not same(fields.get("csrf", ""), secret):
        raise FormError(
            "the form is of an earlier run of the server, or not ours; nothing was "
            "changed: open the claim again, in this browser",
            403,
        )
    return fields


Form = Annotated[dict[str, str], Depends(submitted)]
