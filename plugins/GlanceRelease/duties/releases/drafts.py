"""`draft`: the deliverable file's new text for the next release, checked, never pushed."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from ...domain.calendar.team_calendar import schedules_in
from ...domain.gerrit_scope import changes_of, files_of, near_series, newest_release
from ...domain.messages.doc import Doc, Line, Link, doc, line
from ...domain.model import Branch, Deliverable, Kind, Release, Schedule, Series
from ...domain.moment import Moment
from ...domain.releases.proposal import Change, CheckReport, Finding, GerritFacts, ProposedFile
from ...domain.releases.version import Version, parse_version
from ...domain.snapshot import Snapshot, deliverable_of
from ...registry import Ask, Lookup, Reply, UserError, command
from .draft_text import head_of, with_release
from .proposal_check import check_file
from .rules.numbers import milestone_at
from .unreleased import find_deliverable
from .words.proposals import finding_words, link_to, short, summary

MOST_ERRORS = 3
CANDIDATELESS = ("service", "horizon-plugin")
KINDS = ("beta", "rc", "final", "feature", "bugfix")
_SHA = re.compile(r"[0-9a-f]{40}")
_HELP = f"Say: draft DELIVERABLE {'|'.join(KINDS)} [SHA]."


@dataclass(frozen=True)
class DraftOrder:
    """What is to be drafted; `sha` "" is the branch's head, for a final the last candidate's."""

    deliverable: str
    kind: str
    sha: str = ""


@dataclass(frozen=True)
class DraftNeeds:
    """What of Gerrit a draft needs: the file's path, and the head of `branch` in each repository
    whose commit is not given."""

    order: DraftOrder
    series: str
    path: str
    branch: str
    repositories: tuple[str, ...]

    @property
    def page_name(self) -> str:
        """The draft's name on the page: "glance-rc.yaml"."""
        return f"{self.order.deliverable}-{self.order.kind}.yaml"


@dataclass(frozen=True)
class Draft:
    """A drafted file, what the check says of it, and the open change that proposes it already."""

    file: ProposedFile
    release: Release
    branch: Branch | None
    report: CheckReport
    proposed: Change | None = None


def read_order(snapshot: Snapshot, text: str) -> DraftOrder:
    """The order in "glance rc [SHA]"; a UserError says what is wrong with it."""
    words = text.split()
    if len(words) not in (2, 3):
        raise UserError(_HELP)
    name = find_deliverable(snapshot, words[0])
    kind = words[1].lower()
    if kind not in KINDS:
        raise UserError(f"{short(kind, 20)} is none of {', '.join(KINDS)}.")
    sha = words[2].lower() if len(words) == 3 else ""
    if sha and not _SHA.fullmatch(sha):
        raise UserError("A commit is given by its 40 hexadecimal digits.")
    return DraftOrder(name, kind, sha)


def plan_of(moment: Moment, order: DraftOrder) -> DraftNeeds:
    """Where the draft belongs: the series in development; master until its stable branch is cut,
    the stable branch after."""
    current = next(iter(near_series(moment)), None)
    if current is None:
        raise UserError("I do not know which series is in development.")
    file = moment[deliverable_of(current.name, order.deliverable)].value
    newest = newest_release(moment, order.deliverable)
    known = file or next(files_of(moment, order.deliverable), None)
    if known is None:
        raise UserError(f"I know no file of {order.deliverable} in this series or the last.")
    if newest is None:
        raise UserError(
            f"{known.series}/{known.name}.yaml has no release, so I can't tell the number that"
            f" comes next in {current.title}."
        )
    stable = f"stable/{current.branch_id}"
    cut = file is not None and any(branch.name == stable for branch in file.branches)
    path = f"{current.name}/{order.deliverable}.yaml"
    return DraftNeeds(order, current.name, path, stable if cut else "master", known.repositories)


