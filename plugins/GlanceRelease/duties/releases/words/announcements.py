"""RC1 and the release in the guide's words: what may merge from now on, where, until when."""

from __future__ import annotations

from ....domain.messages.clauses import remark
from ....domain.messages.doc import Doc, Link, doc, line

GUIDE = "https://docs.openstack.org/glance/latest/contributor/release-cpl.html"
_BRANCH, _DAY, _MISSING, _THEN = range(1, 5)
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


def candidate_doc(what: str, until: str, branch: str, on_master: bool, is_cut: bool) -> Doc:
    """RC1, `until` the day of the final release: where only release-critical changes may merge,
    and whether its branch `is_cut`."""
    head = f"{what} is tagged"
    branch = branch or _SOME_BRANCH
    missing = f" {branch} is not in the file yet: it belongs to RC1."
    return doc(
        line(
            f"{head}. From now to the final release",
            *([remark(f" ({until})", weight=_DAY)] if until else ()),
            f" only release-critical changes may merge, on {branch}",
            " and on master." if on_master else ".",
            *(() if is_cut else [remark(missing, weight=_MISSING)]),
            " ",
            Link("guide", GUIDE),
        ),
        brief=(head,),
    )
