"""A team as its file in config/teams describes it; frozen. `written` has each value's rule."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from .address import place, same_place
from .calendar.day_names import Weekday
from .calendar.lead_time import parse_lead
from .config_types import (
    Channel,
    Channels,
    Count,
    Day,
    Early,
    Importance,
    LeadTime,
    Name,
    Names,
    Nick,
    Pattern,
    Positive,
    Repository,
    TimeOfDay,
    When,
    Words,
    Zone,
)
from .member import STRICT as STRICT
from .member import Member as Member

SHORT_LEADS = tuple(map(parse_lead, ("2 weeks", "1 working day", "on the day")))
ALL_LEADS = tuple(map(parse_lead, ("4 weeks", "2 weeks", "1 week", "1 working day", "on the day")))


@dataclass(frozen=True)
class OwnDeadline:
    """A deadline the team set itself: `name` and `when`, an ISO day or a place in the schedule
    ("1 week before milestone 3", "Friday of R-15"); with `series` only for that cycle."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    name: Words
    when: When
    series: str | None = None


@dataclass(frozen=True)
class Reminders:
    """When the ladder speaks: the hour (UTC), which leads for which deadlines, the days off.

    A lead counts back from the deadline's day. `full` and `short` name kinds of deadlines as
    people type them; `own` are the team's own; `once` is told once, on the day on which it begins.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    hour: TimeOfDay = dt.time(10)
    full: tuple[str, ...] = (
        "milestone 1",
        "milestone 2",
        "milestone 3",
        "rc1",
        "release",
        "cycle trailing",
    )
    short: tuple[str, ...] = (
        "feature freeze",
        "final-lib",
        "final-clientlib",
        "soft-sf",
        "requirements freeze",
        "hard-sf",
        "final rc",
        "own",
    )
    once: tuple[str, ...] = ("ptg", "summit")
    full_leads: tuple[LeadTime, ...] = ALL_LEADS
    short_leads: tuple[LeadTime, ...] = SHORT_LEADS
    holidays: tuple[Day, ...] = ()
    lines_a_day: Positive = 20


@dataclass(frozen=True)
class Pipeline:
    """A pipeline that a timer starts, at `start` (UTC) every day, or on one `weekday`."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    name: str
    start: TimeOfDay = dt.time(2)
    weekday: Weekday | None = None


@dataclass(frozen=True)
class Jobs:
    """Which periodic jobs are watched, and when the bot speaks of them.

    `repositories` are those that Zuul is asked about; empty: governance's, for the team's
    deliverables. The pipelines' times are those of openstack/project-config's pipelines.yaml.
    `nights`: a job is news when it has failed that many nights running. `late_hours` after its
    start a night without builds "did not run", a day after it where its timer started nothing at
    all. Within `gate_days` before one of the deadlines of
    `gate_before`, a gate slower than usual is worth a remark.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    repositories: tuple[Repository, ...] = ()
    pipelines: tuple[Pipeline, ...] = (
        Pipeline("periodic"),
        Pipeline("periodic-stable", dt.time(2, 1)),
        Pipeline("periodic-weekly", dt.time(8), "saturday"),
    )
    tips: str = "*-tips"
    nights: Positive = 2
    late_hours: Positive = 12
    gate_before: tuple[str, ...] = ("milestone 3", "rc1", "release")
    gate_days: Count = 7


@dataclass(frozen=True)
class Constant:
    """A constant in a repository that names the series in development, to be changed after each
    final release: `pattern` is a regular expression whose first group is its value, and the
    series' release-id with an underscore ("2027_1") is what it should be."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    name: str
    repository: Repository
    path: Words
    pattern: Pattern


@dataclass(frozen=True)
class Proposals:
    """What is followed in Gerrit: the `repositories` (empty: governance's, for the team's
    deliverables) and the `constant`, if there is one."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    repositories: tuple[Repository, ...] = ()
    constant: Constant | None = None


@dataclass(frozen=True)
class Meeting:
    """The weekly meeting: weekday and `time` on the wall in `zone`, `place` (a channel), `minutes`
    long, except on the days of `not_on`.

    `name` is what stands behind #startmeeting (empty: the team's name). `remind_minutes` before
    it the team's channel hears of it; the report is said `report_minute` minutes after its start.
    `meetbot` is MeetBot's nick, and `meetbot_account` its services' account (empty: the nick).
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    weekday: Weekday
    time: TimeOfDay
    zone: Zone = "UTC"
    place: Channel = "#openstack-meeting"
    name: str = ""
    etherpad: str = ""
    minutes: Positive = 60
    remind_minutes: tuple[Positive, ...] = (1440, 15)
    report_minute: Count = 10
    meetbot: Nick = "opendevmeet"
    meetbot_account: str = ""
    not_on: tuple[Day, ...] = ()