def next_version(
    order: DraftOrder, file: Deliverable | None, previous: Deliverable | None,
    schedule: Schedule | None, now: dt.datetime,
) -> Version:  # fmt: skip
    """The version that comes next. A beta has its milestone's number; the first pre-release of a
    series is one major above the last final; feature and bugfix raise the last version."""
    here = _versions(file)
    before = [version for version in _versions(previous) if version.final]
    last = here[-1] if here else None
    if order.kind in ("feature", "bugfix"):
        base = last or (max(before) if before else None)
        if base is None or not base.final:
            raise UserError(f"{order.deliverable} has no final release to raise.")
        if order.kind == "feature":
            return Version(base.major, base.minor + 1, 0)
        return Version(base.major, base.minor, base.patch + 1)
    if last is not None and last.final:
        raise UserError(f"{order.deliverable} {last} is final in this series.")
    if last is None and not before:
        raise UserError(f"I know no final release of {order.deliverable} to go above.")
    start = last.base if last else (max(before).major + 1, 0, 0)
    if order.kind == "final":
        if last is None or last.stage != "rc":
            raise UserError(f"{order.deliverable} has no release candidate to release.")
        return Version(*start)
    if order.kind == "rc":
        return Version(*start, "rc", last.number + 1 if last and last.stage == "rc" else 1)
    if last is not None and last.stage == "rc":
        raise UserError(f"{order.deliverable} has {last}; no beta comes after it.")
    milestone = milestone_at(schedule, now.date()) if schedule else None
    return Version(*start, "b", milestone or (last.number + 1 if last else 1))


def draft(
    moment: Moment,
    plan: DraftNeeds,
    text: str | None,
    file: Deliverable | None,
    heads: Mapping[str, str],
    gerrit: GerritFacts | None,
    model: str | None = None,
) -> Draft:
    """The drafted file with its check. `text` is the file as it stands (None: there is none yet,
    and the header is taken from what is known), `heads` each repository's commit, `model` the
    text of the series before."""
    order = plan.order
    series = next(iter(near_series(moment)))
    previous = previous_file(moment, order.deliverable)
    schedule = schedules_in(moment.snapshot).get(plan.series)
    staged = (file or previous or _NOTHING).is_staged
    if staged and order.kind in ("feature", "bugfix") and plan.branch == "master":
        raise UserError(f"{order.deliverable} is released by beta, rc and final.")
    if not staged and order.kind in ("beta", "rc", "final"):
        raise UserError(f"{order.deliverable} is released by feature or bugfix.")
    version = next_version(order, file, previous, schedule, moment.now)
    release = _release(version, order, file, previous, heads)
    last = (
        not staged and plan.branch == "master" and is_last(file or previous, schedule, moment.now)
    )
    branch = _branch(version, file, previous, series, last)
    base = text
    if base is None:
        base = head_of(model) if model else header(file or previous or _NOTHING)
    try:
        fresh = with_release(base, release, branch)
    except ValueError as error:
        raise UserError(f"{plan.path}: {error}; edit it by hand.") from None
    whole = replace(
        file or _empty(previous or _NOTHING, plan.series),
        releases=(*(file.releases if file else ()), release),
        branches=(*(file.branches if file else ()), *((branch,) if branch else ())),
    )
    drafted = ProposedFile(plan.path, fresh, {"team": whole.team, "type": whole.type}, whole)
    before = ProposedFile(plan.path, text or "", deliverable=file)
    report = check_file(moment, before, drafted, gerrit)
    return Draft(drafted, release, branch, report, _proposed(moment.snapshot, plan, release))


def _proposed(snapshot: Snapshot, plan: DraftNeeds, release: Release) -> Change | None:
    known = changes_of(snapshot)
    for proposal in known.proposals if known else ():
        files = (file.after for file in proposal.files if proposal.change.status == "NEW")
        for file in files:
            there = file.deliverable.releases if file and file.deliverable else ()
            if file and file.path == plan.path and release.version in [o.version for o in there]:
                return proposal.change
    return None


_NOTHING = Deliverable("", "", "", "", "", ())


def _versions(file: Deliverable | None) -> list[Version]:
    versions = (parse_version(release.version) for release in (file.releases if file else ()))
    return [version for version in versions if version is not None]


def previous_file(moment: Moment, name: str) -> Deliverable | None:
    """The deliverable in the series that was released last."""
    series = near_series(moment)
    return moment[deliverable_of(series[1].name, name)].value if len(series) > 1 else None


def _release(
    version: Version, order: DraftOrder, file: Deliverable | None, previous: Deliverable | None,
    heads: Mapping[str, str],
) -> Release:  # fmt: skip
    if order.kind != "final" or file is None:
        return Release(str(version), tuple(heads.items()))
    finals = [v for v in _versions(previous) if v.final and v.minor == v.patch == 0]
    start = str(max(finals)) if finals else None
    return Release(str(version), file.releases[-1].hashes, diff_start=start)


