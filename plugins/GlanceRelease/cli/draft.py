"""print the deliverable file for the next release; it never pushes"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Iterable

from ..configuration.settings import Settings
from ..domain.moment import Moment
from ..duties.releases.draft_orders import KINDS, plan_of, read_order
from ..duties.releases.drafts import draft
from ..duties.releases.words.drafts import commands_for
from ..duties.releases.words.proposals import finding_words, summary
from ..registry import UserError
from ..sources.gerrit.proposal_lookup import look_up_base
from ..sources.http import Http, Trouble, title_of
from ..sources.opendev.proposed_file import read_proposed
from ..sources.strict_yaml import Unreadable
from .gathering import Failure, gather, named, now_of, print_line

SECONDS = 30.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`draft DELIVERABLE KIND [SERIES] [SHA]`."""
    parser.add_argument("deliverable", metavar="DELIVERABLE")
    parser.add_argument("kind", choices=KINDS, metavar="|".join(KINDS))
    where = "another series that is maintained, and a commit: else the branch's head"
    parser.add_argument("more", nargs="*", metavar="SERIES|SHA", help=where)


async def run(settings: Settings, options: argparse.Namespace) -> int:
    """The file on standard output; what the check says, and the two commands that propose it, on
    standard error. 1 and no file where the draft breaks a rule."""
    snapshot = await gather(settings, options, named(*options.more))
    now = now_of(options)
    try:
        more = " ".join(options.more)
        order = read_order(snapshot, f"{options.deliverable} {options.kind} {more}")
        moment = Moment(snapshot, now)
        plan = plan_of(moment, order)
        async with Http(settings.user_agent) as http, asyncio.timeout(SECONDS):
            gerrit, opendev = settings.address_of("gerrit"), settings.address_of("opendev")
            base = await look_up_base(http, gerrit, opendev, plan, now)
        made = draft(moment, plan, base, read_proposed)
    except TimeoutError:
        raise Failure(f"no answer in {SECONDS:.0f} seconds") from None
    except UserError as error:
        raise Failure(str(error)) from None
    except (Trouble, Unreadable) as trouble:
        raise Failure(f"{title_of(trouble)} gives no answer: {trouble}") from None
    told = [
        f"# {summary(made.report)}",
        *(f"# {finding_words(found)}" for found in made.report.findings),
        *(f"# {each.rule}: not judged without {each.missing}" for each in made.report.unjudged),
    ]
    if made.report.errors:
        _tell([*told, "# so there is no draft"])
        return 1
    if made.proposed is not None:
        told.append(f"# {made.release.version} is proposed already: {made.proposed.url}")
    sys.stdout.write(made.file.text)
    _tell([*told, *commands_for(plan, made.release)])
    return 0


def _tell(lines: Iterable[str]) -> None:
    for line in lines:
        print_line(line, sys.stderr)
