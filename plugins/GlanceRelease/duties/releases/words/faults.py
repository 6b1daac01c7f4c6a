"""What the release rules find wrong, in words: what it is and the way out, with gaps for values.

A rule names the words and what stands in their gaps; what openstack/releases' file says is other
people's text, and is cleaned and cut here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ....domain.model import Kind
from .proposals import short

_LONGEST = 60  # of one value; a list of our own stands whole


@dataclass(frozen=True)
class FaultWords:
    """One fault: what is wrong, and how it is mended."""

    why: str
    mend: str

    def told(self, values: Mapping[str, str]) -> tuple[str, str]:
        """Both with their gaps filled."""
        return self.why.format_map(values), self.mend.format_map(values)


def as_told(values: Mapping[str, object]) -> dict[str, str]:
    """The values as they stand in the gaps."""
    return {
        name: ", ".join(value) if isinstance(value, tuple) else short(str(value), _LONGEST)
        for name, value in values.items()
    }


# Numbers, and their place in the sequence.
_RENAME = "call it {right}"
_AT_LEAST = "call it {right} or higher"
NO_VERSION = FaultWords('"{version}" is no version', "write it like {example}")
NOT_ABOVE_LAST_SERIES = FaultWords("{version} is not above {last}, released in {series}", _RENAME)
TAKEN = FaultWords("{version} is released in {series}", _AT_LEAST)
TAKEN_BY_NEWER = FaultWords(TAKEN.why, _RENAME)
TAKEN_FOR_A_FEATURE = FaultWords(
    TAKEN.why, "revert change {change}, a feature, on {branch}, and release it as {right}"
)
NOT_ABOVE_LAST_RELEASE = FaultWords(
    "{version} is not above {last}, released in {series}", _AT_LEAST
)
NOT_RISING = FaultWords("{version} is not above {last}, the release before", _RENAME)
NOT_LAST = FaultWords(
    "{version} stands before {last}, which is released", "put it behind {last}, last in the file"
)
NEITHER_LAST = FaultWords(NOT_LAST.why, "put it behind {last}, and call it {right}")
AFTER_THE_END = FaultWords("{version} beside {mark}, which ended the releases", "leave it out")
NO_PRE_RELEASES = FaultWords(
    "{version} is a pre-release, and {model} has none", "name a final version"
)
OTHER_BASE = FaultWords("{version} after {last}", _RENAME)
NO_CANDIDATE = FaultWords(
    "{version} without a release candidate before it", "release {version}.0rc1 first"
)
BEHIND_FINAL = FaultWords("{version} after the final {last}", "release it in the next series")
CANDIDATE_SKIPPED = FaultWords("{version} right after {last}", "release {version}.0rc1 first")
NOT_NEXT = FaultWords("{version} where {right} is next", _RENAME)
OTHER_MILESTONE = FaultWords("{version} at milestone {milestone}", _RENAME)
LATER_MILESTONE = FaultWords("{version} belongs to {event} ({day})", "wait for that week")
NEXT_MILESTONE = FaultWords(
    "{version} before {event} ({day})", "wait for that week, and propose {right}"
)
TOO_EARLY = FaultWords("{version} before {event} ({day})", "wait for that day")
TOO_LATE = FaultWords("{version} after {deadline}, {day}", "ask the release team first")
DEADLINES = {
    Kind.RC1: "RC1's deadline",
    Kind.FINAL_RC: "the final RC's deadline",
    Kind.RELEASE: "the release",
    Kind.FINAL_CLIENT_LIBRARIES: "the client library freeze",
    Kind.FINAL_LIBRARIES: "the library freeze",
}


# Commits, and what merged.
def way_out(head: str, last: str, branch: str) -> tuple[str]:
    """Which commit to take instead: the branch's newest in full, unless that is released."""
    if not head:
        return (f"use a commit of {branch}",)
    if head == last:
        return (f"wait: {branch} has nothing newer",)
    return (f"use {head}, the newest of {branch}",)


