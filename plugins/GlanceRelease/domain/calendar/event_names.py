"""What an event's id means, what people call it, and which event they mean when they type a name.

OpenStack's ids are a letter, a dash and a suffix that hardly changes from cycle to cycle ("i-rc1");
openstack/releases has no other vocabulary, so the suffixes are ours too.
"""

from __future__ import annotations

import re
from functools import lru_cache

from ..model import Event, Kind, Schedule

_PART = 3  # letters of a word that may stand for the whole of it

# A suffix that isn't a Kind's value means the Kind whose pattern it matches; first match wins.
_SUFFIXES: tuple[tuple[str, Kind], ...] = (
    (r"release", Kind.RELEASE),  # up to stein
    (r".*election.*|(?:tc|ptl)-.*|email-deadline", Kind.ELECTION),
    (r"v?ptg\d*|(?:design-)?summit|forum", Kind.GATHERING),
    (r"extra-(?:acs?|atcs?|atc-freeze|ac-freeze)", Kind.EXTRA_ACS),
    (r"(?:cycle-)?trail(?:ing)?(?:-.*)?", Kind.CYCLE_TRAILING),
)

# The first name is the one we say where upstream's page gives no title.
NAMES: dict[Kind, tuple[str, ...]] = {
    Kind.MILESTONE_1: ("Milestone 1", "m1", "b1", "first milestone"),
    Kind.MILESTONE_2: ("Milestone 2", "m2", "b2", "second milestone"),
    Kind.MILESTONE_3: ("Milestone 3", "m3", "b3", "third milestone"),
    Kind.MEMBERSHIP_FREEZE: ("Membership freeze", "mf"),
    Kind.FINAL_LIBRARIES: (
        "Final release for non-client libraries",
        "final lib",
        "final libs",
        "final library",
        "final libraries",
        "non-client libraries",
        "library freeze",
        "lib freeze",
    ),
    Kind.FEATURE_FREEZE: ("Feature freeze", "ff"),
    Kind.FINAL_CLIENT_LIBRARIES: (
        "Final release for client libraries",
        "final clientlib",
        "final client lib",
        "final client libs",
        "final client libraries",
        "client libraries",
        "client library freeze",
        "library freeze",
        "lib freeze",
    ),
    Kind.SOFT_STRING_FREEZE: ("Soft string freeze", "soft sf", "soft stringfreeze", "ssf"),
    Kind.REQUIREMENTS_FREEZE: ("Requirements freeze", "rf"),
    Kind.CYCLE_HIGHLIGHTS: ("Cycle highlights", "highlights"),
    Kind.RC1: ("RC1", "rc", "rc 1", "rc1 target week", "first release candidate"),
    Kind.HARD_STRING_FREEZE: ("Hard string freeze", "hard sf", "hard stringfreeze", "hsf"),
    Kind.FINAL_RC: ("Final release candidates", "final rc", "final rcs", "finalrc", "last rc"),
    Kind.RELEASE: (
        "Release",
        "final",
        "final release",
        "coordinated release",
        "release day",
        "ga",
        "general availability",
    ),
    Kind.CYCLE_TRAILING: ("Cycle-trailing release deadline", "cycle trailing", "cycle trail"),
    Kind.EXTRA_ACS: ("Extra-AC freeze", "extra acs", "extra ac", "extra atc", "extra atcs"),
    Kind.GATHERING: ("Project Team Gathering", "ptg", "vptg", "summit"),
    Kind.ELECTION: ("Election", "elections"),
}


def suffix_of(event_id: str) -> str:
    """The id without the series' letter: "i-rc1" -> "rc1"; "u_cycle-highlights" happened too."""
    return re.sub(r"^[a-z][-_]", "", event_id.lower())


def kind_of(event_id: str) -> Kind:
    """What an id means, by its suffix alone; OTHER for a team's own ("h-nova-spec-freeze")."""
    suffix = suffix_of(event_id)
    for pattern, kind in _SUFFIXES:
        if re.fullmatch(pattern, suffix):
            return kind
    try:
        return Kind(suffix)
    except ValueError:
        return Kind.OTHER


def readable(event_id: str) -> str:
    """A title made of the id alone, for an event that upstream's page doesn't describe."""
    kind = kind_of(event_id)
    words = suffix_of(event_id).replace("-", " ").replace("_", " ")
    if kind in (Kind.OTHER, Kind.ELECTION, Kind.GATHERING, Kind.CYCLE_TRAILING):
        return words[:1].upper() + words[1:]
    return NAMES[kind][0]


