"""Somebody with a ROS tool tells the robot what they want, in English and in Chinese."""

import time

from hearth_interfaces.msg import Plan, Say, SkillStatus, TaskEvent, Utterance
from peer import CARRYING_OUT_SECS, LATCHED, STATUS, Peer
from processes import wait_for


def is_chinese(text):
    return any('\u4e00' <= it <= '\u9fff' for it in text)


def test_goes_to_the_kitchen_and_says_so_in_english(robot, peer):
    events, status = peer.listen(TaskEvent, 'task_events', 50), peer.listen(SkillStatus, 'skill_status', 50)

    command = peer.command('go to the kitchen')
    result = command.result()

    assert (result.verdict, result.reason, result.understood) == ('done', '', True)
    assert command.status == STATUS.STATUS_SUCCEEDED
    assert result.spoken and not any(is_chinese(it) for it in result.spoken)
    assert 'kitchen' in result.spoken[-1]
    planned = command.progress(lambda it: it.plan, 'the plan came')
    assert [it.skill for it in planned.plan] == ['go_to']
    assert dict(zip(planned.plan[0].argument_names, planned.plan[0].argument_values)).popitem()[1] == 'kitchen'
    started = command.progress(lambda it: it.status.state == SkillStatus.STARTED, 'the step began')
    assert (started.step_index, started.status.skill) == (0, 'go_to')
    ended = command.progress(lambda it: it.status.state == SkillStatus.SUCCEEDED, 'the step succeeded')
    assert ended.status.evidence, 'a step that succeeded says what shows it'
    assert len({it.task_id for it in command.feedback if it.task_id}) == 1
    kinds = wait_for(lambda: (found := [it.kind for it in events.since(0)]) and TaskEvent.FINISHED in found and found,
                     10, 'the command finished in /task_events')
    order = [TaskEvent.HEARD, TaskEvent.UNDERSTOOD, TaskEvent.PLANNED, TaskEvent.STEP, TaskEvent.FINISHED]
    assert [it for at, it in enumerate(kinds) if it not in kinds[:at]] == order
    assert [it.state for it in status.since(0)][-1] == SkillStatus.SUCCEEDED


def test_goes_to_the_study_and_says_so_in_chinese(robot, peer):
    say = peer.listen(Say, 'say')

    command = peer.command('去书房')
    result = command.result()

    assert (result.verdict, command.status) == ('done', STATUS.STATUS_SUCCEEDED)
    assert result.spoken and is_chinese(result.spoken[-1]) and '书房' in result.spoken[-1]
    assert command.feedback[-1].plan[0].skill == 'go_to'
    words = say.wait(lambda it: it.text == result.spoken[-1], what='it said so on /say')
    assert words.language == 'zh'


def test_asks_for_what_is_missing_and_takes_the_answer(robot, peer):
    command = peer.command('put the apple')
    asked = command.progress(lambda it: it.question, 'it asked')
    assert asked.question.endswith('?')
    assert not asked.plan

    refused = peer.answer('on the kitchen table', task_id=asked.task_id + 1000)
    assert not refused.success and str(asked.task_id) in refused.message
    assert peer.answer('on the kitchen table', task_id=asked.task_id).success

    planned = command.progress(lambda it: it.plan, 'the answer completed the command')
    assert [it.skill for it in planned.plan] == ['search', 'pick', 'place']
    assert 'kitchen_table' in planned.plan[2].argument_values
    assert not command.feedback[-1].question, 'the question is settled'
    assert not command.is_over


def test_asks_in_chinese_and_an_utterance_may_answer(robot, peer):
    said = peer.publisher(Utterance, 'utterance')

    command = peer.command('把苹果放到')
    asked = command.progress(lambda it: it.question, 'it asked')
    assert is_chinese(asked.question)
    said.publish(Utterance(text='餐桌上'))

    planned = command.progress(lambda it: it.plan, 'the answer completed the command')
    assert 'place' in [it.skill for it in planned.plan]


def test_a_question_that_nobody_answers_ends_as_asked(robot, peer):
    command = peer.command('put the apple')
    result = command.result()

    assert (result.verdict, command.status) == ('asked', STATUS.STATUS_ABORTED)
    assert result.reason == command.progress(lambda it: it.question, 'it asked').question
    late = peer.answer('on the kitchen table')
    assert not late.success and late.message


def test_words_without_meaning_are_refused_in_their_language(robot, peer):
    for words, chinese in (('colourless green ideas sleep', False), ('呜呜哇哇', True), ('', False)):
        command = peer.command(words)
        result = command.result()
        assert (result.verdict, result.understood) == ('refused', False), words
        assert command.status == STATUS.STATUS_ABORTED
        assert result.reason and is_chinese(result.reason) == chinese, result
        assert result.spoken, 'it says so'


def test_what_it_cannot_do_is_refused_though_understood(robot, peer):
    result = peer.command('climb the stairs').result()

    assert (result.verdict, result.understood) == ('refused', True)
    assert result.reason


def test_a_cancelled_command_ends_and_the_base_stands(robot, peer, wheels):
    command = peer.command('go to the bedroom')
    wheels.wait_until_driving()

    response = command.cancel()

    assert len(response.goals_canceling) == 1
    result = command.result()
    assert command.status == STATUS.STATUS_CANCELED
    assert result.verdict != 'done'
    wheels.wait_until_standing()
    since = time.monotonic()
    time.sleep(1.0)
    assert all(wheels.stand(it) for it in wheels.commands.since(since)), 'and goes on standing'
    assert peer.command('go to the bedroom').accepted, 'and takes the next command'


def test_endless_words_are_rejected_at_once(robot, peer):
    assert not peer.command('go ' * 10_000).accepted


def test_an_utterance_is_carried_out_and_a_late_listener_gets_the_plan(robot, peer, domain):
    said, events = peer.publisher(Utterance, 'utterance'), peer.listen(TaskEvent, 'task_events', 50)

    said.publish(Utterance(text='去厨房', language='zh'))

    heard = events.wait(lambda it: it.kind == TaskEvent.HEARD and it.text == '去厨房', what='it heard')
    events.wait(lambda it: it.task_id == heard.task_id and it.kind == TaskEvent.PLANNED, what='it planned')
    late = Peer(domain, 'late')
    try:
        plan = late.listen(Plan, 'plan', LATCHED).wait(what='the latched plan came')
        assert (plan.task_id, plan.text) == (heard.task_id, '去厨房')
        assert [it.skill for it in plan.steps] == ['go_to']
    finally:
        late.close()
    end = events.wait(lambda it: it.task_id == heard.task_id and it.kind == TaskEvent.FINISHED, CARRYING_OUT_SECS,
                      'it finished')
    assert end.verdict == 'done'
