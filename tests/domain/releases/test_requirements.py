"""What a requirements file asks for at least, and what counts as raised."""

from __future__ import annotations

import pytest

from GlanceRelease.domain.releases.requirement_minimums import raised

BEFORE = """# comment
pbr!=2.1.0,>=3.1.1 # Apache-2.0
oslo.config>=5.2.0 # Apache-2.0
oslo_utils>=4.7.0
-r other.txt
enum34>=1.0;python_version=='2.7'
python-swiftclient
"""


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("oslo.config>=6.0.0", ("oslo.config 5.2.0 to 6.0.0",)),
        ("oslo.config>=5.2.0,<7", ()),
        ("oslo.config<7,>=5.10.0", ("oslo.config 5.2.0 to 5.10.0",)),
        ("oslo-utils>=4.8", ("oslo-utils 4.7.0 to 4.8",)),
        ("oslo.config~=5.2.0", ()),
        ("oslo.config", ()),
        ("new-one>=9", ()),
        ("python-swiftclient>=3.2.0", ()),
        ("enum34>=2.0;python_version=='3.4'", ()),
        ("this is no requirement >>> 3", ()),
    ],
)
def test_a_minimum_that_rises(line: str, found: tuple[str, ...]) -> None:
    assert raised(BEFORE, line) == found


def test_nothing_rises_where_nothing_changed() -> None:
    assert raised(BEFORE, BEFORE) == ()
