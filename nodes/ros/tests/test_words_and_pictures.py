"""Words about what the camera sees cross between processes: phrases to look for, matches, open questions and their answers."""

import time

import pytest
from diagnostic_msgs.msg import DiagnosticArray
from hearth_interfaces.msg import (Colour, PhraseMatch, Queries, Say, TaskEvent, VisualAnswer, VisualQuestion, World, WorldObject,
                                   WorldPerson)
from lifecycle_msgs.msg import Transition
from peer import LATCHED, Peer
from processes import wait_for

# These nodes are alone, with nobody who gives the time.
WALL_TIME = ('--ros-args', '-p', 'use_sim_time:=false')
WITH_SERVER = 'planner: {vision_language_server: true, vision_patience_secs: 30.0}\n'
PHRASE = 'striped cup'
# What a patterned thing is told from.
CONTRAST = 'plain cup'


@pytest.fixture
def planner(stack, peer, folder):
    """A planner without a robot, whose world is what the test says."""
    if 'planner' not in stack.processes or not stack['planner'].is_alive:
        overlay = folder / 'server.yaml'
        overlay.write_text(WITH_SERVER)
        stack.start('planner', '--overlay', str(overlay), *WALL_TIME)
    wait_for(lambda: peer.state('planner') == 'active', 60, 'the planner is active')
    return stack['planner']


@pytest.fixture
def perception(stack, peer):
    if 'perception' not in stack.processes or not stack['perception'].is_alive:
        stack.start('perception', *WALL_TIME)
    wait_for(lambda: peer.state('perception') == 'active', 60, 'perception is active')
    return stack['perception']


def latched(domain, fits=lambda _: True, what='the latched queries came'):
    """What somebody who comes later gets."""
    late = Peer(domain, 'late')
    try:
        return list(late.listen(Queries, 'queries', LATCHED).wait(fits, what=what).phrases)
    finally:
        late.close()


def intake(heard, node, since):
    """What a node says of its inputs."""
    told = [one for it in heard.since(since) for one in it.status if one.name == f'{node}: inputs']
    return {it.key: it.value for it in told[-1].values} if told else {}


def a_world(peer, place, matches):
    """A red cup on a place, stamped now."""
    now = peer.node.get_clock().now().to_msg()
    cup = WorldObject(id=1, shape='cup', place=place, support_height=0.75, first_seen=now, last_seen=now, sightings=9, views=2,
                      existence=0.95, colour=Colour(lab=[50.0, 60.0, 40.0], name='red'), matches=matches)
    cup.pose.position.x, cup.pose.position.y, cup.pose.position.z, cup.pose.orientation.w = 1.0, 1.0, 0.8, 1.0
    cup.size.x = cup.size.y = cup.size.z = 0.08
    world = World(objects=[cup])
    world.header.stamp, world.header.frame_id = now, 'map'
    return world


def test_what_is_asked_for_is_looked_for_and_latched(planner, peer, domain):
    assert latched(domain) == [], 'at first nothing is looked for'

    for words in (f'bring me the {PHRASE}', '把带条纹的杯子拿给我'):
        assert peer.command(words).accepted
        assert latched(domain, lambda it: it.phrases, 'phrases came') == [PHRASE, CONTRAST]
        peer.forget()


def test_a_planner_started_anew_looks_for_nothing(planner, stack, peer, domain):
    peer.command(f'find the {PHRASE}')
    assert latched(domain, lambda it: PHRASE in it.phrases)
    heard = peer.listen(Queries, 'queries', LATCHED)
    heard.wait(lambda it: PHRASE in it.phrases)

    planner.kill()
    begun = time.monotonic()
    stack.start('planner', *WALL_TIME)

    heard.wait(lambda it: not it.phrases, since=begun, what='it says that nothing is looked for')
    wait_for(lambda: latched(domain) == [], 20, 'so does what is latched')
    stack['planner'].end()


def test_configured_anew_it_forgets_what_was_looked_for(planner, peer, domain):
    peer.command(f'find the {PHRASE}')
    assert latched(domain, lambda it: PHRASE in it.phrases)
    for transition in (Transition.TRANSITION_DEACTIVATE, Transition.TRANSITION_CLEANUP, Transition.TRANSITION_CONFIGURE,
                       Transition.TRANSITION_ACTIVATE):
        assert peer.change_state('planner', transition)
    wait_for(lambda: latched(domain) == [], 20, 'nothing is looked for')


def test_a_thing_that_only_a_match_names_is_found(planner, peer):
    worlds = peer.publisher(World, 'world', LATCHED)

    def told(words):
        """The result, while the camera shows the cup; none within 5 s: it looks elsewhere."""
        command, end = None, time.monotonic() + 6
        while not (command and command.is_over) and time.monotonic() < end:
            worlds.publish(a_world(peer, 'bookshelf', [PhraseMatch(phrase=PHRASE, probability=0.97)]))
            time.sleep(0.1)
            if command is None and time.monotonic() > end - 5:
                command = peer.command(words)
        return command.result() if command.is_over else None

    result = told(f'find the {PHRASE}')
    assert result and result.verdict == 'done' and 'bookshelf' in result.spoken[-1], result

    result = told('find the red plate')
    assert not result or result.verdict != 'done', result


