"""A browser without JavaScript, in this process: cookies, forms, redirects."""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlencode, urlsplit

from fastapi import FastAPI
from lxml import html

PORT = 8765
HOST = f"127.0.0.1:{PORT}"
ORIGIN = f"http://{HOST}"
FORM = "application/x-www-form-urlencoded"


@dataclass
class Answer:
    """What the server sent."""

    status: int
    headers: dict[str, str]
    body: bytes
    path: str = ""

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def tree(self) -> Any:
        return html.document_fromstring(self.text)

    @property
    def title(self) -> str:
        return str(self.tree.findtext(".//h1") or "")

    def words(self) -> str:
        """Return the text that a reader sees, on one line."""
        return " ".join(self.tree.text_content().split())

    def form(self, form_id: str) -> "Form":
        """Return a form as it would be sent if nothing is touched."""
        found = self.tree.get_element_by_id(form_id)
        outside = self.tree.xpath(f"//*[@form='{form_id}']")
        return Form(found.get("action"), _fields([*found.iter(), *outside]))

    def forms(self) -> "list[Form]":
        return [
            Form(form.get("action"), _fields(form.iter()))
            for form in self.tree.iter("form")
            if form.get("method") == "post"
        ]


@dataclass
class Form:
    """Where a form goes, and with what."""

    action: str
    values: dict[str, str]


def _fields(elements: Any) -> dict[str, str]:
    values: dict[str, str] = {}
    for element in elements:
        name = element.get("name") if isinstance(element.tag, str) else None
        if not name or element.get("disabled") is not None:
            continue
        if element.tag == "textarea":
            # A browser drops one newline after the tag and sends CR LF.
            text = element.text or ""
            values[name] = text.removeprefix("\n").replace("\n", "\r\n")
        elif element.tag == "select":
            chosen = element.xpath("./option[@selected]") or element.xpath("./option")
            values[name] = chosen[0].get("value")
        elif element.tag == "input":
            kind = element.get("type", "text")
            ticked = element.get("checked") is not None
            if kind not in ("radio", "checkbox") or ticked:
                values[name] = element.get("value", "")
    return values


@dataclass
class Browser:
    """Sends requests as a browser does; follows redirects after posting."""

    app: FastAPI
    cookies: dict[str, str] = field(default_factory=dict)
    last: Answer = field(default_factory=lambda: Answer(0, {}, b""))
    client: str = "127.0.0.1"
    scheme: str = "http"

    def get(self, path: str, **headers: str) -> Answer:
        answer = self.send("GET", path, headers=headers)
        while answer.status in (302, 303, 307):
            answer = self.send("GET", answer.headers["location"], headers=headers)
        return answer

    def post(self, path: str, values: Mapping[str, str], **headers: str) -> Answer:
        """Send a form and follow where it leads."""
        answer = self.submit(path, values, **headers)
        if answer.status == 303:
            return self.get(answer.headers["location"])
        return answer

    def submit(self, path: str, values: Mapping[str, str], **headers: str) -> Answer:
        """Send a form and return the very answer."""
        own = {"origin": ORIGIN, "content-type": FORM}
        body = urlencode(values).encode()
        return self.send("POST", path, body=body, headers=own | headers)

    def send(
        self,
        method: str,
        path: str,
        *,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        return asyncio.run(self._send(method, path, body, dict(headers or {})))

    async def _send(
        self, method: str, path: str, body: bytes, headers: dict[str, str]
    ) -> Answer:
        parts = urlsplit(path)
        sent = {"host": HOST} | {k.replace("_", "-"): v for k, v in headers.items()}
        if self.cookies:
            sent["cookie"] = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        answer = self.last = Answer(0, {}, b"", path)
        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.4"},
            "http_version": "1.1",
            "method": method,
            "scheme": self.scheme,
            "path": unquote(parts.path),
            "raw_path": parts.path.encode(),
            "query_string": parts.query.encode(),
            "root_path": "",
            "headers": [(k.encode(), v.encode()) for k, v in sent.items()],
            "client": (self.client, 50000),
            "server": ("127.0.0.1", PORT),
        }
        waiting = [{"type": "http.request", "body": body, "more_body": False}]

        async def receive() -> dict[str, Any]:
            return waiting.pop() if waiting else {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            if message["type"] == "http.response.start":
                answer.status = message["status"]
                for name, value in message["headers"]:
                    answer.headers[name.decode().lower()] = value.decode()
                    if name.lower() == b"set-cookie":
                        key, _, rest = value.decode().partition("=")
                        self.cookies[key] = rest.partition(";")[0]
                        if "max-age=0" in rest.lower():
                            del self.cookies[key]
            elif message["type"] == "http.response.body":
                answer.body += message.get("body", b"")

        await self.app(scope, receive, send)
        return answer


def routes(app: FastAPI) -> set[tuple[str, str]]:
    """Return every method and path that an application answers, files left out."""

    def within(found: Any) -> Iterator[tuple[str, str]]:
        for route in found:
            inner = getattr(route, "original_router", None)
            if inner is not None:
                yield from within(inner.routes)
            for method in getattr(route, "methods", None) or ():
                yield method, route.path

    return set(within(app.routes))
