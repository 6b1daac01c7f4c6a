"""RC1 and the release in the guide's words: what may merge from now on, where, until when."""

from __future__ import annotations

from ....domain.messages.clauses import remark
from ....domain.messages.doc import Doc, Link, doc, line

GUIDE = "https://docs.openstack.org/glance/latest/contributor/release-cpl.html"
_BRANCH, _DAY, _MISSING, _THEN = range(1, 5)
NOT_IN_FILE = "is not in the file yet: it belongs to RC1."
NOT_MADE = "is in the file, not in Gerrit yet."
_SOME_BRANCH = "the stable branch"


def final_doc(what: str, series: str, after: str, branch: str) -> Doc:
    """The final release of a series; "" for the series after and the branch where unknown."""
    head = f"{what} is released: {series} is out"
    then = (
        f"Master is open for {after or 'the next series'};"
        f" {branch or _SOME_BRANCH} takes backports of fixes. "
    )
    link = Link("what is next", GUIDE)
    return doc(line(f"{head}. ", remark(then, weight=_THEN), link), brief=(head,))


def candidate_doc(what: str, until: str, branch: str, on_master: bool, missing: str) -> Doc:
    """RC1, `until` the day of the final release: where only release-critical changes may merge,
    and what is `missing` of its branch."""
    head = f"{what} is tagged"
    branch = branch or _SOME_BRANCH
    return doc(
        line(
            f"{head}. From now to the final release",
            *([remark(f" ({until})", weight=_DAY)] if until else ()),
            f" only release-critical changes may merge, on {branch}",
            " and on master." if on_master else ".",
            *([remark(f" {branch} {missing}", weight=_MISSING)] if missing else ()),
            " ",
            Link("guide", GUIDE),
        ),
        brief=(head,),
    )