@pytest.mark.parametrize('matches, person, words', [
    ([PhraseMatch(phrase=PHRASE, probability=float('nan'))], WorldPerson(posture='standing'), 'matches.probability is not finite'),
    ([PhraseMatch(phrase=PHRASE, probability=1.5)], WorldPerson(posture='standing'), 'must be in [0, 1]'),
    ([PhraseMatch(phrase='', probability=0.5)], WorldPerson(posture='standing'), "a phrase's length"),
    ([PhraseMatch(phrase=PHRASE, probability=0.5)] * 17, WorldPerson(posture='standing'), 'at most 16'),
    ([], WorldPerson(posture='standing', gesture='shrugging'), 'shrugging'),
    ([], WorldPerson(posture='standing', gesture='waving', gesture_probability=-0.5), 'gesture_probability'),
])
def test_a_world_with_nonsense_matches_is_refused(planner, peer, matches, person, words):
    heard, worlds = peer.listen(DiagnosticArray, '/diagnostics', 50), peer.publisher(World, 'world', LATCHED)
    begun = time.monotonic()

    def told():
        world = a_world(peer, 'sofa', matches)
        world.people = [person]
        worlds.publish(world)
        time.sleep(0.2)
        return words in intake(heard, 'planner', begun).get('world last refusal', '')
    wait_for(told, 20, lambda: f'it tells of {words}; it says {intake(heard, "planner", begun)}')


def test_an_open_question_is_answered_by_whoever_can(planner, peer):
    questions, said = peer.listen(VisualQuestion, 'visual_question'), peer.listen(Say, 'say', 50)
    answers, events = peer.publisher(VisualAnswer, 'visual_answer'), peer.listen(TaskEvent, 'task_events', 50)

    command = peer.command('is the room messy?')
    asked = questions.wait(what='the question came')

    assert (asked.text, asked.language) == ('is the room messy?', 'en')
    assert asked.session and asked.header.stamp.sec
    # An answer to what an earlier start of the planner had asked is none.
    answers.publish(VisualAnswer(session=asked.session + 1, id=asked.id, success=True, text='Spotless.', server='an old one'))
    answers.publish(VisualAnswer(session=asked.session, id=asked.id, success=True, text='Rather.', server='a test'))
    assert command.result().verdict == 'done'
    assert [it for it in said.since(0) if 'Rather.' in it.text and 'a test' in it.text]
    assert not [it for it in said.since(0) if 'Spotless' in it.text]
    assert events.last.verdict == 'done'


def test_a_server_that_cannot_says_why(planner, peer):
    questions, answers = peer.listen(VisualQuestion, 'visual_question'), peer.publisher(VisualAnswer, 'visual_answer')

    command = peer.command('is the room messy?')
    asked = questions.wait(what='the question came')
    answers.publish(VisualAnswer(session=asked.session, id=asked.id, success=False, text='no picture yet', server='a test'))

    result = command.result()
    assert result.verdict == 'failed' and 'no picture yet' in result.reason


def test_perceptions_process_puts_questions_to_a_server(planner, stack, peer, folder):
    """The answer comes from there, whatever it is: there is no picture."""
    if 'perception' in stack.processes:
        stack['perception'].end()
    overlay = folder / 'enabled.yaml'
    overlay.write_text('vision_language: {enabled: true}\n')
    server = {'HEARTH_VLM_URL': 'http://127.0.0.1:9/v1', 'HEARTH_VLM_MODEL': 'none'}
    heard, begun = peer.listen(DiagnosticArray, '/diagnostics', 50), time.monotonic()
    stack.start('perception', '--overlay', str(overlay), *WALL_TIME, environment=server)
    # Two processes may take seconds to find each other; what is latched comes as soon as they have.
    wait_for(lambda: int(intake(heard, 'perception', begun).get('queries taken', 0)) > 0, 60, 'it hears the planner')
    time.sleep(0.5)

    result = peer.command('is the room messy?').result()

    assert result.verdict == 'failed' and 'no picture' in result.reason, result
    stack['perception'].end()


def test_perception_started_later_gets_what_is_looked_for(planner, perception, stack, peer, domain):
    heard = peer.listen(DiagnosticArray, '/diagnostics', 50)
    peer.command(f'find the {PHRASE}')
    assert latched(domain, lambda it: PHRASE in it.phrases)

    perception.kill()
    begun = time.monotonic()
    stack.start('perception', *WALL_TIME)

    wait_for(lambda: int(intake(heard, 'perception', begun).get('queries taken', 0)) > 0, 60, 'it takes what is latched')
    assert 'queries last refusal' not in intake(heard, 'perception', begun)


@pytest.mark.parametrize('phrases, words', [
    (['cup'] * 17, 'at most 16'), (['cup', 'x' * 257], 'at most 256'), (['  '], 'nothing but blanks'),
])
def test_phrases_that_are_none_are_refused(perception, peer, phrases, words):
    heard, queries = peer.listen(DiagnosticArray, '/diagnostics', 50), peer.publisher(Queries, 'queries', LATCHED)
    begun = time.monotonic()

    queries.publish(Queries(phrases=phrases))

    wait_for(lambda: words in intake(heard, 'perception', begun).get('queries last refusal', ''), 20,
             lambda: f'it tells of {words}; it says {intake(heard, "perception", begun)}')
