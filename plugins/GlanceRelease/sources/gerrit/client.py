"""Gerrit's REST API as anybody may read it: queries, a change, a commit, a file at a revision.

Only the configured Gerrit is asked; what is kept of its answers is JSON without the prefix line.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import datetime as dt
import json
import re
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import quote, urlsplit

from ...domain.releases.proposal import Change, Status, Vote
from ...registry import UserError
from ..http import Answer, Http, Trouble
from ..strict_yaml import Unreadable
from .change_rows import (
    MORE,
    MOST_ROWS,
    ODD,
    Raw,
    accepted,
    account_id,
    current_revision,
    mapping,
    renamed,
)

PREFIX = b")]}'"
MAX_QUERIES = 10  # Gerrit answers 400 "limit of 10 queries" beyond
DETAILS = (
    "CURRENT_REVISION",
    "CURRENT_FILES",
    "CURRENT_COMMIT",
    "DETAILED_LABELS",
    "DETAILED_ACCOUNTS",
)
_TIME = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)(?:\.(\d{1,9}))?")
_STATUSES: dict[str, Status] = {"NEW": "NEW", "MERGED": "MERGED", "ABANDONED": "ABANDONED"}
_IN_PATH = re.compile(r"/(?:#/)?(?:c/)?(?:[\w./%~-]+/\+/)?([0-9]{1,9})(?:/.*)?")


def change_number(text: str, base: str) -> int:
    """The change that "987654" or an address of the configured Gerrit means; the address of
    another place, or what is neither, is a UserError."""
    asked = text.strip()
    if re.fullmatch(r"[0-9]{1,9}", asked):
        return int(asked)
    ours = urlsplit(base)
    there = urlsplit(asked if "://" in asked else f"{ours.scheme}://{asked}")
    if "." not in there.netloc and ":" not in there.netloc:
        raise UserError("Name a change by its number or its address.")
    if there.netloc.lower() != ours.netloc.lower() or there.scheme not in ("http", "https"):
        raise UserError(f"I ask only {ours.netloc} about changes.")
    path = there.path.removeprefix(ours.path.rstrip("/"))
    if there.fragment:  # the old form: /#/c/987654/
        path = f"/{there.fragment.lstrip('/')}"
    match = _IN_PATH.fullmatch(path)
    if match is None:
        raise UserError("That address names no change.")
    return int(match[1])


async def ask(http: Http, url: str, query: Sequence[tuple[str, str]] = ()) -> Any:
    """The JSON behind the prefix line, which is never null; None for 404. An error's plain text is
    in the Trouble."""
    answer = await http.get(url, query, accept="application/json")
    if answer.missing:
        _refuse_page(answer)
        return None
    body = answer.body or b""
    prefix, _, rest = body.partition(b"\n")
    if prefix.rstrip(b"\r") != PREFIX:
        raise Trouble("no answer of Gerrit's (its first line is missing)")
    try:
        told = json.loads(rest)
    except (ValueError, RecursionError):
        raise Trouble("no whole JSON document") from None
    if told is None:
        raise Trouble(ODD)
    return told


def _refuse_page(answer: Answer) -> None:
    """Gerrit's own 404 is plain text; a page is a proxy's, or no Gerrit's, and says nothing."""
    if answer.content_type == "text/html":
        raise Trouble("a web page instead of an answer")


async def query_changes(
    http: Http, base: str, queries: Sequence[str], options: Iterable[str] = DETAILS
) -> list[list[Raw]]:
    """The changes of each query, in the queries' order, newest first, each change once.

    Ten queries go in one request. A list that Gerrit cut short is followed to its end, or to two
    thousand changes: then its last row still says that there are more. It moves while it is read,
    so a change is known by its number.
    """
    chosen = [("o", option) for option in options]
    parts = [queries[i : i + MAX_QUERIES] for i in range(0, len(queries), MAX_QUERIES)]
    answers = await asyncio.gather(*(_ask_queries(http, base, part, chosen) for part in parts))
    lists = [page for answer in answers for page in answer]
    return list(
        await asyncio.gather(
            *(
                _rest(http, base, query, chosen, page)
                for query, page in zip(queries, lists, strict=True)
            )
        )
    )


async def _ask_queries(
    http: Http, base: str, queries: Sequence[str], options: list[tuple[str, str]]
) -> list[list[Raw]]:
    answer = await ask(http, f"{base}/changes/", [("q", query) for query in queries] + options)
    lists = [answer] if len(queries) == 1 else answer
    if not isinstance(lists, list) or len(lists) != len(queries):
        raise Trouble(ODD)
    return [accepted(changes) for changes in lists]


async def _rest(
    http: Http, base: str, query: str, options: list[tuple[str, str]], page: list[Raw]
) -> list[Raw]:
    by_number = {change.get("_number"): change for change in page}
    read = len(page)
    while page and page[-1].get(MORE) and read < MOST_ROWS:
        start = [("S", str(read))]
        answer = await ask(http, f"{base}/changes/", [("q", query), *options, *start])
        page = accepted(answer)
        read += len(page)
        for change in page:
            by_number.setdefault(change.get("_number"), change)
    rows: list[Raw] = [{key: raw[key] for key in raw if key != MORE} for raw in by_number.values()]
    if rows and page and page[-1].get(MORE):
        rows[-1] = {**rows[-1], MORE: True}
    return rows


