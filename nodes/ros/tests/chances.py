"""Real time on a shared machine: a test that fails is given two more chances, and two of three decide.

The nodes' deadlines are real, so a machine that stands still for a third of a second makes the gate stop the base in the middle of a
test, as it must. What was decided so is told at the end, with how long the machine stood still meanwhile.
"""

import threading
import time

import pytest
from _pytest.runner import runtestprotocol

CHANCES = 2
PERIOD_SECS = 0.02


class Watch:
    """By how much a thread that only sleeps woke too late."""

    def __init__(self):
        self.latest_secs = 0.0
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self):
        before = time.monotonic()
        while True:
            time.sleep(PERIOD_SECS)
            now = time.monotonic()
            self.latest_secs = max(self.latest_secs, now - before - PERIOD_SECS)
            before = now


class Chances:
    """A pytest plugin. A test that counts its own chances is marked `one_chance`."""

    def __init__(self):
        self._watch, self._decided = Watch(), []

    def pytest_configure(self, config):
        config.addinivalue_line('markers', 'one_chance: a failure is final')

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item, nextitem):
        item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
        chances = 0 if item.get_closest_marker('one_chance') else CHANCES
        reports, why = self._run(item, nextitem)
        if why and chances:
            again = [self._run(item, nextitem)]
            while not again[-1][1] and len(again) < chances:
                again.append(self._run(item, nextitem))
            if not again[-1][1]:
                self._decided.append((item.nodeid, why))
                reports = again[-1][0]
        for report in reports:
            item.ihook.pytest_runtest_logreport(report=report)
        item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
        return True

    def _run(self, item, nextitem):
        """The test's reports, and why it failed, if it did."""
        self._watch.latest_secs = 0.0
        reports = runtestprotocol(item, nextitem=nextitem, log=False)
        late = f'the machine stood still for up to {self._watch.latest_secs:.2f} s meanwhile'
        failed = [it for it in reports if it.failed]
        for it in failed:
            it.sections.append(('the machine', late))
        return reports, f'{_line(failed[0])}; {late}' if failed else None

    def pytest_terminal_summary(self, terminalreporter):
        for test, why in self._decided:
            terminalreporter.write_line(f'failed once, passed twice: {test}: {why}')


def _line(report):
    crash = getattr(report.longrepr, 'reprcrash', None)
    return (crash.message if crash else report.longreprtext).splitlines()[0][:300]
