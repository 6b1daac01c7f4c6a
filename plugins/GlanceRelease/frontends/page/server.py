"""The bot's page: read only, without login, off unless bot.yaml has `web`."""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from ...app import App
from ...domain.freshness import age_of
from ...domain.moment import Moment
from ...domain.reports.kept_reports import from_json
from ...domain.snapshot import Snapshot
from ...duties.deadlines.calendar_feed import entries_of
from ...duties.meeting.page import page_of
from ...duties.meeting.posted_reports import KEPT
from ...duties.meeting.report import agenda_lines
from ...duties.report_parts import told_at_meetings
from ...render import html, ics, plain_text
from ...render.as_json import as_json
from ...render.sanitize import plain
from .admission import Entrance
from .connection import Patience

log = logging.getLogger(__name__)

STOP_SECONDS = 0.5
PATIENCE = Patience()
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "max-age=30",
}
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


async def serve(app: App, patience: Patience = PATIENCE) -> Entrance:
    """Listen where bot.yaml's `web` says, on the running loop; `cleanup` of what is returned ends
    it. Raises OSError when the port is taken."""
    where = app.settings.bot.web
    assert where is not None, "bot.yaml has no web"
    runner = web.AppRunner(Site(app).application(), access_log=None, shutdown_timeout=STOP_SECONDS)
    entrance = Entrance(runner, patience, bool(where.public))
    await entrance.open(where.listen, where.port)
    return entrance


class Site:
    """All addresses of the page. What is shown is made from the snapshot, once for each snapshot
    and minute, however often it is asked for: the loop has commands to answer too."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._made: dict[str, tuple[Moment, bytes]] = {}

    def application(self) -> web.Application:
        """The routes: the default team's at the root, every team's below /team/NAME."""
        made = web.Application(middlewares=[_with_manners])
        routes = {
            "/": self._page,
            "/calendar.ics": self._calendar,
            "/agenda.txt": self._agenda,
            "/draft/{name}": self._draft,
            "/report/{day}": self._report,
        }
        for path, handler in routes.items():
            made.router.add_get(path, handler)
            made.router.add_get(f"/team/{{team}}{path}", handler)
        made.router.add_get("/status.json", self._status)
        made.router.add_get("/healthz", self._health)
        made.router.add_get("/style.css", _static(html.stylesheet, "text/css"))
        made.router.add_get("/icon.svg", _static(html.icon, "image/svg+xml"))
        made.router.add_get("/favicon.ico", _static(html.icon, "image/svg+xml"))
        return made

    def _snapshot(self, request: web.Request) -> Snapshot:
        name = request.match_info.get("team", self._app.settings.default_team.name)
        if name not in self._app.snapshots:
            raise web.HTTPNotFound
        return self._app.with_places(self._app.snapshots[name])

    def _once(self, what: str, snapshot: Snapshot, make: Callable[[Moment], bytes]) -> bytes:
        minute = self._app.clock.now().replace(second=0, microsecond=0)
        known = self._made.get(what)
        if known is None or known[0].snapshot is not snapshot or known[0].now != minute:
            moment = Moment(snapshot, minute)
            known = self._made[what] = (moment, make(moment))
        return known[1]

    async def _page(self, request: web.Request) -> web.Response:
        snapshot = self._snapshot(request)
        root = _root(request)
        teams = [
            other.team for other in self._app.snapshots.values() if other.team != snapshot.team
        ]
        others = {team.shown: f"{root}team/{team.name}/" for team in teams}
        key = f"{root}{snapshot.team.name}"
        body = self._once(
            key, snapshot, lambda moment: html.page(page_of(moment), root, others).encode()
        )
        return _answer(body, "text/html")

    async def _calendar(self, request: web.Request) -> web.Response:
        """The deadlines; with `?alarm` behind the address each of which the channel is reminded
        rings at its first reminder."""
        snapshot = self._snapshot(request)
        title = f"{snapshot.team.shown} release"
        alarm = "alarm" in request.query
        body = self._once(
            f"ics/{snapshot.team.name}/{alarm}",
            snapshot,
            lambda moment: ics.calendar(entries_of(moment), title, f"{snapshot.page}/", alarm),
        )
        return _answer(body, "text/calendar")

    async def _agenda(self, request: web.Request) -> web.Response:
        snapshot = self._snapshot(request)
        lines = agenda_lines(Moment(snapshot, self._app.clock.now()))
        text = "".join(f"{plain_text.text(line.phrases)}\n" for line in lines)
        return _answer(text.encode(), "text/plain")

    async def _draft(self, request: web.Request) -> web.Response:
        """A deliverable file that was drafted since the bot's start, byte for byte."""
        team = self._snapshot(request).team.name
        text = self._app.drafts.get((team, request.match_info["name"]))
        if text is None:
            raise web.HTTPNotFound
        return _answer(text.encode(), "text/plain")

    async def _report(self, request: web.Request) -> web.Response:
        snapshot = self._snapshot(request)
        day = request.match_info["day"]
        if not _DAY.fullmatch(day):
            raise web.HTTPNotFound
        if self._app.opening.trouble is not None:
            raise web.HTTPServiceUnavailable(text=self._app.no_memory)
        note = await self._app.parts.store.note(snapshot.team.name, KEPT, day)
        if note is None or note.body is None:
            raise web.HTTPNotFound
        made = html.report(from_json(note.body["report"]), snapshot.team.shown, _root(request))
        return _answer(made.encode(), "text/html")

    async def _health(self, request: web.Request) -> web.Response:
        well = self._app.is_well()
        text = "".join(f"{name}: {'yes' if is_so else 'no'}\n" for name, is_so in well.items())
        for snapshot in self._app.snapshots.values():
            for name, state in self._app.rooms_of(snapshot.team).items():
                text += f"{name}: {plain(state)}\n"
        status = 200 if all(well.values()) else 503
        if (trouble := self._app.opening.trouble) is not None:
            text += f"its database can't be used: {trouble.reason}\n"
        return _answer(text.encode(), "text/plain", status)

    async def _status(self, request: web.Request) -> web.Response:
        now = self._app.clock.now()
        last = self._app.last_tick
        document = {
            "now": now.isoformat(),
            **self._app.is_well(),
            "last_tick": last.isoformat() if last else None,
            "teams": {
                name: _team_status(Moment(self._app.with_places(snapshot), now))
                for name, snapshot in self._app.snapshots.items()
            },
        }
        return _answer(as_json(document, 1).encode(), "application/json")


