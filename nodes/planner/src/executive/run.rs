//! Carries out the commands of one utterance, in order.

use super::robot::Robot;
use super::trouble::{Outcome, Trouble};
use crate::ast::{Command, Control, Courtesy, Impossible, Meaning, PersonRef, Quantity};
use crate::dialogue::question;
use crate::language::Incomplete;
use crate::phrases;
use crate::skills::people::{self, Wanted};
use crate::skills::which::{self, Spot};
use crate::skills::{answer, go, hand_over, search};
use hearth_types::{Evidence, TaskEvent, TaskVerdict, WorldPerson};

mod transport;

use transport::{bring, fetch, put};

/// At most so many things are fetched in one command ("bring all the cups").
pub(crate) const MOST_THINGS: usize = 6;

/// Asks for what a command lacks, then carries it out.
pub(crate) async fn complete_and_carry_out(
    robot: Robot,
    incomplete: Box<Incomplete>,
) -> TaskVerdict {
    match question::complete(&robot, incomplete).await {
        Ok(meaning) => {
            let steps = super::plan_of(&meaning, robot.with(|it| it.memory.held.is_some()));
            let notation = meaning.to_string();
            robot.with(|board| {
                let stamp = board.now;
                board.progress.steps.clone_from(&steps);
                if let Some(task) = board.progress.task {
                    board.emit(TaskEvent::Understood {
                        stamp,
                        task,
                        language: meaning.language,
                        meaning: notation,
                    });
                    board.emit(TaskEvent::Planned { stamp, task, steps });
                }
            });
            carry_out(robot, meaning).await
        }
        Err(trouble) => trouble.into_verdict(false),
    }
}

/// Carries out all commands; ends at the first that fails. What is concluded is said.
pub(crate) async fn carry_out(robot: Robot, meaning: Meaning) -> TaskVerdict {
    robot.look_for(phrases::of_meaning(&robot.home, &meaning));
    let holding = robot.with(|it| it.memory.held.is_some());
    let lengths: Vec<usize> = super::plan::steps_by_command(&meaning, holding)
        .iter()
        .map(Vec::len)
        .collect();
    let mut inserted_before = 0;
    let mut planned = 0;
    for (at, (command, length)) in meaning.commands.iter().zip(lengths).enumerate() {
        planned += length;
        robot.with(|board| {
            let clock_secs = board.task_clock_secs;
            let progress = &mut board.progress;
            // Steps that turned out not to be needed are passed over.
            progress.next = (planned - length + inserted_before).min(progress.steps.len());
            progress.command_end = planned + inserted_before;
            progress.deadline_secs = clock_secs + robot.config.command_budget_secs;
        });
        let outcome = match too_many(command, meaning.commands.get(at + 1)) {
            true => Err(robot.refused("one_at_a_time", &[])),
            false => one(&robot, command).await,
        };
        inserted_before = robot.with(|it| it.progress.command_end) - planned;
        match outcome {
            Ok(said) => {
                if !said.is_empty() {
                    robot.say(&said);
                }
            }
            Err(trouble) => {
                // A question was said when it was asked.
                if !matches!(trouble, Trouble::Asked { .. }) {
                    robot.say(trouble.reason());
                }
                return trouble.into_verdict(robot.with(|it| it.progress.begun));
            }
        }
    }
    TaskVerdict::Done
}

/// Has whoever answers from pictures answer what the command language has no words for. Its words are
/// told as its own: they show nothing.
pub(crate) async fn ask_server(robot: Robot, text: String) -> TaskVerdict {
    let step = robot.begin("ask_server", &[("question", &text)]);
    let language = robot.language();
    let patience_secs = robot.config.vision_patience_secs;
    let (id, until_secs) = robot.with(|board| {
        let id = board.ask_visually(text.clone(), language);
        board.progress.begun = true;
        (id, board.task_clock_secs + patience_secs)
    });
    let answer = robot
        .until(
            |board| match board.visual_answer.take_if(|it| it.id == id) {
                Some(answer) => Some(Some(answer)),
                None => (board.task_clock_secs >= until_secs).then_some(None),
            },
        )
        .await;
    let reason = match answer.as_deref().map(|it| (&it.text, &*it.server)) {
        Some((Ok(words), server)) => {
            let words = words.trim();
            robot.say(&robot.text("server_says", &[("server", server), ("answer", words)]));
            step.succeed(Evidence {
                text: format!("words of {server}; nothing that the robot itself has seen"),
                frame: None,
            });
            return TaskVerdict::Done;
        }
        Some((Err(why), _)) => robot.text("server_silent", &[("why", why)]),
        None => robot.text("server_late", &[]),
    };
    let nothing = Evidence {
        text: "no answer".into(),
        frame: None,
    };
    let trouble = step.fail(Trouble::failed(reason, nothing));
    robot.say(trouble.reason());
    trouble.into_verdict(true)
}

/// "Take two cups", with nothing said of where to put them: the gripper holds one.
fn too_many(command: &Command, next: Option<&Command>) -> bool {
    let Command::Take { what } = command else {
        return false;
    };
    let dealt_with = matches!(
        next,
        Some(Command::Put { what, .. } | Command::Bring { what, .. }) if what.is_pronoun()
    );
    let several = match what.quantity {
        Quantity::Exactly(count) => count > 1,
        Quantity::All => true,
        Quantity::The | Quantity::Any => false,
    };
    several && !dealt_with
}

