"""Answers that need an upstream now: what a command's `Lookup` names, asked for and made words."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable
from dataclasses import replace

from ..configuration.settings import Settings
from ..domain.gerrit_scope import known_files
from ..domain.messages.doc import Doc, doc, line
from ..domain.moment import Moment
from ..domain.snapshot import NEVER, Snapshot
from ..duties.bugs.orders import looked_up
from ..duties.releases.draft_orders import plan_of, read_order
from ..duties.releases.drafts import draft
from ..duties.releases.proposal_check import check_proposal
from ..duties.releases.words.drafts import draft_doc
from ..duties.releases.words.proposals import check_doc
from ..registry import Ask, Lookup, UserError, answer
from ..sources.gerrit.proposal_lookup import facts_of, look_up_base, look_up_proposal
from ..sources.http import Http, Trouble, asking, title_of
from ..sources.launchpad.bug_details import look_up_bug
from ..sources.opendev.proposed_file import read_proposed
from ..sources.strict_yaml import Unreadable

ANSWER_SECONDS = 30.0
Keep = Callable[[str, str], None]
_LookUp = Callable[[Moment, Http, Settings, Lookup, Keep], Awaitable[Doc]]


def _forget(name: str, text: str) -> None:
    """Keeps no draft: for a bot without a page, which is where drafts are shown."""


async def look_up(
    moment: Moment,
    http: Http,
    settings: Settings,
    wanted: Lookup,
    keep: Keep = _forget,
    seconds: float = ANSWER_SECONDS,
) -> Doc:
    """The answer of the upstream, or why there is none; it comes within 30 seconds in any case.
    A drafted file is given to `keep`, by its name on the page."""
    try:
        async with asyncio.timeout(seconds):
            return await LOOKUPS[wanted.source](moment, http, settings, wanted, keep)
    except UserError as error:
        return doc(str(error))
    except TimeoutError:
        return doc(f"No answer in {seconds:.0f} seconds; try again later.")
    except (Trouble, Unreadable) as trouble:
        if http.closed:
            return doc("I am being stopped or loaded anew; ask again.")
        return doc(f"{title_of(trouble)} gives no answer: {trouble}. Try again in some minutes.")


def changed_answer(
    before: Snapshot, after: Snapshot, fact: str, text: str, ask: Ask, now: dt.datetime
) -> Doc | None:
    """The answer from `after` where the fresh fact made it another one; None where only the
    fact's age is not what it was."""
    fresh = after.facts.get(fact, NEVER)
    as_fresh = replace(fresh, value=before.facts.get(fact, NEVER).value)
    old = answer(Moment(replace(before, facts={**before.facts, fact: as_fresh}), now), text, ask)
    new = answer(Moment(after, now), text, ask)
    if new.doc.lines == old.doc.lines or not new.doc.lines:
        return None
    first, *rest = new.doc.lines
    return replace(new.doc, lines=(line("Now: ", *first.phrases), *rest))


async def _check(moment: Moment, http: Http, settings: Settings, wanted: Lookup, keep: Keep) -> Doc:
    base, known = settings.address_of("gerrit"), known_files(moment.snapshot)
    proposal = await look_up_proposal(http, base, wanted.what, moment.team.deliverables)
    facts = await facts_of(http, base, proposal.files, known, moment.now)
    report = check_proposal(moment, proposal, facts, moment.now)
    return check_doc(proposal, report, private=wanted.private)


async def _draft(moment: Moment, http: Http, settings: Settings, wanted: Lookup, keep: Keep) -> Doc:
    plan = plan_of(moment, read_order(moment.snapshot, wanted.what))
    gerrit, opendev = settings.address_of("gerrit"), settings.address_of("opendev")
    base = await look_up_base(http, gerrit, opendev, plan, moment.now)
    made = draft(moment, plan, base, read_proposed)
    keep(plan.page_name, made.file.text)
    return draft_doc(plan, made, moment.snapshot.page)


async def _bug(moment: Moment, http: Http, settings: Settings, wanted: Lookup, keep: Keep) -> Doc:
    with asking("launchpad"):
        told = await look_up_bug(http, settings.address_of("launchpad"), int(wanted.what))
    return looked_up(moment, told)


LOOKUPS: dict[str, _LookUp] = {"proposal": _check, "draft": _draft, "bug": _bug}
