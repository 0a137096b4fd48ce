"""Two computers, as far as one can be two: see two_computers.py. The story runs in a process of its own on the robot's side."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from two_computers import Cable, why_not

STORY = Path(__file__).with_name('two_computers_story.py')


@pytest.mark.skipif(why_not() is not None, reason=str(why_not()))
def test_perception_on_another_computer_and_a_cable_that_breaks(tmp_path):
    cable = Cable(str(os.getpid()), tmp_path / 'udp.xml')
    try:
        cable.lay()
        pytest_there = [sys.executable, '-m', 'pytest', '-q', '-rA', '-p', 'no:cacheprovider', f'--basetemp={tmp_path}/story', str(STORY)]
        done = subprocess.run([*cable.before('robot'), *pytest_there], env=os.environ | cable.environment, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, timeout=600)
        print(done.stdout)
        assert done.returncode == 0 and ' passed' in done.stdout and 'skipped' not in done.stdout
    finally:
        cable.remove()
