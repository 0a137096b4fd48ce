"""The voice: sound in, words and stops out; words in, sound out. Nobody else is needed for it."""

import re
import time

import pytest
import yaml
from audio_common_msgs.msg import AudioData, AudioInfo
from diagnostic_msgs.msg import DiagnosticArray, DiagnosticStatus
from hearth_interfaces.msg import EStop, Heard, MotionRequest, SafetyStatus, Say, Utterance
from peer import LATCHED
from processes import wait_for
from sounds import RATE_HZ, Microphone, Room, info, silence, spoken
from std_msgs.msg import Bool

NAN = b'\x00\x00\xc0\x7f'


def words(text):
    return ' '.join(re.findall(r'[a-z]+', text.lower()))


@pytest.fixture(scope='module')
def overlay(folder):
    """One language, which is enough here and half the memory; sound from the topic and to it. The gate of a robot that has
    neither planner nor perception."""
    file = folder / 'overlay.yaml'
    file.write_text(yaml.safe_dump({
        'voice': {'languages': ['en']},
        'ros': {'voice': {'ears': 'topic', 'mouth': 'topic'}},
        'safety': {'age': {'planner_secs': None, 'perception_secs': None}},
    }), encoding='utf-8')
    return str(file)


@pytest.fixture(scope='module')
def room(shared_peer):
    return Room(shared_peer)


@pytest.fixture
def voice(stack, peer, overlay):
    process = stack.processes.get('voice')
    if process is None or not process.is_alive:
        process = stack.start('voice', '--overlay', overlay, '--ros-args', '-p', 'use_sim_time:=false')
    wait_for(lambda: peer.state('voice') == 'active', 60, 'the voice is active')
    return process


@pytest.fixture
def microphone(voice, peer, room):
    microphone = Microphone(peer, room)
    # Its format may come later than its first sounds, which are lost then.
    microphone.say(silence(0.5))
    yield microphone
    microphone.close()


def test_what_is_said_becomes_an_utterance_with_a_report_of_what_was_heard(microphone, peer):
    utterances, heard = peer.listen(Utterance, 'utterance', to=1), peer.listen(Heard, 'heard', to=1)

    microphone.say(spoken('Bring me the red cup.'))

    said = utterances.wait(what='it is understood')
    assert words(said.text) == 'bring me the red cup' and said.language == 'en'
    assert 0.4 < said.confidence <= 1.0
    report = heard.wait(lambda it: it.how != 'partial', what='the report comes')
    assert words(report.understood) == 'bring me the red cup' and report.meaning == 'bring(the #red_cup, to: speaker)'
    assert report.to_robot and not report.is_echo and not report.stopped and not report.asks
    time.sleep(0.5)
    assert len(utterances.all) == 1, 'it is said once'


def test_silence_and_noise_are_nobody_s_words(microphone, peer):
    utterances = peer.listen(Utterance, 'utterance', to=1)
    noise = silence(2.0)
    state = 1
    for at in range(len(noise)):
        state = (1103515245 * state + 12345) % 2 ** 31
        noise[at] = state % 4001 - 2000
    microphone.say(noise + silence(1.0))
    assert not utterances.all


def test_what_the_robot_says_is_played_and_is_no_command_to_itself(microphone, peer, room):
    utterances, stops, heard = peer.listen(Utterance, 'utterance', to=1), peer.listen(EStop, 'spoken_stop', to=1), peer.listen(Heard, 'heard', to=1)
    formats = peer.listen(AudioInfo, 'speech_info', LATCHED)
    say = peer.publisher(Say, 'say')
    before, begun = len(room.heard), time.monotonic()

    say.publish(Say(text='I am going to the kitchen and I bring you the red apple.', language='en'))

    wait_for(lambda: len(room.heard) > before + 2 * RATE_HZ and room.is_silent, 30, 'it speaks, and ends')
    assert time.monotonic() - begun > 2.0, 'in real time'
    assert formats.wait().sample_rate == RATE_HZ
    assert max(room.heard[before:]) > 3_000, 'it is no silence'
    # The echo canceller leaves next to nothing of it; what is left is known as its own. Whoever speaks next is heard.
    microphone.say(silence(2.0) + spoken('What can you do?'))
    utterances.wait(lambda it: words(it.text) == 'what can you do', 20, 'a person is heard behind it')
    assert len(utterances.all) == 1 and not stops.all
    assert all(it.is_echo for _, it in heard.all if it.how != 'partial' and 'apple' in it.heard)


def test_garbage_on_the_audio_topic_is_told_and_harms_nobody(voice, peer):
    heard, utterances = peer.listen(DiagnosticArray, '/diagnostics', 50), peer.listen(Utterance, 'utterance', to=1)
    formats, audio = peer.publisher(AudioInfo, 'audio_info'), peer.publisher(AudioData, 'audio')

    def is_told(topic, text, since):
        return any(status.name == 'voice: inputs' and status.level == DiagnosticStatus.WARN and
                   any(it.key == f'{topic} last refusal' and text in it.value for it in status.values)
                   for array in heard.since(since) for status in array.status)

    for format, data, topic, text in [
        (info(), b'', 'audio', '0 bytes'),
        (info(), b'\x01', 'audio', '1 bytes'),
        (info(), bytes(2 * RATE_HZ * 11), 'audio', 'bytes'),
        (info(sample_format='F32LE'), NAN * 800, 'audio', 'not finite'),
        (info(sample_rate=0), bytes(800), 'audio_info', 'sample_rate is 0'),
        (info(sample_rate=4_000_000_000), bytes(800), 'audio_info', 'sample_rate is 4000000000'),
        (info(channels=0), bytes(800), 'audio_info', 'channels is 0'),
        (info(sample_format='S16BE'), bytes(800), 'audio_info', 'S16BE'),
        (info(coding_format='mp3'), bytes(800), 'audio_info', 'mp3'),
    ]:
        begun = time.monotonic()

        def told():
            formats.publish(format)
            time.sleep(0.1)
            audio.publish(AudioData(data=data))
            time.sleep(0.2)
            return is_told(topic, text, begun)
        wait_for(told, 20, f'{topic}: {text} is told')
    assert voice.is_alive and not utterances.all

    microphone = Microphone(peer)
    try:
        microphone.say(silence(0.5) + spoken('What can you do?'))
        utterances.wait(what='it hears as before')
    finally:
        microphone.close()


