"""The deliverable file's new text for the next release, checked, never pushed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ...domain.calendar.team_calendar import schedules_in
from ...domain.gerrit_scope import changes_of
from ...domain.model import Branch, Deliverable, Release
from ...domain.moment import Moment
from ...domain.releases.draft_plan import DraftBase, DraftPlan
from ...domain.releases.proposal import Change, CheckReport, ProposedFile
from ...domain.releases.version import Version
from ...domain.snapshot import Snapshot
from ...registry import UserError
from .draft_text import head_of, with_release
from .local_file_check import Upload, check_upload
from .next_version import RAISING, is_last, next_version, versions_in

Read = Callable[[str, str], ProposedFile]  # a file at its path, whatever it is
_NOTHING = Deliverable("", "", "", "", "", ())


@dataclass(frozen=True)
class Draft:
    """A drafted file, what the check says of it, and the open change that proposes it already."""

    file: ProposedFile
    release: Release
    branch: Branch | None
    report: CheckReport
    proposed: Change | None = None


def draft(moment: Moment, plan: DraftPlan, base: DraftBase, read: Read) -> Draft:
    """The drafted file with its check, which is that of any local file: it is read as such.
    Where there is no file yet, its header is taken from the text of the series before, else from
    what is known."""
    file, shape = base.file, base.file or plan.previous or _NOTHING
    _refuse_other_models(plan, shape)
    schedule = schedules_in(moment.snapshot).get(plan.series)
    version = next_version(plan, file, schedule, moment.today)
    release = _release(version, plan, base)
    from_master = plan.branch == "master" and not shape.is_staged
    last = from_master and is_last(file or plan.previous, schedule, moment.today)
    branch = _branch(version, plan, file) if last or _is_first_candidate(version, file) else None
    try:
        fresh = with_release(_text(base, shape), release, branch)
    except ValueError as error:
        raise UserError(f"{plan.path}: {error}; edit it by hand.") from None
    drafted = read(plan.path, fresh)
    before = ProposedFile(plan.path, base.text or "", deliverable=file)
    report = check_upload(moment, Upload(before, drafted, file), base.facts)
    return Draft(drafted, release, branch, report, _proposed(moment.snapshot, plan, release))


def _refuse_other_models(plan: DraftPlan, shape: Deliverable) -> None:
    """Whoever has betas and candidates gets no other number from master, and the other way."""
    name, raises = plan.order.deliverable, plan.order.kind in RAISING
    if shape.is_staged and raises and plan.branch == "master":
        raise UserError(f"{name} is released by beta, rc and final.")
    if not shape.is_staged and not raises:
        raise UserError(f"{name} is released by feature or bugfix.")


def _text(base: DraftBase, shape: Deliverable) -> str:
    if base.text is not None:
        return base.text
    return head_of(base.model) if base.model else header(shape)


def _proposed(snapshot: Snapshot, plan: DraftPlan, release: Release) -> Change | None:
    known = changes_of(snapshot)
    for proposal in known.proposals if known else ():
        files = (file.after for file in proposal.files if proposal.change.status == "NEW")
        for file in files:
            there = file.deliverable.releases if file and file.deliverable else ()
            if file and file.path == plan.path and release.version in [o.version for o in there]:
                return proposal.change
    return None


def _release(version: Version, plan: DraftPlan, base: DraftBase) -> Release:
    if plan.order.kind != "final" or base.file is None:
        return Release(str(version), tuple(base.heads.items()))
    finals = [v for v in versions_in(plan.previous) if v.final and v.minor == v.patch == 0]
    start = str(max(finals)) if finals else None
    return Release(str(version), base.file.releases[-1].hashes, diff_start=start)


def _is_first_candidate(version: Version, file: Deliverable | None) -> bool:
    return version.stage == "rc" and not any(v.stage == "rc" for v in versions_in(file))


def _branch(version: Version, plan: DraftPlan, file: Deliverable | None) -> Branch | None:
    """The stable branch, where the deliverable has such branches and not yet this one."""
    shape = file or plan.previous
    if shape and shape.stable_branch_type == "none":
        return None
    if file and any(branch.name == plan.stable for branch in file.branches):
        return None
    return Branch(plan.stable, str(version))


def header(file: Deliverable) -> str:
    """The head of a new file in the form of openstack/releases, from the series before."""
    lines = ["---", f"team: {file.team}", f"type: {file.type}"]
    lines.append(f"release-model: {file.release_model}")
    if file.stable_branch_type:
        lines.append(f"stable-branch-type: {file.stable_branch_type}")
    lines.append("repository-settings:")
    lines += [f"  {repository}: {{}}" for repository in file.repositories]
    return "\n".join(lines) + "\n"
