"""A draft in words, and the commands that propose it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....domain.messages.clauses import Code, Phrase, remark
from ....domain.messages.doc import Doc, Line, Link, doc, line
from ....domain.model import Release
from ....domain.releases.draft_plan import DraftPlan
from .proposals import finding_words, link_to, short, summary, worst_first

if TYPE_CHECKING:
    from ..drafts import Draft

MOST_ERRORS = 3


def commands_for(plan: DraftPlan, release: Release) -> tuple[str, str]:
    """The two commands that propose the draft from a clone of openstack/releases."""
    what = f"{plan.order.deliverable} {release.version}"
    path = f"deliverables/{plan.path}"
    return f"git add {path} && git commit -s -m 'Release {what}'", "git review"


def draft_doc(plan: DraftPlan, made: Draft, page: str = "") -> Doc:
    """The answer: what was drafted, what the check says, the file and the two commands that
    propose it: as a link to the bot's `page`, else in the details, for where there is room."""
    first = _first(plan, made)
    already = (
        [line(f"{made.release.version} is proposed already: ", link_to(made.proposed))]
        if made.proposed
        else []
    )
    if made.report.errors:
        errors = [finding_words(finding) for finding in made.report.errors[:MOST_ERRORS]]
        return doc(line(*first, ". So there is no draft."), *already, *errors)
    findings = worst_first(made.report)
    commands = commands_for(plan, made.release)
    path = f"deliverables/{made.file.path}"
    if page:
        link = Link(plan.page_name, f"{page}/draft/{plan.page_name}")
        why = (remark(f" ({short(findings[0].why)})"),) if findings else ()
        then = line(f"{path}: ", link, " - then: ", Code(" && ".join(commands)))
        return doc(line(*first, *why, "."), *already, then)
    found = [line(finding_words(finding)) for finding in findings[:1]]
    text = [Line((row,), verbatim=True) for row in made.file.text.splitlines()]
    return doc(line(*first, "."), *already, *found, details=[f"{path}:", *text, *commands])


def _first(plan: DraftPlan, made: Draft) -> tuple[Phrase, ...]:
    """What was drafted, from which commit, and what the check says."""
    where = "its last candidate" if plan.order.kind == "final" else plan.branch
    with_branch = f", with {made.branch.name}" if made.branch else ""
    return (
        f"{plan.order.deliverable} {made.release.version} from {made.release.hashes[0][1][:10]} of"
        f" {where}{with_branch}: {summary(made.report)}",
    )