def find_events(schedule: Schedule, text: str) -> tuple[Event, ...]:
    """The events that a typed name may mean; empty for none, several for candidates to choose from.

    Tried in this order, the first that finds anything wins: the exact id ("i-rc1"); a name of a
    Kind ("feature freeze", "RC-1", "m3", "indri-3"), of which those that have the words themselves
    go first (a PTG is no summit); the id's suffix ("nova-spec-freeze"); all
    words of the text as words, or as beginnings of words from three letters on ("CI" is not in
    "Cinder"), in the title or the id. Letter case, dashes and underscores don't matter.
    """
    wanted = _plain(text)
    if not wanted:
        return ()
    exact = tuple(e for e in schedule.events if _plain(e.id) == wanted)
    if exact:
        return exact
    kinds = _kinds_named(_without_series(wanted, schedule.series))
    if kinds:
        of_kind = tuple(e for e in schedule.events if e.kind in kinds)
        return tuple(e for e in of_kind if _has_words(e, wanted)) or of_kind
    by_suffix = tuple(e for e in schedule.events if _plain(suffix_of(e.id)) == wanted)
    return by_suffix or tuple(e for e in schedule.events if _has_words(e, wanted))


def has_phrase(name: str, text: str) -> bool:
    """Whether a deadline's name has this phrase, from the beginning of one of its words on; a
    phrase of less than three letters is whole words ("CI" is not in "specification")."""
    wanted, known = (" ".join(words.lower().split()) for words in (text, name))
    end = r"(?!\w)" if len(wanted) < _PART else ""
    return not wanted or bool(re.search(rf"(?<!\w){re.escape(wanted)}{end}", known))


def is_another_gathering(event: Event, text: str) -> bool:
    """Whether a text is the name of another sort of gathering than the one that it finds: a PTG is
    no summit."""
    is_summit = "summit" in _plain(f"{event.title} {event.id}")
    return event.kind is Kind.GATHERING and is_summit != ("summit" in text.lower())


def has_words(event: Event, text: str) -> bool:
    """Whether the title or the id has all words of the text, as `find_events` compares them."""
    return _has_words(event, _plain(text))


def is_event_name(text: str) -> bool:
    """Whether a text can name an event in some cycle: a Kind's name or alias, or a whole id. For
    checking a team's file, when no schedule is at hand."""
    looks_like_id = re.fullmatch(r"[a-z][-_][a-z0-9_-]+", text.strip().lower())
    return bool(looks_like_id) or bool(_kinds_named(_without_series(_plain(text), "")))


def kinds_called(title: str, series: str) -> set[Kind]:
    """The Kinds that have this name ("Indri-2 milestone", "Feature freeze"); empty for none."""
    return _kinds_named(_without_series(_plain(title), series))


def _kinds_named(name: str) -> set[Kind]:
    return {kind for kind, names in NAMES.items() if name in map(_plain, names)}


@lru_cache(maxsize=1024)  # the names of a few cycles are compared again and again
def _plain(text: str) -> str:
    """Lower case words with single spaces; "RC-1" and "rc1" are one, so are "m-3" and "m3"."""
    words = " ".join(re.findall(r"[a-z0-9.+]+", text.lower()))
    words = re.sub(r"\b(rc|m|b) (\d)\b", r"\1\2", words)
    return re.sub(r"^the ", "", words)


def _without_series(words: str, series: str) -> str:
    """ "indri 3" and "i 3" are milestone 3; "indri release" is the release."""
    short = re.sub(rf"^(?:{re.escape(series.lower())}|{series[:1].lower()}) (?=\S)", "", words)
    short = re.sub(r" (?:day|date|deadline|target week)$", "", short)
    return (
        f"milestone {short}"
        if short in ("1", "2", "3")
        else re.sub(r"^([123]) milestone$", r"milestone \1", short)
    )


def _has_words(event: Event, wanted: str) -> bool:
    said = NAMES.get(event.kind, ("",))[0]  # upstream's title is "Soft StringFreeze"
    known = f"{_plain(event.title)} {_plain(event.id)} {_plain(said)}".split()
    return all(any(_begins(have, word) for have in known) for word in wanted.split())


def _begins(have: str, word: str) -> bool:
    return have == word or (len(word) >= _PART and have.startswith(word))