def test_nothing_is_heard_while_it_is_inactive(microphone, peer):
    assert peer.change_state('voice', 4)
    utterances = peer.listen(Utterance, 'utterance', to=1)
    microphone.say(spoken('Bring me the red cup.') + silence(1.0))
    assert not utterances.all

    assert peer.change_state('voice', 3)
    microphone.say(silence(0.5) + spoken('Bring me the red cup.'))
    utterances.wait(lambda it: 'red cup' in it.text, what='it hears again')


@pytest.fixture
def driving(stack, peer, wheels, overlay):
    """Simulator and controller alone; the peer asks for a drive as a planner would."""
    for name in ('sim', 'controller'):
        if name not in stack.processes:
            stack.start(name, *([] if name == 'sim' else ['--overlay', overlay]))
    peer.wait_until_ready(['controller'])
    # What earlier tests said, latched.
    release = peer.publisher(EStop, 'spoken_stop')
    release.publish(EStop(engaged=False))
    request = peer.publisher(MotionRequest, 'motion_request')
    places = iter(('bed', 'kitchen_table', 'desk', 'bed'))

    def drive():
        drive.id += 1
        request.publish(MotionRequest(id=drive.id, session=77, kind=MotionRequest.APPROACH_PLACE, place=next(places),
                                      approach=MotionRequest.VIEW))
        wheels.wait_until_driving()
    drive.id = 0
    drive.release = release
    return drive


def test_a_spoken_stop_reaches_the_gate_without_a_planner_and_stays_until_it_is_released(
        microphone, driving, peer, wheels, stack, record_property):
    assert {'planner', 'perception'}.isdisjoint(stack.processes)
    safety = peer.listen(SafetyStatus, 'safety_status', LATCHED)
    driving()

    word = spoken('Stop!')
    spoken_at = microphone.say(word)

    secs = wheels.secs_to_stop(spoken_at - len(word) / RATE_HZ) - len(word) / RATE_HZ
    record_property('secs_to_stop spoken stop, from the end of the word', round(secs, 3))
    print(f'a spoken stop: stood {secs:.3f} s after the end of the word')
    safety.wait(lambda it: it.verdict == SafetyStatus.E_STOPPED and it.stops_base, what='the gate says so')
    wheels.stay(1.0)
    begun = time.monotonic()
    driving.release.publish(EStop(engaged=False))
    safety.wait(lambda it: it.verdict < SafetyStatus.E_STOPPED, since=begun, what='it is released')


def test_a_voice_that_dies_stops_nobody_and_a_new_one_hears(driving, voice, peer, wheels, stack, overlay, room):
    others = {name: it.pid for name, it in stack.processes.items() if name != 'voice'}
    driving()

    voice.kill()

    time.sleep(1.0)
    wheels.wait_until_driving(0.1)
    assert others == {name: it.pid for name, it in stack.processes.items() if name != 'voice' and it.is_alive}
    stack.start('voice', '--overlay', overlay, '--ros-args', '-p', 'use_sim_time:=false')
    wait_for(lambda: peer.state('voice') == 'active', 60, 'the new one is active')
    utterances = peer.listen(Utterance, 'utterance', to=1)
    microphone = Microphone(peer, room)
    try:
        microphone.say(spoken('Bring me the red cup.'))
        utterances.wait(lambda it: words(it.text) == 'bring me the red cup', what='the new one hears')
    finally:
        microphone.close()


def test_push_to_talk_and_a_wrong_voice_end_the_start_or_wait_for_the_button(folder, stack, peer, overlay):
    broken = folder / 'piper.yaml'
    broken.write_text('voice:\n  mouth:\n    piper: {en: no/such/voice.onnx}\n', encoding='utf-8')
    stack['voice'].end()
    process = stack.start('voice', '--overlay', overlay, '--overlay', str(broken), '--ros-args', '-p', 'use_sim_time:=false')
    assert process.exit_code() == 1
    for it in ('voice.mouth.piper.en', 'no/such/voice.onnx'):
        assert it in process.text()

    button = folder / 'button.yaml'
    button.write_text('voice: {attention: push_to_talk}\n', encoding='utf-8')
    stack.start('voice', '--overlay', overlay, '--overlay', str(button), '--ros-args', '-p', 'use_sim_time:=false')
    wait_for(lambda: peer.state('voice') == 'active', 60, 'it is active')
    utterances = peer.listen(Utterance, 'utterance', to=1)
    held = peer.publisher(Bool, 'push_to_talk')
    microphone = Microphone(peer)
    try:
        microphone.say(spoken('Go to the office.') + silence(1.0))
        assert not utterances.all
        held.publish(Bool(data=True))
        microphone.say(silence(0.3) + spoken('Bring me the red cup.'))
        utterances.wait(lambda it: words(it.text) == 'bring me the red cup', what='with the button it hears')
    finally:
        microphone.close()
