"""The page as an ASGI application: the only door to Starlette in this package, and the bounds of what is taken in.

    GET  /                      to /ja or /en, as the browser asks
    GET  /ja, /en               the page
    GET  /page.css, /page.js    what it needs; nothing comes from elsewhere
    POST /ja/answer?size=N…     the files one after the other, N bytes each; file names are not sent

A request is read within 60 s and 64 MiB, two are worked on at a time, eight may wait, the next is told to come
again. Nothing is written to disk or to a log. Source: fault-33.
"""

import asyncio
import html
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from string import Template
from typing import TypeAlias

from starlette.applications import Starlette
from starlette.datastructures import Headers, QueryParams
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from printer import words
from printer.enquiry import answering
from printer.files import MAX_BYTES
from printer.trust import Trust

Endpoint: TypeAlias = Callable[[Request], Awaitable[Response]]

LANGUAGES = ("ja", "en")
_READING = 60.0
_AT_ONCE, _WAITING = 2, 8
_PAGE = Path(__file__).parent / "page"
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class Enquiry:
    """The routes, their pool of threads, and how many requests are inside."""

    def __init__(self, trust: Trust, now: Callable[[], datetime]) -> None:
        """`now` is the civil clock by which keys are judged."""
        self._trust, self._now = trust, now
        self._pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="enquiry")
        self._inside = 0
        routes = [Route("/", _start)]
        for language in LANGUAGES:
            routes.append(Route(f"/{language}", _shows(language, trust.is_test)))
            routes.append(Route(f"/{language}/answer", self._answers(language), methods=["POST"]))
        routes += [Route(f"/{name}", _file(_PAGE / name)) for name in ("page.css", "page.js")]
        self.asgi = Starlette(routes=routes, lifespan=self._lifespan)

    @asynccontextmanager
    async def _lifespan(self, _application: Starlette) -> AsyncIterator[None]:
        yield
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _answers(self, language: str) -> Endpoint:
        async def endpoint(request: Request) -> Response:
            said = words.enquiry(language)
            sizes = _sizes(request.query_params, request.headers)
            if sizes is None:
                return _json({"error": said.too_large}, 413)
            if self._inside >= _AT_ONCE + _WAITING:
                return _json({"error": said.busy}, 503)
            # Counted on the loop's own thread: no lock needed.
            self._inside += 1
            try:
                return await self._answer(request, sizes, language)
            finally:
                self._inside -= 1

        return endpoint

    async def _answer(self, request: Request, sizes: Sequence[int], language: str) -> Response:
        try:
            body = await asyncio.wait_for(_body(request, sum(sizes)), _READING)
        except (TimeoutError, ClientDisconnect):
            body = None
        if body is None:
            return _json({"error": words.enquiry(language).cut_off}, 400)
        files = [body[sum(sizes[:at]) : sum(sizes[: at + 1])] for at in range(len(sizes))]
        work = (files, self._trust, self._now(), language)
        return _json(await asyncio.get_running_loop().run_in_executor(self._pool, answering.answer, *work))


async def _body(request: Request, length: int) -> bytes | None:
    """Return the body, or None where it is not as long as it promised."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > length:
            return None
    return bytes(body) if len(body) == length else None


def _sizes(query: QueryParams, headers: Headers) -> list[int] | None:
    """Bytes of each file as the page announced them, or None for none, too many or too large."""
    sizes = [
        int(size) if size.isascii() and size.isdigit() and len(size) < 10 else -1 for size in query.getlist("size")
    ]
    fits = 0 < len(sizes) <= answering.MAX_FILES and min(sizes) > 0 and sum(sizes) <= MAX_BYTES
    return sizes if fits and headers.get("content-length", "0") == str(sum(sizes)) else None


async def _start(request: Request) -> Response:
    asked = request.headers.get("accept-language", "ja").lower()
    language = min(LANGUAGES, key=lambda one: asked.find(one) % (len(asked) + 1))
    return RedirectResponse(f"/{language}", 303, headers=_HEADERS)


def _shows(language: str, is_test: bool) -> Endpoint:
    said = words.enquiry(language).model_dump()
    said["test_keys"] = words.verdict(language).test_keys if is_test else ""
    shown = Template((_PAGE / "page.html").read_text(encoding="utf-8")).substitute(
        _escaped(said), language=language, most=MAX_BYTES
    )

    async def endpoint(_request: Request) -> Response:
        return Response(shown, media_type="text/html", headers=_HEADERS)

    return endpoint


def _escaped(said: Mapping[str, str]) -> dict[str, str]:
    return {name: html.escape(text) for name, text in said.items()}


def _file(path: Path) -> Endpoint:
    async def endpoint(_request: Request) -> Response:
        return FileResponse(path, headers=_HEADERS)

    return endpoint


def _json(told: dict[str, object] | dict[str, str], status: int = 200) -> Response:
    return JSONResponse(told, status, headers=_HEADERS)