_HEAD = "{way_out}"
NO_COMMIT = FaultWords("{commit} is not in {repository}", _HEAD)
NO_BRANCH_HAS_IT = FaultWords("{commit} of {repository} is on no branch", _HEAD)
OTHER_BRANCH = FaultWords("{commit} of {repository} is not on {branch}", _HEAD)
SAME_COMMIT = FaultWords("{version} has the commit of {last}", _HEAD)
OLD_COMMIT = FaultWords("{commit} was already in {last}", _HEAD)
EARLIER_COMMIT = FaultWords("{commit} is the commit of {earlier}, and {last} came after it", _HEAD)
BESIDE_LAST = FaultWords("{commit} is no descendant of {last}, and lacks some of it", _HEAD)
NEEDLESS_FEATURE = FaultWords(
    "{version} is a number for features, and none is on {branch} since {last}", _RENAME
)
HIDES_REQUIREMENTS = FaultWords(
    "{version} is a bug-fix number, but requirements rise: {minimums}", _RENAME
)
HIDES_FEATURE = FaultWords(
    "{version} is a bug-fix number, but a feature merged (change {change})", _RENAME
)
_NO_NUMBER_LEFT = "revert it on {branch}: {right} is released in {series}"
HIDES_REQUIREMENTS_FOR_GOOD = FaultWords(HIDES_REQUIREMENTS.why, _NO_NUMBER_LEFT)
HIDES_FEATURE_FOR_GOOD = FaultWords(HIDES_FEATURE.why, _NO_NUMBER_LEFT)
NO_NOTES = FaultWords("no release note in {changes}", "add notes with reno before the release")
OTHER_COMMIT_THAN_CANDIDATE = FaultWords(
    "{version} has {commit} of {repository}, {last} has {wanted_commit}",
    "use {wanted}, or release another candidate first",
)

# What stands beside a version.
_ADD_BRANCH = "add to branches: name {branch}, location {version}"
NO_STABLE_BRANCH = FaultWords("{version} comes without its stable branch", "add a branches entry")
NO_BRANCH = FaultWords("{version} comes without {branch}", _ADD_BRANCH)
BRANCH_ELSEWHERE = FaultWords("{branch} is at {location}, not at {version}", _ADD_BRANCH)
NEEDLESS_DIFF_START = FaultWords("{version} has a diff-start", "take it out; it belongs to finals")
NO_HIGHLIGHTS = FaultWords(
    "RC1 without cycle highlights, due on {day}",
    "add cycle-highlights, or tell the release team that there are none",
)

# Branches and marks.
_TAKE_OUT = "take it out"
NO_KIND_OF_BRANCH = FaultWords("{branch} is no stable, bugfix or feature branch", "rename it")
HAS_NO_BRANCHES = FaultWords("{name} has no branches, and gets {branch}", _TAKE_OUT)
NOT_BY_VERSION = FaultWords("{branch} in a file without stable-branch-type: {kind}", _TAKE_OUT)
OTHER_VERSION_S_BRANCH = FaultWords("{branch} at {location}", _RENAME)
OTHER_SERIES_NAME = FaultWords("{name} in a file of {series}", _RENAME)
BRANCH_OF_NO_VERSION = FaultWords(
    "{branch} is at {location}, no version of the file", "cut it from {last}"
)
BRANCH_WITHOUT_VERSION = FaultWords(
    "{branch} is at {location}, no version of the file", "release a version first"
)
BRANCH_BEFORE_LAST = FaultWords(
    "{branch} is at {location}, and {last} is the last release", "cut it from {last}"
)

# The file: its place, its team, its repositories.
_TO_GOVERNANCE = "add it to governance first"
NO_SERIES = FaultWords("there is no series {series}", "the newest is {newest}")
SERIES_MISSPELT = FaultWords("there is no series {series}", "move it to {meant}/")
OTHER_ENDING = FaultWords("{file} does not end in {ending}", "call it {right}")
UNKNOWN_NAME = FaultWords("no {name} is published or in governance", _TO_GOVERNANCE)
NAME_MISSPELT = FaultWords("no {name} is published or in governance", "is it {meant}?")
OTHER_TEAM_S = FaultWords(
    "{name} is the {right} team's by governance, not {team}'s", "write team: {right}"
)
NO_TEAM = FaultWords("governance has no team {team}", "write the team as governance does")
_ADD_SETTING = "add to repository-settings: {repository}: {{}}"
NOT_IN_SETTINGS = FaultWords("{repository} is not in repository-settings", _ADD_SETTING)
_REPOSITORY = "write repo: {right}"
SETTING_MISSPELT = FaultWords("{repository} is not in repository-settings", _REPOSITORY)
OTHER_REPOSITORY = FaultWords(
    "{repository} is no repository of {name} by governance", _TO_GOVERNANCE
)
_REPOSITORY_AND_HASH = "write repo: {right} and hash: {head}"
SETTING_ELSEWHERE = FaultWords(SETTING_MISSPELT.why, _REPOSITORY_AND_HASH)
REPOSITORY_MISSPELT = FaultWords(
    "{repository} is no repository of {name} by governance", _REPOSITORY
)
_OTHER_DELIVERABLE_S = "{repository} is the repository of {owner}, not of {name}"
OTHER_DELIVERABLE_S = FaultWords(_OTHER_DELIVERABLE_S, _REPOSITORY)
OTHER_DELIVERABLE_S_COMMIT = FaultWords(_OTHER_DELIVERABLE_S, _REPOSITORY_AND_HASH)

