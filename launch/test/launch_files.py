"""Launch files start what they say, with arguments that exist. Run: python3 launch/test/launch_files.py"""

import os
import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).parent))
from recorded import Launch, ParameterValue  # noqa: E402

FOLDER = Path(__file__).resolve().parent.parent
ROBOT, SIM, GAZEBO = (str(FOLDER / f'{name}.launch.py') for name in ('robot', 'sim', 'gazebo'))
NODES = ['perception', 'planner', 'controller']
FILES = ['--config', str(FOLDER / 'config/ember.yaml'), '--home', str(FOLDER / 'config/home.yaml')]


class EveryFile(unittest.TestCase):
    def test_each_argument_has_a_default_and_a_description(self):
        for file in sorted(FOLDER.glob('*.launch.py')):
            for name, it in Launch(str(file)).arguments.items():
                with self.subTest(file=file.name, argument=name):
                    self.assertIsNotNone(it.default)
                    self.assertTrue(it.description and not it.description.endswith('.'))
                    if it.choices:
                        self.assertIn(it.default, it.choices)

    def test_the_readme_names_each_argument(self):
        text = (FOLDER / 'README.md').read_text(encoding='utf-8')
        for file in sorted(FOLDER.glob('*.launch.py')):
            self.assertIn(f'`{file.name}`', text)
            for name in Launch(str(file)).arguments:
                self.assertIn(f'`{name}`', text, file.name)

    def test_our_programs_exist_and_so_do_the_files_that_they_are_given(self):
        for file in sorted(FOLDER.glob('*.launch.py')):
            launch = Launch(str(file))
            self.assertTrue(set(NODES) < set(launch.labels()), file.name)
            for process in launch.processes:
                with self.subTest(file=file.name, process=process.label):
                    if process.package == 'hearth':
                        self.assertEqual(process.cmd[0], 'hearth-ros')
                        self.assertTrue((Path(process.environment['HEARTH_ROOT']) / 'launch/config/home.yaml').is_file())
                    for word in process.cmd:
                        if word.startswith('/') and word.endswith(('.yaml', '.sdf', '.urdf')):
                            self.assertTrue(Path(word).is_file(), word)

    def test_included_launch_files_of_ours_exist(self):
        for file in sorted(FOLDER.glob('*.launch.py')):
            for included in Launch(str(file)).included:
                self.assertTrue(included.startswith('/package/') or Path(included).is_file(), included)