def _team_status(moment: Moment) -> dict[str, Any]:
    page = page_of(moment)
    told = told_at_meetings(moment.snapshot)
    return {
        "cycle": page.heading,
        "parts": {part.name: plain_text.text(part.phrases) for part in page.parts},
        "last_report": told[-1].day.isoformat() if told else None,
        "rooms": dict(moment.snapshot.rooms),
        "sources": {
            name: {
                "as_of": fact.at.isoformat() if fact.at else None,
                "origin": fact.origin,
                "problem": fact.problem,
                "age": age_of(fact, moment.now),
            }
            for name, fact in sorted(moment.snapshot.facts.items())
        },
    }


def _root(request: web.Request) -> str:
    """The way from this address up to the site's root, so that a proxy may put it anywhere."""
    return "../" * (request.path.count("/") - 1) or "./"


def _answer(body: bytes, kind: str, status: int = 200) -> web.Response:
    return web.Response(body=body, content_type=kind, charset="utf-8", status=status)


def _static(make: Callable[[], bytes], kind: str) -> Handler:
    async def answer(request: web.Request) -> web.Response:
        return _answer(make(), kind)

    return answer


@web.middleware
async def _with_manners(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Our own page for what is not there, not allowed or broken; the same headers on all."""
    try:
        response = await handler(request)
    except web.HTTPException as error:
        words = "There is no such page." if error.status == 404 else str(error.reason)
        response = _error(request, error.status, words)
        response.headers.update({n: v for n, v in error.headers.items() if n == "Allow"})
    except Exception:
        log.exception("page %s failed", plain(request.path)[:200])
        response = _error(request, 500, "That failed on our side; the bot's log has the reason.")
    response.headers.update(_HEADERS)
    return _unless_known(request, response)


def _unless_known(request: web.Request, response: web.StreamResponse) -> web.StreamResponse:
    """The answer with the name of its bytes; 304 without them where who asks has them."""
    if response.status != 200 or not isinstance(response, web.Response):
        return response
    body = response.body if isinstance(response.body, bytes) else b""
    tag = response.etag = hashlib.sha256(body).hexdigest()[:32]
    if not any(known.value in ("*", tag) for known in request.if_none_match or ()):
        return response
    return web.Response(status=304, headers={**_HEADERS, "ETag": response.headers["ETag"]})


def _error(request: web.Request, status: int, words: str) -> web.Response:
    return _answer(html.error(status, words, _root(request)).encode(), "text/html", status)