async fn one(robot: &Robot, command: &Command) -> Outcome<String> {
    match command {
        Command::GoTo { target } => {
            let spot = which::spot(robot, target).await?;
            go::go_to(robot, &spot).await?;
            let key = match spot {
                Spot::Place(_) => "arrived",
                Spot::Room(_) => "arrived_room",
            };
            Ok(robot.text(key, &[("place", &robot.spot_name(&spot))]))
        }
        Command::GoToPerson { person } => go_to_person(robot, person).await,
        Command::GoBack => {
            go::go_back(robot).await?;
            Ok(robot.text("back", &[]))
        }
        Command::Find { what } => {
            let what = which::thing(robot, what).await?;
            let found = search::search(robot, &what, &[]).await?;
            Ok(answer::found_text(robot, &what, &found))
        }
        Command::FindPerson { person } => {
            let (person, found) = find_person(robot, person, "person_found").await?;
            people::go_near(robot, &person).await;
            Ok(found)
        }
        Command::LocatePerson { person } => {
            let (_, found) = find_person(robot, person, "person_at").await?;
            Ok(found)
        }
        Command::Take { what } => {
            let what = fetch(robot, what, &[]).await?.what;
            Ok(robot.text("taken", &[("thing", &robot.the_thing(&what))]))
        }
        Command::Bring { what, to } => bring(robot, what, to).await,
        Command::Put { what, on } => put(robot, what, on).await,
        Command::Describe { place } => answer::describe(robot, place).await,
        Command::Identify { what } => answer::identify(robot, what).await,
        Command::Count { what } => answer::count(robot, what).await,
        Command::Exists { what } => answer::exists(robot, what).await,
        Command::Locate { what } => answer::locate(robot, what).await,
        Command::Colour { what } => answer::colour(robot, what).await,
        Command::CountPeople { people } => answer::count_people(robot, people).await,
        Command::ExistsPerson { person } => answer::exists_person(robot, person).await,
        Command::Who { person } => answer::who(robot, person).await,
        Command::CheckPerson { person, looks } => answer::check_person(robot, person, looks).await,
        Command::DescribePerson { person, aspect } => {
            answer::describe_person(robot, person, *aspect).await
        }
        Command::Courtesy { kind } => Ok(robot.text(
            match kind {
                Courtesy::Hello => "hello",
                Courtesy::Thanks => "thanks",
                Courtesy::Bye => "bye",
                Courtesy::Abilities => "abilities",
            },
            &[],
        )),
        // Orders in the middle of a sentence ("go there and wait"); alone the node takes them.
        Command::Control { order } => Ok(robot.text(
            match order {
                Control::Stop | Control::Cancel => "stopping",
                Control::Wait => "waiting",
                Control::Continue => "continuing",
            },
            &[],
        )),
        Command::Impossible { why, .. } => Err(robot.refused(
            match why {
                Impossible::Terrain => "impossible_terrain",
                Impossible::Skill => "impossible_skill",
                Impossible::Weight => "impossible_weight",
            },
            &[],
        )),
    }
}

async fn go_to_person(robot: &Robot, person: &PersonRef) -> Outcome<String> {
    let (wanted, spot) = people::who(robot, person).await?;
    let found = people::find(robot, &wanted, spot.as_ref()).await?;
    let name = people::name(robot, &wanted);
    let step = robot.begin("approach_person", &[("who", &name)]);
    match hand_over::approach(robot, &wanted, found.position_in_map, &step).await {
        Ok(at) => {
            let gap_m = (at - robot.base_in_map().point()).norm();
            if gap_m > 2.0 {
                let values = [("place", &*name)];
                return Err(step.fail(robot.failed("not_arrived", &values)));
            }
            step.succeed(robot.evidence(format!("{gap_m:.2} m before the person")));
            Ok(robot.text("arrived_person", &[("person", &name)]))
        }
        Err(trouble) => Err(step.fail(trouble)),
    }
}

/// Whoever was found, and what to say of it.
async fn find_person(
    robot: &Robot,
    person: &PersonRef,
    key: &str,
) -> Outcome<(WorldPerson, String)> {
    let (wanted, spot) = people::who(robot, person).await?;
    let found = people::find(robot, &wanted, spot.as_ref()).await?;
    let name = match &wanted {
        // Somebody who is known is told by name.
        Wanted::Anyone(_) => people::name_seen(robot, &found),
        _ => people::name(robot, &wanted),
    };
    if let Some(it) = found.hypotheses.first() {
        robot.with(|board| board.memory.person = Some(it.item.clone()));
    }
    let room = robot.home.room_at(&found.position_in_map);
    let place = room.map_or_else(String::new, |it| {
        robot.spot_name(&Spot::Room(it.names.id.clone()))
    });
    let key = match (&wanted, place.is_empty()) {
        (_, true) => "person_seen",
        (Wanted::Speaker, false) => "you_at",
        _ => key,
    };
    let said = robot.text(key, &[("person", &name), ("place", &place)]);
    Ok((found, said))
}
