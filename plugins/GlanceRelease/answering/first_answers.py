"""What is answered at once, from the snapshots as they are: by any thread, waiting for nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from .. import registry
from ..clock import Clock
from ..configuration.settings import Settings
from ..domain.address import place
from ..domain.messages.doc import Doc
from ..domain.messages.team_names import in_its_name
from ..domain.moment import Moment
from ..domain.people.roles import has_any_right
from ..domain.snapshot import Snapshot
from ..domain.team import Team
from ..registry import Answered, Ask, Reply
from ..service.outbox.front_end import Door, KnowsPresence, KnowsRefusals, KnowsStates
from .bridge_echoes import BridgeEchoes
from .last_answers import LastAnswers, is_about_others
from .named_team import in_front_or_end, is_about_a_team, names_one_of, with_its_team
from .snapshots import Snapshots
from .which_team import meant_team, teams_of_person


def _nobody_can_tell(channel: str) -> None:
    """Who is in a channel."""


def _nowhere() -> Mapping[str, str]:
    """The channels that the bot is kept out of."""
    return {}


class Answers:
    """The questions that a front end asks; each is about the team that is meant where it is put."""

    def __init__(
        self, settings: Settings, clock: Clock, door: Door | None, current: Snapshots
    ) -> None:
        self.settings = settings
        self.clock = clock
        self.door = door
        self.current = current
        self.given = LastAnswers()
        self._echoes = BridgeEchoes()
        # What a front end knows is asked once: for each question it would cost a tenth of it.
        self._present = door.present if isinstance(door, KnowsPresence) else _nobody_can_tell
        self._placed: dict[str, tuple[Snapshot, Mapping[str, str], dict[str, str], Snapshot]] = {}
        self._outside = door.outside if isinstance(door, KnowsRefusals) else _nowhere
        self._states = door.states if isinstance(door, KnowsStates) else _nowhere

    @property
    def snapshots(self) -> Mapping[str, Snapshot]:
        """Each team's, by its name."""
        return self.current.by_team

    @snapshots.setter
    def snapshots(self, by_team: Mapping[str, Snapshot]) -> None:
        self.current.by_team = by_team

    def addressed(self, text: str, ask: Ask) -> tuple[str, Ask]:
        """The command without the team that its words name, and the question about that team."""
        return with_its_team(self.settings, text, ask)

    def is_echo(self, text: str, ask: Ask) -> bool:
        """Whether a bridge brought words that are answered where they were said."""
        if ask.channel is None:
            return False
        return self._echoes.is_echo(self.settings.team_of(ask.channel), ask.channel, text)

    def team_of(self, ask: Ask) -> Team:
        """The team that a question is about."""
        return meant_team(self.settings, self.snapshots, ask, self.clock.now(), self._present)

    def in_its_name(self, told: Doc, ask: Ask, text: str = "") -> Doc:
        """What is said to somebody in private who may mean several teams, with the one that is
        meant and how to ask for another."""
        is_of_none = bool(text) and not is_about_a_team(text)
        if ask.channel is not None or ask.team or len(self.snapshots) == 1 or is_of_none:
            return told
        team = self.team_of(ask)
        theirs = teams_of_person(self.settings, self.snapshots, ask, self._present)
        if theirs == [team.name]:
            return told
        others = [name for name in theirs or self.snapshots if name != team.name]
        is_told = not text or names_one_of(text, [self.settings.teams[name] for name in others])
        how = {} if is_told else {name: in_front_or_end(text, name) for name in others}
        return in_its_name(told, team.shown, how)

    def snapshot_for(self, ask: Ask) -> Snapshot:
        """That team's snapshot, with how its places are."""
        return self.with_places(self.snapshots[self.team_of(ask).name])

    def with_places(self, snapshot: Snapshot) -> Snapshot:
        """The snapshot with the channels that the bot is kept out of, and how its rooms are; the
        same one as before while nothing of it changes, since answers are kept by it."""
        outside, rooms = self._outside(), self.rooms_of(snapshot.team)
        if not outside and not rooms:
            return snapshot
        known = self._placed.get(snapshot.team.name)
        if known is None or known[0] is not snapshot or known[1:3] != (outside, rooms):
            placed = replace(snapshot, outside=outside, rooms=rooms)
            known = self._placed[snapshot.team.name] = (snapshot, dict(outside), rooms, placed)
        return known[3]

    def rooms_of(self, team: Team) -> dict[str, str]:
        """How each of a team's places is, by its name, where its network tells that."""
        known = self._states()
        return {name: known[at] for name in team.spoken_in if (at := place(name).folded) in known}

    def moment_for(self, ask: Ask) -> Moment:
        """That team's snapshot, now."""
        return Moment(self.snapshot_for(ask), self.clock.now())

    def ask(self, text: str, ask: Ask) -> Reply:
        """The answer to a command, from the snapshot of the channel's team; no I/O, no waiting.
        Who says it tells so by `gave`."""
        moment = self.moment_for(ask)
        asked = replace(ask, last=self.given.last(ask)) if is_about_others(text) else ask
        if len(self.snapshots) > 1:
            others = (one for name, one in self.snapshots.items() if name != moment.team.name)
            asked = replace(asked, others=tuple(others))
        answered = registry.answer(moment, text, asked)
        given = Answered(text, ask, moment, moment.now, answered.private)
        told = self.in_its_name(answered.doc, ask, text)
        return replace(answered, doc=told, given=given)

    def gave(self, reply: Reply) -> None:
        """The answer was said, so that it may be asked why."""
        if reply.given is not None:
            self.given.keep(reply.given)

    def depends_on_nick(self, text: str, ask: Ask) -> bool:
        """Whether the command needs to know that the nick is the person's own."""
        return registry.depends_on_nick(self.snapshot_for(ask), text, ask)

    def serves_anybody(self, text: str, ask: Ask) -> bool:
        """Whether the command has an answer also where it is not known who asks."""
        return registry.serves_anybody(self.snapshot_for(ask), text, ask)

    def has_any_right(self, ask: Ask) -> bool:
        """Whether who asks may change anything of the team's."""
        return has_any_right(self.snapshot_for(ask), ask)

    @property
    def no_memory(self) -> str:
        """What the bot can't do without its database, and why; empty where it has one."""
        snapshot = self.snapshots[self.settings.default_team.name]
        return registry.no_memory(snapshot) if snapshot.no_memory else ""