def is_cut_short(rows: Sequence[Raw]) -> bool:
    """Whether Gerrit has more changes than these."""
    return bool(rows) and bool(rows[-1].get(MORE))


async def change_detail(http: Http, base: str, number: int) -> Raw | None:
    """One change with all that a check needs; None where nobody or only some may see it."""
    answer = await ask(http, f"{base}/changes/{number}", [("o", option) for option in DETAILS])
    if answer is not None and not isinstance(answer, dict):
        raise Trouble(ODD)
    return answer


async def file_text(
    http: Http, base: str, number: int, revision: str, path: str, parent: bool = False
) -> str | None:
    """A file's text at a patch set (its number or commit), or in the commit it stands on; None
    where it is not there. A file that is no UTF-8 keeps replacement characters."""
    where = f"{base}/changes/{number}/revisions/{quote(revision, safe='')}"
    return await _content(http, where, path, [("parent", "1")] if parent else [])


async def file_at(http: Http, base: str, repository: str, sha: str, path: str) -> str | None:
    """A file's text at a commit that has merged; None where either is not there."""
    where = f"{base}/projects/{quote(repository, safe='')}/commits/{quote(sha, safe='')}"
    return await _content(http, where, path, [])


async def _content(
    http: Http, where: str, path: str, query: Sequence[tuple[str, str]]
) -> str | None:
    answer = await http.get(f"{where}/files/{quote(path, safe='')}/content", query)
    if answer.missing:
        _refuse_page(answer)
        return None
    try:
        return base64.b64decode(answer.body or b"", validate=True).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        raise Trouble("a file in another shape than Gerrit's") from None


async def file_diff(
    http: Http, base: str, number: int, revision: str, path: str
) -> tuple[str, str] | None:
    """The lines that a patch set takes out of a file and those that it puts in; None where it
    does not touch the file."""
    where = f"{base}/changes/{number}/revisions/{quote(revision, safe='')}"
    answer = await ask(http, f"{where}/files/{quote(path, safe='')}/diff", [("context", "0")])
    if answer is None:
        return None
    try:
        parts = [part for part in answer["content"] if "ab" not in part]
        gone = "\n".join(str(line) for part in parts for line in part.get("a", ()))
        new = "\n".join(str(line) for part in parts for line in part.get("b", ()))
    except (TypeError, KeyError, AttributeError):
        raise Trouble("a diff in another shape than Gerrit's") from None
    return gone, new


def instant(text: object) -> dt.datetime | None:
    """Gerrit's "2026-11-19 14:00:00.000000000": UTC without saying so, nine digits behind the
    point; None for what is no such time."""
    match = _TIME.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        return None
    try:
        moment = dt.datetime.strptime(match[1], "%Y-%m-%d %H:%M:%S").replace(tzinfo=dt.UTC)
    except ValueError:
        return None
    return moment.replace(microsecond=int((match[2] or "0").ljust(6, "0")[:6]))


def read_change(raw: Raw, base: str = "") -> Change:
    """A ChangeInfo as a change; every field but `_number` and `project` may be absent.
    Raises Unreadable for what is no ChangeInfo."""
    number, project = raw.get("_number"), raw.get("project")
    if not isinstance(number, int) or not isinstance(project, str):
        raise Unreadable("a change without number or project")
    owner = mapping(raw.get("owner"))
    revision = str(raw.get("current_revision") or "")
    current = current_revision(raw)
    uploader = mapping(current.get("uploader"))
    patch_set = raw.get("current_revision_number") or current.get("_number") or 0
    return Change(
        number=number,
        project=project,
        branch=str(raw.get("branch") or "").removeprefix("refs/heads/"),
        subject=str(raw.get("subject") or ""),
        status=_STATUSES.get(str(raw.get("status")), "NEW"),
        owner=str(owner.get("name") or owner.get("username") or ""),
        owner_id=account_id(owner),
        owner_email=str(owner.get("email") or ""),
        owner_username=str(owner.get("username") or ""),
        uploader=str(uploader.get("name") or uploader.get("username") or ""),
        uploader_id=account_id(uploader),
        uploader_email=str(uploader.get("email") or ""),
        uploader_username=str(uploader.get("username") or ""),
        uploaded=instant(current.get("created")),
        topic=str(raw.get("topic") or ""),
        created=instant(raw.get("created")),
        updated=instant(raw.get("updated")),
        submitted=instant(raw.get("submitted")),
        patch_set=patch_set if isinstance(patch_set, int) else 0,
        revision=revision,
        work_in_progress=bool(raw.get("work_in_progress")),
        files=(*map(str, mapping(current.get("files"))), *renamed(current)),
        message=str(mapping(current.get("commit")).get("message") or ""),
        url=f"{base}/{number}" if base else "",
        votes=tuple(_votes(mapping(raw.get("labels")))),
    )


def _votes(labels: Raw) -> Iterable[Vote]:
    for label, info in labels.items():
        votes = mapping(info).get("all")
        for vote in votes if isinstance(votes, list) else ():
            value = mapping(vote).get("value")
            if isinstance(value, int) and value != 0:
                name = str(vote.get("name") or vote.get("username") or "")
                email = str(vote.get("email") or "")
                username = str(vote.get("username") or "")
                at = instant(vote.get("date"))
                yield Vote(label, value, name, email, at, username, account_id(vote))
