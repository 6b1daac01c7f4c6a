"""Who is who in Gerrit: by number, username or address; a display name makes nobody anybody."""

from __future__ import annotations

import pytest

from GlanceRelease.domain.gerrit_accounts import Account, GerritAccounts
from GlanceRelease.domain.model import Person
from GlanceRelease.domain.releases.approval import Voices

CONFIGURED = GerritAccounts(("ttx", "22348"), ("release", "infra-root@openstack.org"), ("zuul",))
CYRIL = Person("Cyril Roelandt", "croelandt", "cyril@example.org")
ELOD = Person("Elod Illes", "elodilles", "elod@example.org")
VOICES = Voices((CYRIL,), (ELOD,), CONFIGURED)


@pytest.mark.parametrize(
    ("account", "is_bot"),
    [
        (Account("OpenStack Release Bot", "release"), True),
        (Account("Whatever", "Release", "x@example.org"), True),
        (Account("", "", "Infra-Root@openstack.org"), True),
        (Account("OpenStack Release Bot"), False),
        (Account("OpenStack Release Bot", "", "x@example.org"), False),
        (Account("release"), False),
        (Account("infra-root@openstack.org", "mallory"), False),
        (Account(), False),
    ],
)
def test_the_release_bot_is_an_account(account: Account, is_bot: bool) -> None:
    assert CONFIGURED.is_release_bot(account) is is_bot


@pytest.mark.parametrize(
    ("account", "is_theirs"),
    [
        (Account("", number=22348), True),
        (Account("", "ttx"), True),
        (Account("", "22348", number=7), False),
        (Account("22348", number=7), False),
        (Account("ttx", number=7), False),
        (Account("", number=0), False),
    ],
)
def test_digits_are_an_account_s_number(account: Account, is_theirs: bool) -> None:
    assert account.is_listed(CONFIGURED.release_team) is is_theirs


def test_whom_governance_gives_no_address_nobody_is() -> None:
    assert not Account("Cyril Roelandt").is_one_of([Person("Cyril Roelandt", "croelandt", "")])
    assert not Account().is_one_of([Person("", "", "")])


@pytest.mark.parametrize(
    ("account", "is_anothers"),
    [
        (Account("Cyril Roelandt", "", "cyril@example.org"), False),
        (Account("Cyril Roelandt", "cyrii", "cyrii@example.org"), True),
        (Account("elod  ILLES", "mallory"), True),
        (Account("Zuul", "zuul"), False),
        (Account("Zuul", "zuu1"), True),
        (Account("OpenStack Release Bot"), True),
        (Account("Mallory", "mallory"), False),
        (Account(), False),
    ],
)
def test_a_name_that_is_another_s_is_told_as_such(account: Account, is_anothers: bool) -> None:
    assert VOICES.called(account).is_anothers is is_anothers
