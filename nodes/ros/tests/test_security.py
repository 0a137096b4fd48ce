"""DDS security (SROS 2): who has no enclave gets nothing; where the installed Fast DDS cannot do it, no node runs without it."""

import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from peer import Peer
from processes import Process

ENFORCED = {'ROS_SECURITY_ENABLE': 'true', 'ROS_SECURITY_STRATEGY': 'Enforce', 'ROS_SECURITY_ENCLAVE_OVERRIDE': '/hearth/controller'}


@pytest.fixture(scope='module')
def keystore(folder):
    """An enclave without keys in it: enough to see whether there are plugins that would read them."""
    enclave = folder / 'keys/enclaves/hearth/controller'
    enclave.mkdir(parents=True)
    for name in ('identity_ca.cert.pem', 'cert.pem', 'key.pem', 'permissions_ca.cert.pem', 'governance.p7s', 'permissions.p7s'):
        (enclave / name).write_text('')
    return folder / 'keys'


def has_plugins():
    """Whether the Fast DDS that the nodes load was built with security: it names its authentication plugin then."""
    for folder in os.environ.get('LD_LIBRARY_PATH', '').split(':'):
        for library in [*Path(folder or '.').glob('libfastrtps.so*'), *Path(folder or '.').glob('libfastdds.so*')]:
            return b'PKIDH' in library.read_bytes()
    pytest.fail('there is no Fast DDS on LD_LIBRARY_PATH')


def refused(folder, domain, keystore, name, words):
    process = Process(name, ['node', 'controller'], folder, domain, ENFORCED | {'ROS_SECURITY_KEYSTORE': str(keystore)})
    assert process.exit_code() == 1, 'it must not run unsecured'
    said = process.text().partition('\n')[2]
    assert any(it in said.lower() for it in words), said
    assert 'panicked' not in said


def test_without_a_keystore_a_secured_node_refuses_to_start_and_says_why(folder, domain):
    refused(folder, domain, folder / 'nowhere', 'no-keystore', ['nowhere'])


def test_a_node_never_runs_unsecured_where_security_is_enforced(folder, domain, keystore):
    words = ['certificate', 'security'] if has_plugins() else ['without its security plugins']
    refused(folder, domain, keystore, 'no-plugins', words)


@pytest.mark.skipif(not has_plugins() or not shutil.which('ros2'), reason='needs a Fast DDS with security and `ros2 security`')
def test_who_is_not_enrolled_gets_nothing(folder, domain):
    keys = folder / 'enrolled'
    for it in (['create_keystore', keys], ['create_enclave', keys, '/hearth/controller']):
        subprocess.run(['ros2', 'security', *map(str, it)], check=True)
    environment = ENFORCED | {'ROS_SECURITY_KEYSTORE': str(keys)}
    controller = Process('enrolled', ['node', 'controller'], folder, domain, environment)
    stranger = Peer(domain, 'stranger')
    try:
        end = time.monotonic() + 8
        while time.monotonic() < end:
            assert controller.is_alive
            assert stranger.node.get_node_names() == ['stranger']
            assert not stranger.node.count_publishers('cmd_vel')
            time.sleep(0.2)
    finally:
        stranger.close()
        controller.end()
    assert 'active' in controller.text()
