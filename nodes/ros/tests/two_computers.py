"""Two computers joined by a cable: network namespaces of the test's own, with nothing shared but that.

Both sides are processes of one kernel, but no memory is shared: Fast DDS speaks UDP alone (`udp.xml` below), and each side has a
/dev/shm of its own (`unshare --mount`).
"""

import ctypes
import os
import subprocess
from contextlib import contextmanager

UDP_ONLY = '''<?xml version="1.0" encoding="UTF-8"?>
<dds xmlns="http://www.eprosima.com"><profiles>
  <transport_descriptors><transport_descriptor>
    <transport_id>udp</transport_id><type>UDPv4</type>
    <sendBufferSize>4194304</sendBufferSize><receiveBufferSize>4194304</receiveBufferSize>
  </transport_descriptor></transport_descriptors>
  <participant profile_name="udp_only" is_default_profile="true"><rtps>
    <userTransports><transport_id>udp</transport_id></userTransports>
    <useBuiltinTransports>false</useBuiltinTransports>
  </rtps></participant>
</profiles></dds>
'''


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise OSError(f'{" ".join(command)}: {done.stderr.strip()}')


def why_not():
    """Why namespaces cannot be made here, if they cannot."""
    if os.geteuid() != 0:
        return 'network namespaces need root'
    try:
        run('unshare', '--net', '--mount', 'ip', 'link', 'set', 'lo', 'up')
    except (OSError, FileNotFoundError) as error:
        return f'network namespaces are not permitted here: {error}'
    return None


class Cable:
    """The namespaces `robot` and `vision`, and the link between them."""

    ADDRESSES = {'robot': '10.213.7.1/24', 'vision': '10.213.7.2/24'}

    def __init__(self, folder):
        self._names = {side: f'hearth-{side}-{os.getpid()}' for side in self.ADDRESSES}
        self.profile = folder / 'udp.xml'
        self.profile.write_text(UDP_ONLY, encoding='utf-8')
        ends = {side: f'h{side[0]}{os.getpid()}' for side in self.ADDRESSES}
        try:
            for name in self._names.values():
                run('ip', 'netns', 'add', name)
            run('ip', 'link', 'add', ends['robot'], 'netns', self._names['robot'], 'type', 'veth',
                'peer', 'name', ends['vision'], 'netns', self._names['vision'])
            for side, name in self._names.items():
                run('ip', '-n', name, 'link', 'set', ends[side], 'name', 'cable')
                run('ip', '-n', name, 'address', 'add', self.ADDRESSES[side], 'dev', 'cable')
                for device in ('lo', 'cable'):
                    run('ip', '-n', name, 'link', 'set', device, 'up')
                run('ip', '-n', name, 'route', 'add', '224.0.0.0/4', 'dev', 'cable')
        except OSError:
            self.remove()
            raise

    def path(self, side):
        return f'/var/run/netns/{self._names[side]}'

    def before(self, side):
        """What a command begins with to run on that side."""
        own_memory = 'mount -t tmpfs tmpfs /dev/shm && exec "$@"'
        return ['ip', 'netns', 'exec', self._names[side], 'unshare', '--mount', 'sh', '-c', own_memory, 'sh']

    @property
    def environment(self):
        return {'ROS_AUTOMATIC_DISCOVERY_RANGE': 'SUBNET', 'FASTRTPS_DEFAULT_PROFILES_FILE': str(self.profile),
                'FASTDDS_DEFAULT_PROFILES_FILE': str(self.profile)}

    def cut(self):
        run('ip', '-n', self._names['vision'], 'link', 'set', 'cable', 'down')

    def mend(self):
        run('ip', '-n', self._names['vision'], 'link', 'set', 'cable', 'up')
        run('ip', '-n', self._names['vision'], 'route', 'replace', '224.0.0.0/4', 'dev', 'cable')

    def remove(self):
        for name in self._names.values():
            subprocess.run(['ip', 'netns', 'del', name], capture_output=True)


@contextmanager
def inside(cable, side):
    """What this thread makes meanwhile, sockets and threads, is and stays on that side."""
    old = {name: os.environ.get(name) for name in cable.environment}
    os.environ.update(cable.environment)
    home = os.open('/proc/thread-self/ns/net', os.O_RDONLY)
    there = os.open(cable.path(side), os.O_RDONLY)
    try:
        enter(there)
        yield
    finally:
        enter(home)
        os.close(home)
        os.close(there)
        for name, value in old.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})


def enter(namespace):
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.setns(namespace, 0x40000000):  # CLONE_NEWNET
        raise OSError(ctypes.get_errno(), 'setns')