# What the schema does not allow, and what is out already.
NOT_READABLE = "make it a YAML mapping as the schema has it"
_SCHEMA = "see schema.yaml in openstack/releases"
MISSING = FaultWords("{key} is missing", _SCHEMA)
UNKNOWN_KEY = FaultWords('unknown key "{key}"', _TAKE_OUT)
UNKNOWN_KEY_IN = FaultWords('{where}: unknown key "{key}"', _TAKE_OUT)
KEY_MISSPELT = FaultWords(UNKNOWN_KEY.why, "write {right}:")
KEY_MISSPELT_IN = FaultWords(UNKNOWN_KEY_IN.why, "write {right}:")
NO_SETTINGS = FaultWords(
    "repository-settings: {repository} has no keys with values", "write {repository}: {{}}"
)
OTHER_VALUE = FaultWords('{key} "{value}" is none of {known}', "write one of these")
VALUE_MISSPELT = FaultWords(OTHER_VALUE.why, "write {key}: {right}")
MODEL_ENDED = FaultWords(
    "release-model {model} ended with rocky; since then it is cycle-with-rc",
    "write release-model: cycle-with-rc",
)
SCHEMA_NO_VERSION = FaultWords('"{version}" is no version', _SCHEMA)
TWICE = FaultWords("{version} is there twice", "take one of the two out")
TWICE_NEW = FaultWords(TWICE.why, _RENAME)
BRANCH_LACKS = FaultWords("a branch lacks its {key}", _SCHEMA)
NO_PROJECTS = FaultWords("{version} has no projects", "add projects: with repo and hash")
_HASH = "{version}: a hash is 40 hexadecimal digits"
NO_HASH = FaultWords(_HASH, "write all of it, as git log --format=%H says it")
HASH_NEWEST = FaultWords(_HASH, "use {right}, the newest of {branch}")
HASH_CUT_SHORT = FaultWords(_HASH, "write what git rev-parse {commit} says")
HASH_KNOWN = FaultWords(_HASH, "use {right}")
NO_REPOSITORY = FaultWords("{version}: repo is missing", "add repo: beside its hash")
_KEEP = "leave it as it is: its tag stays"
_ABANDON = "abandon this change"
ON_MASTER = FaultWords(
    "{version} stands on master by another change, from the same commit", _ABANDON
)
ON_MASTER_OTHERWISE = FaultWords(
    "{version} stands on master by another change, from {commit}", "rebase, and call it {right}"
)
ON_MASTER_FOR_GOOD = FaultWords(ON_MASTER_OTHERWISE.why, _ABANDON)
PROPOSED_TWICE = FaultWords(
    "{version} is proposed by change {change} too", "abandon one of the two; {change} was first"
)
_PUT_BACK = "git checkout HEAD^ -- deliverables/{file}"
GONE = FaultWords("{version} is released, and is gone from the file", _KEEP)
REMADE = FaultWords("{version} is released, and would be another commit", _KEEP)
LACKS_REPOSITORY = FaultWords("{version} is released in {repository} too, and lacks it now", _KEEP)
BRANCH_GONE = FaultWords(
    "{branch} is cut, and is gone from the file",
    "add to branches: name {branch}, location {location}",
)
BRANCH_MOVED = FaultWords(
    "{branch} is cut from {location}, and would be at {now}", "write location: {location}"
)
SETTING_GONE = FaultWords(
    "{repository} is released, and is gone from repository-settings", _ADD_SETTING
)
TAKEN_AWAY = FaultWords("{file} is taken away, and with it {releases}", _PUT_BACK)