class Robot(unittest.TestCase):
    def test_the_nodes_and_the_frames_of_the_links(self):
        launch = Launch(ROBOT)
        self.assertEqual(launch.labels(), ['robot_state_publisher', *NODES])
        for name in NODES:
            it = launch.process(name)
            self.assertEqual(it.cmd, ['hearth-ros', 'node', name, *FILES, '--ros-args', '--log-level', 'info'])
            self.assertIs(it.parameters[0]['use_sim_time'], False)
            self.assertTrue(it.respawn and it.respawn_delay > 0)
        # Published once: by robot_state_publisher or by the controller.
        self.assertIs(launch.process('controller').parameters[0]['ros.publish_robot_tf'], False)
        urdf = launch.process('robot_state_publisher').parameters[0]['robot_description']
        self.assertIsInstance(urdf, ParameterValue)
        self.assertIs(urdf.value_type, str)
        self.assertIn('<robot name="ember"', urdf.value)

    def test_several_computers(self):
        self.assertEqual(Launch(ROBOT, nodes='perception').labels(), ['perception'])
        body = Launch(ROBOT, nodes='controller, planner')
        self.assertEqual(body.labels(), ['robot_state_publisher', 'controller', 'planner'])

    def test_a_voice_is_there_where_it_is_wanted(self):
        launch = Launch(ROBOT, voice='true')
        self.assertEqual(launch.labels(), ['robot_state_publisher', *NODES, 'voice'])
        self.assertEqual(launch.process('voice').cmd[:3], ['hearth-ros', 'node', 'voice'])
        self.assertEqual(Launch(ROBOT, nodes='voice').labels(), ['voice'])
        self.assertEqual(Launch(ROBOT, nodes='planner,voice', voice='true').labels(), ['planner', 'voice'])
        self.assertNotIn('--voice', Launch(ROBOT, composed='true').process('composed').cmd)
        composed = Launch(ROBOT, composed='true', voice='true')
        self.assertNotIn('voice', composed.labels())
        self.assertIn('--voice', composed.process('composed').cmd)

    def test_one_process(self):
        launch = Launch(ROBOT, composed='true', robot_state_publisher='false')
        self.assertEqual(launch.labels(), ['composed'])
        self.assertIs(launch.process('composed').parameters[0]['ros.publish_robot_tf'], True)

    def test_what_makes_no_sense_is_named(self):
        for arguments, named in [
            ({'nodes': 'percepton'}, 'nodes:=percepton'),
            ({'nodes': ''}, 'nodes:='),
            ({'nodes': 'planner', 'composed': 'true'}, 'composed'),
            ({'security': 'true'}, 'create_keystore'),
            ({'composed': 'yes'}, 'composed'),
            ({'log_level': 'loud'}, 'log_level'),
        ]:
            with self.subTest(arguments), self.assertRaisesRegex(RuntimeError, named):
                Launch(ROBOT, **arguments)

    def test_arguments_reach_the_nodes(self):
        launch = Launch(ROBOT, overlay='a.yaml,b.yaml', home='h.yaml', autostart='false', namespace='ember', respawn='false',
                        robot_state_publisher='false', log_level='debug', domain_id='7', use_sim_time='true')
        it = launch.process('planner')
        self.assertEqual(it.cmd, ['hearth-ros', 'node', 'planner', *FILES[:3], 'h.yaml', '--overlay', 'a.yaml', '--overlay',
                                  'b.yaml', '--no-autostart', '--ros-args', '--log-level', 'debug'])
        self.assertEqual((it.namespace, it.respawn, it.environment['ROS_DOMAIN_ID']), ('ember', False, '7'))
        self.assertIs(it.parameters[0]['use_sim_time'], True)

    def test_an_overlay_may_name_another_urdf(self):
        with tempfile.TemporaryDirectory() as folder:
            urdf, overlay = Path(folder, 'other.urdf'), Path(folder, 'other.yaml')
            urdf.write_text('<robot name="other"/>', encoding='utf-8')
            overlay.write_text(f'robot:\n  urdf: {urdf}\n', encoding='utf-8')
            launch = Launch(ROBOT, overlay=str(overlay))
        self.assertIn('other', launch.process('robot_state_publisher').parameters[0]['robot_description'].value)

    def test_security_gives_each_process_an_enclave(self):
        with tempfile.TemporaryDirectory() as keystore:
            Path(keystore, 'enclaves').mkdir()
            launch = Launch(SIM, security='true', keystore=keystore, enclave='/home/ember')
        for it in launch.processes:
            self.assertEqual(it.cmd[-2:], ['--enclave', f'/home/ember/{it.label}'])
            self.assertEqual(it.environment['ROS_SECURITY_ENABLE'], 'true')
            self.assertEqual(it.environment['ROS_SECURITY_STRATEGY'], 'Enforce')
            self.assertEqual(it.environment['ROS_SECURITY_KEYSTORE'], keystore)

    def test_a_person_s_own_fast_dds_profiles_are_left_alone(self):
        os.environ['FASTDDS_DEFAULT_PROFILES_FILE'] = 'mine.xml'
        try:
            self.assertNotIn('FASTDDS_DEFAULT_PROFILES_FILE', Launch(ROBOT).environment)
        finally:
            del os.environ['FASTDDS_DEFAULT_PROFILES_FILE']
        self.assertEqual(Launch(ROBOT).environment['FASTDDS_DEFAULT_PROFILES_FILE'], str(FOLDER / 'config/fastdds.xml'))


class Sim(unittest.TestCase):
    def test_the_flat_is_the_robot_and_the_nodes_live_on_its_time(self):
        launch = Launch(SIM, seed='3', namespace='ember')
        self.assertEqual(launch.labels(), ['robot_state_publisher', *NODES, 'sim'])
        sim = launch.process('sim')
        self.assertEqual(sim.cmd, ['hearth-ros', 'sim', '--ros', '--seed', '3', '--ros-args', '--log-level', 'info'])
        self.assertEqual(sim.namespace, 'ember')
        for name in ['robot_state_publisher', *NODES]:
            self.assertIs(launch.process(name).parameters[0]['use_sim_time'], True)


class Gazebo(unittest.TestCase):
    def test_what_moves_and_reports_the_robot_comes_back_by_itself(self):
        launch = Launch(GAZEBO)
        self.assertEqual(launch.labels(), ['robot_state_publisher', *NODES, 'spawn', 'bridge', 'base_driver', 'base_guard',
                                           'joint_states'])
        for name in ['bridge', 'base_driver', 'base_guard', 'joint_states']:
            it = launch.process(name)
            self.assertTrue(it.respawn and it.respawn_delay > 0)
            self.assertTrue(all(Path(word).is_file() for word in it.cmd if word.startswith('/')), it.cmd)

    def test_the_guard_is_the_base_s_driver_with_another_task(self):
        launch = Launch(GAZEBO)
        driver, guard = launch.process('base_driver'), launch.process('base_guard')
        self.assertEqual(guard.cmd, [*driver.cmd[:2], '--guard', *driver.cmd[2:]])


if __name__ == '__main__':
    os.environ.pop('FASTDDS_DEFAULT_PROFILES_FILE', None)
    unittest.main()
