"""One run of the review page: its database, its curator, its clock, its secrets."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from curation.clock import Clock, now
from curation.review import words
from curation.review.access import NOBODY, Door, Person
from curation.review.errors import FormError
from curation.review.presence import Presence
from curation.review.queue import Queue
from evidence.blinding import Sight, sight_of
from evidence.database import Database
from evidence.decisions import CuratorRole, Status
from evidence.protocol import Protocol
from evidence.queries.waiting import WAITING

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Review:
    """What every page needs."""

    database: Database
    access: Door
    presence: Presence
    clock: Clock = now
    person: Person = NOBODY
    dual: bool = False
    """Whether two curators decide on each claim, blind to each other."""

    @property
    def curator(self) -> str:
        """Whose name the decisions of this request carry."""
        return self.person.name

    @property
    def role(self) -> CuratorRole:
        """In which role this request may decide."""
        return self.person.role

    def today(self) -> datetime:
        """Return when the day began, in UTC."""
        return self.clock().replace(hour=0, minute=0, second=0, microsecond=0)

    @property
    def settles(self) -> bool:
        """Whether this person settles disputes, and takes no side in any."""
        return self.dual and self.role is not CuratorRole.CURATOR

    @property
    def sight(self) -> Sight:
        """What this person may see of others' decisions."""
        return sight_of(self.curator, self.role, dual=self.dual)

    @property
    def waits(self) -> tuple[Status, ...]:
        """The statuses in which a claim waits for a person of this role."""
        if self.settles:
            return (Status.DISPUTED,)
        disputed = (Status.DISPUTED,) if self.dual else ()
        return tuple(status for status in WAITING if status not in disputed)

    @property
    def protocol(self) -> Protocol:
        """The protocol of the database."""
        return self.database.protocol

    def page(
        self, template: str, values: Mapping[str, Any], status: int = 200
    ) -> HTMLResponse:
        """Return a page: a template with its values and what all pages show."""
        text = (
            _environment()
            .get_template(template)
            .render(
                curator=self.curator,
                protocol=self.protocol,
                role=self.role,
                dual=self.dual,
                settles=self.settles,
                team=self.access.team,
                csrf=self.person.csrf,
                **values,
            )
        )
        return HTMLResponse(text, status)

    def message(self, status: int, title: str, text: str) -> HTMLResponse:
        """Return a page that says one thing."""
        return self.page("message.html.jinja", {"title": title, "text": text}, status)

    def require(self, role: CuratorRole) -> None:
        """Refuse whoever has a lesser role than this.

        Raises
        ------
        FormError
            Where they have; their own role stands in the message.
        """
        order = list(CuratorRole)
        if order.index(self.role) < order.index(role):
            raise FormError(
                f"this is for a person in the role of {role}; yours is {self.role}", 403
            )


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters |= {
        "plain": words.plain,
        "moment": words.moment,
        "day": words.day,
        "shown": words.shown,
        "heading": words.heading,
        "sentence": words.sentence,
        "share": words.share,
    }
    environment.globals["words"] = words
    return environment


def review_of(request: Request) -> Review:
    """Return the review as whoever sent a request sees it."""
    review: Review = request.app.state.review
    person: Person = getattr(request.state, "person", NOBODY)
    with review.database.read() as session:
        dual = review.database.dual(session)
    return replace(review, person=person, dual=dual)


Here = Annotated[Review, Depends(review_of)]


def queue_of(request: Request, review: Here) -> Queue:
    """Return the queue that a request's address names."""
    queue = Queue.read(request.query_params, review.protocol)
    return queue.asked_of(review.curator, review.waits, dual=review.dual)


InQueue = Annotated[Queue, Depends(queue_of)]
