"""Hearth's processes before an independent peer. Run, where ./hearth has set ROS up: python -m pytest nodes/ros/tests

Each module has a ROS domain of its own and speaks on this machine only; what its processes logged is shown when a test fails.
"""

import os
import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).parent))
ROOT = Path(__file__).resolve().parents[3]
if 'HEARTH_TEST_CABLE' not in os.environ:  # See two_computers.py.
    os.environ['ROS_AUTOMATIC_DISCOVERY_RANGE'] = 'LOCALHOST'
# Images do not fit through Fast DDS's own settings.
for name in ('FASTRTPS_DEFAULT_PROFILES_FILE', 'FASTDDS_DEFAULT_PROFILES_FILE'):
    os.environ.setdefault(name, str(ROOT / 'launch/config/fastdds.xml'))

import deadlines  # noqa: E402
import pytest  # noqa: E402
import yaml  # noqa: E402
from chances import Chances  # noqa: E402
from peer import Peer, Wheels  # noqa: E402
from processes import BINARY, Stack  # noqa: E402

LOG_TAIL_LINES = 40
# The module's folder of logs, for whoever looks at a failure.
_logs = {}
_domains = iter(1 + (os.getpid() + it) % 100 for it in range(0, 10_000))


def pytest_configure(config):
    config.pluginmanager.register(Chances())
    if not Path(BINARY).is_file():
        pytest.exit(f'{BINARY} is not there: cargo build --release -p hearth --features ros --bin hearth-ros', 2)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    report = (yield).get_result()
    if report.failed:
        for log in sorted(_logs[item.module.__name__].glob('*.log')) if item.module.__name__ in _logs else []:
            lines = log.read_text(encoding='utf-8', errors='replace').splitlines()
            report.sections.append((f'the end of {log}', '\n'.join(lines[-LOG_TAIL_LINES:])))


@pytest.fixture(scope='module')
def folder(request, tmp_path_factory):
    """Where the module's processes log."""
    _logs[request.module.__name__] = tmp_path_factory.mktemp(request.module.__name__)
    return _logs[request.module.__name__]


@pytest.fixture(scope='module')
def domain():
    """A ROS domain where nobody else is."""
    while True:
        domain = next(_domains)
        scout = Peer(domain, 'scout')
        try:
            if scout.is_alone():
                return domain
        finally:
            scout.close()


@pytest.fixture(scope='module')
def stack(folder, domain):
    """Nothing runs yet."""
    stack = Stack(folder, domain)
    yield stack
    stack.end()


@pytest.fixture(scope='module')
def shared_peer(domain):
    peer = Peer(domain)
    yield peer
    peer.close()


@pytest.fixture
def peer(shared_peer):
    """The module's peer; what it commanded ends with the test."""
    yield shared_peer
    shared_peer.forget()


@pytest.fixture(scope='module')
def wheels(shared_peer):
    return Wheels(shared_peer)


@pytest.fixture
def robot(stack, peer, wheels):
    """The whole robot runs and stands, ready for a command; `wheels` are watched."""
    stack.make_whole()
    peer.wait_until_ready()
    wheels.wait_until_standing()
    return stack


@pytest.fixture(scope='session')
def bounds(parameters):
    """[s] From a fault to a stand, by what fails."""
    return deadlines.bounds(parameters)


@pytest.fixture(scope='session')
def parameters():
    """launch/config/ember.yaml."""
    return yaml.safe_load((ROOT / 'launch/config/ember.yaml').read_text(encoding='utf-8'))
