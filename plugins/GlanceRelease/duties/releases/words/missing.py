"""What a release rule may lack to judge a version, in words: "not judged without ..."."""

from __future__ import annotations

GERRIT = "Gerrit"
SERIES = "the list of series"
RELEASE_ID = "the series' release-id"
SCHEDULE = "the cycle's schedule"
DAY = "the day of the proposal"
SCHEDULE_AND_DAY = "the cycle's schedule and the day of the proposal"
DEADLINE = "the deadline in the cycle's schedule"
HIGHLIGHTS_DAY = "a day for cycle highlights in the schedule"
MILESTONE = "a milestone near the day of the proposal"
FILE_BEFORE = "a file of this deliverable in the series before"
RELEASE_BEFORE = "a release of this deliverable in the series before"
MERGED = "what merged since the last release"
NOTES = "the release notes of what merged"
REQUIREMENTS = "requirements.txt at both commits"
PROPOSAL = "a proposal: files until liberty were written afterwards"


def commit(commit: str, repository: str) -> str:
    """A commit of which Gerrit said nothing."""
    return f"{commit} of {repository} in Gerrit"


def descent(commit: str, last: str) -> str:
    """Gerrit did not tell how a commit stands to the last release, such as one without its tag."""
    return f"how {commit} stands to {last} in Gerrit"


def final_in(series: str) -> str:
    """The series before has no final release of it."""
    return f"a final release in {series}"


def published_file(why: str) -> str:
    """What openstack/releases has of it."""
    return f"the published file ({why})"
