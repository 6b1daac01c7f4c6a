"""Which rule of whom a command or an unasked line follows, and where that is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class RuleSource:
    """A document that states a rule, or a service whose answers are one: what people call it, and
    its public address."""

    title: str
    url: str

    def at(self, place: str) -> RuleSource:
        """The same document, with the place in it that states the rule."""
        return replace(self, title=f"{self.title}: {place}")


RULE_SOURCES: Mapping[str, RuleSource] = {
    "schedule": RuleSource(
        "openstack/releases, SERIES/schedule.rst",
        "https://opendev.org/openstack/releases/src/branch/master/doc/source",
    ),
    "series": RuleSource(
        "openstack/releases, series_status.yaml",
        "https://opendev.org/openstack/releases/src/branch/master/data/series_status.yaml",
    ),
    "deliverables": RuleSource(
        "openstack/releases, deliverables",
        "https://opendev.org/openstack/releases/src/branch/master/deliverables",
    ),
    "using": RuleSource(
        "openstack/releases, using.rst", "https://releases.openstack.org/reference/using.html"
    ),
    "process": RuleSource(
        "openstack/releases, process.rst", "https://releases.openstack.org/reference/process.html"
    ),
    "types": RuleSource(
        "openstack/releases, deliverable_types.rst",
        "https://releases.openstack.org/reference/deliverable_types.html",
    ),
    "validator": RuleSource(
        "openstack/releases, validate.py",
        "https://opendev.org/openstack/releases/src/branch/master/openstack_releases/cmds/validate.py",
    ),
    "semver": RuleSource(
        "pbr, semantic versioning", "https://docs.openstack.org/pbr/latest/user/semver.html"
    ),
    "guide": RuleSource(
        "Project Team Guide, release management",
        "https://docs.openstack.org/project-team-guide/release-management.html",
    ),
    "stable": RuleSource(
        "Project Team Guide, stable branches",
        "https://docs.openstack.org/project-team-guide/stable-branches.html",
    ),
    "liaison": RuleSource(
        "Glance, release-cpl.rst",
        "https://docs.openstack.org/glance/latest/contributor/release-cpl.html",
    ),
    "governance": RuleSource(
        "openstack/governance, projects.yaml",
        "https://opendev.org/openstack/governance/src/branch/master/reference/projects.yaml",
    ),
    "builds": RuleSource("Zuul's builds", "https://zuul.opendev.org/t/openstack/builds"),
    "queues": RuleSource("Zuul's status", "https://zuul.opendev.org/t/openstack/status"),
    "bugs": RuleSource("Launchpad's bugs", "https://bugs.launchpad.net"),
    "gerrit": RuleSource("Gerrit's changes", "https://review.opendev.org"),
}


@dataclass(frozen=True)
class Follows:
    """The rule in a few words, and the documents that state it: none where it rests on nothing but
    what people told the bot, or on the team's file, which `rule` then says."""

    rule: str
    sources: tuple[RuleSource, ...] = ()


def follows(rule: str, *sources: str) -> Follows:
    """A rule by the names of its sources in the table; a KeyError for one that is not there."""
    return Follows(rule, tuple(RULE_SOURCES[name] for name in sources))
