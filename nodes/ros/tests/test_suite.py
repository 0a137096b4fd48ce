"""The same commands, over ROS in real time and embedded in lockstep: ROS must not make the robot worse.

The processes are those of a robot (`hearth-ros node perception|planner|controller`), the flat is in the benchmark"s own, so that the
oracle can be asked what is true in the end.
"""

import json
import os
import subprocess

import pytest
from processes import BINARY, ROOT

# Real time is never twice the same: a command that fails over ROS, but not embedded, is given two more chances, and two of three
# decide.
CHANCES = 2


def bench(*arguments):
    """Figures and cases of `hearth bench ros`."""
    command = [BINARY, 'bench', 'ros', '--parts', 'tasks', '--json', *arguments]
    environment = os.environ | {'HEARTH_ROOT': str(ROOT)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=2400)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


def is_done(case):
    return case['report']['oracle_verdict'] == 'done'


def lies(case):
    return case['report']['robot_verdict'] == 'done' and not is_done(case)


@pytest.mark.one_chance
def test_the_suite_over_ros_comes_out_as_it_does_embedded(tmp_path):
    result = bench('--compare')
    cases = result['cases']
    embedded = result['figures']['done_rate_embedded']
    assert len(cases) >= 10
    assert not [case['report']['text'] for case in cases if lies(case)]
    assert result['figures']['person_contacts'] == 0

    done = sum(is_done(case) for case in cases)
    for case in (case for case in cases if not is_done(case)):
        setup = f'setup: {case["setup"]}; ' if case['setup'] else ''
        file = tmp_path / 'command.txt'
        file.write_text(f'{setup}{case["report"]["text"]}\t{case["expected"]}\n', encoding='utf-8')
        again = [
            bench('--commands', str(file), '--seeds', '1', '--seed-base', str(case['seed']))['cases'][0]
            for _ in range(CHANCES)
        ]
        assert not any(lies(it) for it in again)
        done += sum(is_done(it) for it in again) > CHANCES // 2
    assert done / len(cases) >= embedded - 0.05, (
        f'{done} of {len(cases)} over ROS, {embedded:.0%} embedded: '
        + str([(case['seed'], case['report']['text'], case['report']['reason']) for case in cases if not is_done(case)])
    )