def is_last(shape: Deliverable | None, schedule: Schedule | None, now: dt.datetime) -> bool:
    """Whether a release without candidates is the cycle's last one, which carries the stable
    branch: a service's, from RC1's deadline to the release (openstack/releases
    doc/source/reference/deliverable_types.rst); libraries' branches the release team proposes."""
    first = schedule.first(Kind.RC1) if schedule else None
    end = schedule.first(Kind.RELEASE) if schedule else None
    if first is None or end is None or shape is None or shape.type not in CANDIDATELESS:
        return False
    return first.days[-1] < now.date() <= end.days[-1]


def _branch(
    version: Version, file: Deliverable | None, previous: Deliverable | None, series: Series,
    last: bool,
) -> Branch | None:  # fmt: skip
    first_rc = version.stage == "rc" and not any(v.stage == "rc" for v in _versions(file))
    shape = file or previous
    if not (first_rc or last) or (shape and shape.stable_branch_type == "none"):
        return None
    name = f"stable/{series.branch_id}"
    if file and any(branch.name == name for branch in file.branches):
        return None
    return Branch(name, str(version))


def header(file: Deliverable) -> str:
    """The head of a new file in the form of openstack/releases, from the series before."""
    lines = ["---", f"team: {file.team}", f"type: {file.type}"]
    lines.append(f"release-model: {file.release_model}")
    if file.stable_branch_type:
        lines.append(f"stable-branch-type: {file.stable_branch_type}")
    lines.append("repository-settings:")
    lines += [f"  {repository}: {{}}" for repository in file.repositories]
    return "\n".join(lines) + "\n"


def _empty(file: Deliverable, series: str) -> Deliverable:
    return replace(file, series=series, releases=(), branches=(), has_cycle_highlights=False)


def commands_for(plan: DraftNeeds, release: Release) -> tuple[str, str]:
    """The two commands that propose the draft from a clone of openstack/releases."""
    what = f"{plan.order.deliverable} {release.version}"
    path = f"deliverables/{plan.path}"
    return f"git add {path} && git commit -s -m 'Release {what}'", "git review"


def draft_doc(plan: DraftNeeds, made: Draft, page: str = "") -> Doc:
    """The answer: what was drafted, what the check says, the file and the two commands that
    propose it: as a link to the bot's `page`, else in the details, for where there is room."""
    first = (
        f"{plan.order.deliverable} {made.release.version} from {made.release.hashes[0][1][:10]} of"
        f" {'its last candidate' if plan.order.kind == 'final' else plan.branch}"
        f"{f', with {made.branch.name}' if made.branch else ''}: {summary(made.report)}."
    )
    already = (
        [line(f"{made.release.version} is proposed already: ", link_to(made.proposed))]
        if made.proposed
        else []
    )
    if made.report.errors:
        errors = [finding_words(finding) for finding in made.report.errors[:MOST_ERRORS]]
        return doc(f"{first} So there is no draft.", *errors)
    findings: list[Finding] = sorted(made.report.findings, key=lambda f: f.severity != "error")
    commands = commands_for(plan, made.release)
    path = f"deliverables/{made.file.path}"
    if page:
        link = Link(plan.page_name, f"{page}/draft/{plan.page_name}")
        if findings:
            first = f"{first.removesuffix('.')} ({short(findings[0].why)})."
        return doc(first, *already, line(f"{path}: ", link, f" - then: {' && '.join(commands)}"))
    errors = [finding_words(finding) for finding in findings[:1]]
    text = [Line((row,), verbatim=True) for row in made.file.text.splitlines()]
    return doc(first, *already, *errors, details=[f"{path}:", *text, *commands])


@command(
    "draft",
    "DELIVERABLE beta|rc|final|feature|bugfix [SHA]",
    "the deliverable file for the next release, checked; I never push it",
    "draft glance beta",
    needs=("opendev", "gerrit"),
    basis="the form of a deliverable file, and the version that the release model asks for",
    sources=("readme", "guide"),
)
def draft_command(moment: Moment, ask: Ask) -> Reply:
    """Checks the order at once; the draft follows when Gerrit has told the branch's head."""
    order = read_order(moment.snapshot, ask.text)
    plan_of(moment, order)
    return Reply(doc(), private=not moment.snapshot.page, lookup=Lookup("draft", ask.text[:200]))
