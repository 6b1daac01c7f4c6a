"""What every test may ask for: the harness of Limnoria, upstream's files, one real upstream."""

# Limnoria looks for a `channel` in the frames of all its callers, and finds xdist's.
from kit import limnoria_callers as callers  # noqa: F401, I001

# Limnoria's harness writes a registry of its own, and must do so before any module of supybot
# reads one; pytest imports this file before every test file.
import supybot.scripts.limnoria_test  # noqa: F401

from collections.abc import Iterator
from pathlib import Path

import pytest
import supybot.conf as conf
import supybot.log as limnoria_log
import supybot.world as world

from kit.samples import tree as samples
from kit.upstream.server import Upstream

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared" / "upstream"

limnoria_log.testing = world.testing = True
world.myVerbose = 0
conf.supybot.directories.plugins.setValue([str(ROOT / "plugins")])

pytest_plugins = ["kit.irc.fixtures", "kit.matrix.fixtures", "kit.postgres"]


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "soak: what leaks, and every cycle: `make soak`")


@pytest.fixture(scope="session")
def upstream_data() -> Path:
    """The folder of real upstream files, which stand beside the project and not in it."""
    if not SHARED.is_dir():
        pytest.skip(f"the real upstream files are absent ({SHARED}); the samples are tried")
    return SHARED


@pytest.fixture(scope="session")
def sample_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of small upstream files of the project's own writing, laid out as the real ones."""
    return samples.write(tmp_path_factory.mktemp("samples"))


@pytest.fixture(scope="session", params=["sample", "real"])
def published(request: pytest.FixtureRequest) -> Path:
    """Upstream's files: the project's samples, then the real ones, where they are."""
    name = "sample_data" if request.param == "sample" else "upstream_data"
    folder: Path = request.getfixturevalue(name)
    return folder


@pytest.fixture(scope="session")
def some_files(request: pytest.FixtureRequest) -> Path:
    """Upstream's files for who needs any: the real ones where they are, else the samples."""
    folder: Path = request.getfixturevalue("upstream_data" if SHARED.is_dir() else "sample_data")
    return folder


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    """An upstream on loopback that knows no path yet."""
    with Upstream() as server:
        yield server


@pytest.fixture
def opendev(upstream: Upstream, some_files: Path) -> Upstream:
    """An upstream that serves files as opendev.org does."""
    upstream.serve_tree(some_files)
    return upstream