@dataclass(frozen=True)
class Bugs:
    """Which bugs hold a release. `projects` are Launchpad's; empty: none is asked.

    A bug counts by its importance alone, by one of `tagged` with one of `tags`, or by its target to
    a milestone of Launchpad's that falls on a day of the schedule (`targets`). In a tag {series}
    stands for the cycle's name and {id} for its release-id.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    projects: tuple[Name, ...] = ()
    critical: tuple[Importance, ...] = ("Critical",)
    tagged: tuple[Importance, ...] = ("High",)
    tags: tuple[Words, ...] = ("{series}-rc-potential",)
    targets: bool = True


LEADS = ("ptl", "release", "deputy", "operator", "admin")
# The network's, and those that governance's projects.yaml has had.
ROLES = frozenset(
    {*LEADS, "voice", "security", "tact-sig", "tc-liaison", "events", "infra", "qa", "docs"}
)


@dataclass(frozen=True)
class Rights:
    """Which roles may change the plans, the team's own deadlines, the list of bugs, and the silence
    of a channel, and whose word opens and ends the meeting where MeetBot is not there.

    A role is governance's ("ptl", or a liaison's: "release"), one of `people` ("deputy"), or one
    of the network's: "operator" and "voice" of the team's channel, "admin" of the bot.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    plan: tuple[str, ...] = LEADS
    deadline: tuple[str, ...] = LEADS
    mute: tuple[str, ...] = LEADS
    chair: tuple[str, ...] = LEADS
    bug: tuple[str, ...] = LEADS


@dataclass(frozen=True)
class Team:
    """One team: who it is upstream, where it talks, what it releases, what it decided for itself.

    `release_critical_on_master` is Glance's own rule: from RC1's tag to the final release only
    release-critical changes merge, on master too (glance, contributor guide, release-cpl.rst).
    `early` makes a team deadline that long before each official one ("1 week"). A role of
    `people` takes the place of governance's of the same name, and more can be added ("deputy").
    `title` is how pages and lines name the team; `bridged` are lists of places that a bridge makes
    one. `release_meeting` is the release team's, of which
    the liaison hears in private.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    name: Name
    governance: Words
    channels: Channels
    deliverables: Names
    title: Words = ""
    release_critical_on_master: bool = False
    early: Early = None
    deadlines: tuple[OwnDeadline, ...] = ()
    reminders: Reminders = field(default_factory=Reminders)
    jobs: Jobs = field(default_factory=Jobs)
    proposals: Proposals = field(default_factory=Proposals)
    bugs: Bugs = field(default_factory=Bugs)
    meeting: Meeting | None = None
    release_meeting: Meeting | None = None
    people: Mapping[str, tuple[Member, ...]] = field(default_factory=dict)
    bridged: tuple[Channels, ...] = ()
    rights: Rights = field(default_factory=Rights)

    @property
    def shown(self) -> str:
        """The team's name as people read it: its title, else its words with a capital each."""
        words = self.name.replace("_", "-").split("-")
        return self.title or " ".join(word[:1].upper() + word[1:] for word in words if word)

    def is_at(self, channel: str) -> bool:
        """Whether it is one of the team's channels."""
        return any(same_place(channel, name) for name in self.channels)

    @property
    def spoken_in(self) -> tuple[str, ...]:
        """Where the bot may speak: the team's channels, and its meeting's."""
        return (*self.channels, self.meeting.place) if self.meeting else self.channels

    @property
    def announced(self) -> tuple[str, ...]:
        """Where the bot speaks unasked: the first of the team's channels on each network; of those
        that a bridge joins the one that comes first."""
        first: dict[str, str] = {}
        for name in self.channels:
            is_heard = any(
                {place(name).folded, place(other).folded} <= names
                for names in self.joined
                for other in first.values()
            )
            if not is_heard:
                first.setdefault(place(name).network, name)
        return tuple(first.values())

    @property
    def joined(self) -> tuple[frozenset[str], ...]:
        """The places that bridges join, each bridge's by their folded names."""
        return tuple(frozenset(place(name).folded for name in names) for names in self.bridged)

    @property
    def announce(self) -> str:
        """The channel where the bot speaks unasked: the first of the team's."""
        return self.channels[0]
