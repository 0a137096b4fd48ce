"""Two computers joined by a cable: network namespaces of the test's own, with nothing shared but that.

Both sides are processes of one kernel, but no memory is shared: Fast DDS speaks UDP alone (`udp.xml` below), and each side has a
/dev/shm of its own (`unshare --mount`).
"""

import os
import subprocess
from pathlib import Path

# What a process on either side finds the cable by: its name and profile.
CABLE = 'HEARTH_TEST_CABLE'
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
    """The namespaces `robot` and `vision`, and the link between them. `name` tells cables apart."""

    ADDRESSES = {'robot': '10.213.7.1/24', 'vision': '10.213.7.2/24'}

    def __init__(self, name, profile):
        self._names = {side: f'hearth-{side}-{name}' for side in self.ADDRESSES}
        self._name, self._profile = name, profile

    def lay(self):
        """Makes both sides and joins them."""
        self._profile.write_text(UDP_ONLY, encoding='utf-8')
        ends = {side: f'h{side[0]}{self._name}' for side in self.ADDRESSES}
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

    def before(self, side):
        """What a command begins with to run on that side."""
        own_memory = 'mount -t tmpfs tmpfs /dev/shm && exec "$@"'
        return ['ip', 'netns', 'exec', self._names[side], 'unshare', '--mount', 'sh', '-c', own_memory, 'sh']

    @property
    def environment(self):
        return {'ROS_AUTOMATIC_DISCOVERY_RANGE': 'SUBNET', 'FASTRTPS_DEFAULT_PROFILES_FILE': str(self._profile),
                'FASTDDS_DEFAULT_PROFILES_FILE': str(self._profile), CABLE: f'{self._name} {self._profile}'}

    @classmethod
    def found(cls):
        """The one that this process is at."""
        name, profile = os.environ[CABLE].split(' ', 1)
        return cls(name, Path(profile))

    def cut(self):
        run('ip', '-n', self._names['vision'], 'link', 'set', 'cable', 'down')

    def mend(self):
        run('ip', '-n', self._names['vision'], 'link', 'set', 'cable', 'up')
        run('ip', '-n', self._names['vision'], 'route', 'replace', '224.0.0.0/4', 'dev', 'cable')

    def remove(self):
        for name in self._names.values():
            subprocess.run(['ip', 'netns', 'del', name], capture_output=True)

