"""Hearth's real processes: started, killed, frozen, watched; none outlives the tests."""

import ctypes
import os
import signal
import subprocess
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
BINARY = os.environ.get('HEARTH_ROS_BIN', str(ROOT / 'target/release/hearth-ros'))
NODES = ('perception', 'planner', 'controller')


def wait_for(condition, secs, what):
    """Waits until the condition holds and gives its value; how long that takes is nobody's business."""
    end = time.monotonic() + secs
    while not (value := condition()):
        assert time.monotonic() < end, f'in {secs} s it did not happen that {what() if callable(what) else what}'
        time.sleep(0.01)
    return value


def _die_with_the_tests():
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


class Process:
    """One process and its log."""

    def __init__(self, name, arguments, folder, domain, environment=None, before=()):
        self.name, self.log = name, Path(folder) / f'{name}.log'
        # What a robot remembers of its last run is the module's own too.
        own = {'HEARTH_ROOT': str(ROOT), 'ROS_DOMAIN_ID': str(domain), 'XDG_RUNTIME_DIR': str(folder)}
        with self.log.open('ab') as log:
            log.write(f'--- {" ".join(map(str, arguments))}\n'.encode())
            log.flush()
            self._process = subprocess.Popen(
                [*before, BINARY, *arguments], stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=ROOT,
                env=os.environ | own | (environment or {}),
                preexec_fn=_die_with_the_tests)

    @property
    def pid(self):
        return self._process.pid

    @property
    def is_alive(self):
        return self._process.poll() is None

    def freeze(self):
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self):
        self._process.send_signal(signal.SIGCONT)

    def kill(self):
        """SIGKILL: no last words."""
        self._process.kill()
        self._process.wait()

    def interrupt(self):
        self._process.send_signal(signal.SIGINT)

    def exit_code(self, secs=30):
        """Waits for its end."""
        return self._process.wait(secs)

    def text(self):
        return self.log.read_text(encoding='utf-8', errors='replace')

    def end(self):
        """Ends it, politely at first."""
        if not self.is_alive:
            return
        self.thaw()
        self.interrupt()
        try:
            self.exit_code(10)
        except subprocess.TimeoutExpired:
            self.kill()


class Stack:
    """The simulated flat as the robot, and Hearth's nodes, each a process."""

    def __init__(self, folder, domain):
        self.folder, self.domain = folder, domain
        self.processes = {}

    def __getitem__(self, name):
        return self.processes[name]

    def start(self, name, *more, environment=None, before=()):
        """Starts `sim` or a node; on simulated time unless `more` says otherwise."""
        arguments = ['sim', '--ros', *more] if name == 'sim' else ['node', name, *more]
        if name != 'sim' and not any('use_sim_time' in it for it in more):
            arguments += [*(() if '--ros-args' in more else ('--ros-args',)), '-p', 'use_sim_time:=true']
        old = self.processes.get(name)
        assert old is None or not old.is_alive, f'{name} runs already'
        self.processes[name] = Process(name, arguments, self.folder, self.domain, environment, before)
        return self.processes[name]

    def make_whole(self, nodes=NODES):
        """What is dead is started, what is frozen goes on."""
        for name in ('sim', *nodes):
            process = self.processes.get(name)
            if process is None or not process.is_alive:
                self.start(name)
            else:
                process.thaw()

    def end(self):
        # The controller first: it stops the actuators.
        for name in sorted(self.processes, key=lambda it: (it != 'controller', it == 'sim')):
            self.processes[name].end()
