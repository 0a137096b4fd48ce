//! Somebody else drives the long way; the controller asks, watches, takes over and docks.

mod toy;

use hearth_controller::config::{Config, Provider};
use hearth_types::{
    Message, MotionFailure, MotionGoal, MotionState, NavGoal, NavState, NavStatus, Pose2, Stamp,
    wrap_angle,
};
use toy::bench::{Bench, drive_to, failure};

/// \[m\] How near the driver comes, and is content.
const ARRIVED_M: f64 = 0.2;

fn external() -> Bench {
    let mut config = Config::default();
    config.navigation.driver = Provider::External;
    let mut bench = Bench::with(config);
    bench.run(0.3);
    bench
}

fn goals(bench: &Bench) -> Vec<NavGoal> {
    let goal = |it: &Message| match it {
        Message::NavGoal(goal) => Some(*goal),
        _ => None,
    };
    bench.sent.iter().filter_map(goal).collect()
}

fn faults(bench: &Bench) -> Vec<String> {
    let fault = |it: &Message| match it {
        Message::Fault(fault) => Some(fault.text.clone()),
        _ => None,
    };
    bench.sent.iter().filter_map(fault).collect()
}

fn status(bench: &mut Bench, id: u64, state: NavState) {
    let stamp = bench.world.now();
    bench.give(&Message::NavStatus(NavStatus { stamp, id, state }));
}

/// The driver takes the base straight towards its newest goal, for `secs` or until it is there. Its speeds
/// go to the wheels; none of the controller's may come between.
fn somebody_drives(bench: &mut Bench, secs: f64) -> bool {
    let goal = *goals(bench).last().expect("a goal");
    let goal_in_map = goal.goal_in_map.expect("where to");
    let own = bench.bases.len();
    for _ in 0..(secs / 0.1) as usize {
        let to_goal = bench.world.base_in_map.inverse();
        let local = to_goal.transform(&goal_in_map.point());
        if local.coords.norm() < ARRIVED_M {
            bench.world.wanted = (0.0, 0.0);
            status(bench, goal.id, NavState::Reached);
            return true;
        }
        bench.world.wanted = (0.4, wrap_angle(local.y.atan2(local.x)).clamp(-1.0, 1.0));
        status(bench, goal.id, NavState::Active);
        bench.run(0.1);
        assert_eq!(bench.bases.len(), own, "two sources would fight");
    }
    false
}

/// The wheels are told to stand, from now on, until they do.
fn brakes(bench: &mut Bench) {
    let from = bench.bases.len();
    bench.run(0.2);
    let told = &bench.bases[from..];
    assert!(told.len() >= 25, "at every tick");
    let still = |it: &hearth_types::BaseCommand| (it.forward_m_s, it.yaw_rate_rad_s) == (0.0, 0.0);
    assert!(told.iter().all(still));
    bench.run(1.0);
    assert!(bench.world.forward_m_s.abs() < 0.01);
}

#[test]
fn drives_the_long_way_by_somebody_else_and_docks_itself() {
    let mut bench = external();
    bench.ask(1, drive_to(3.2, 2.5, 1.5));
    bench.run(0.1);

    assert_eq!(goals(&bench).len(), 1);
    assert_eq!(
        goals(&bench)[0].goal_in_map,
        Some(Pose2::new(3.2, 2.5, 1.5))
    );
    assert!(bench.bases.is_empty());
    assert!(somebody_drives(&mut bench, 20.0));
    let end = bench.end_of(1, 20.0);

    let MotionState::Succeeded(evidence) = end else {
        panic!("{end:?}")
    };
    let off_m = evidence.base_in_map.distance_m(&Pose2::new(3.2, 2.5, 1.5));
    assert!(off_m < 0.06, "{off_m:.3} m off");
    let phases: Vec<_> = bench
        .reports
        .iter()
        .filter_map(|it| match it.state {
            MotionState::Running { phase } => Some(phase),
            _ => None,
        })
        .collect();
    assert_eq!(phases.first(), Some(&"navigating"), "{phases:?}");
    assert!(phases.contains(&"docking"), "{phases:?}");
    assert_eq!(goals(&bench).len(), 1, "there was nothing to cancel");
    assert_eq!(faults(&bench), [""; 0]);
}

#[test]
fn near_goals_are_its_own() {
    let mut bench = external();
    bench.ask(1, drive_to(2.0, 2.5, 0.0));

    assert!(matches!(bench.end_of(1, 20.0), MotionState::Succeeded(_)));
    assert!(goals(&bench).is_empty());
}

#[test]
fn drives_itself_where_somebody_else_cannot() {
    let states = [
        NavState::Unavailable,
        NavState::Failed {
            reason: "no valid path".into(),
        },
    ];
    for (state, why) in states.into_iter().zip(["there is none", "no valid path"]) {
        let mut bench = external();
        bench.ask(1, drive_to(3.2, 2.5, 0.0));
        bench.run(0.1);
        status(&mut bench, 1, state);

        assert!(matches!(bench.end_of(1, 30.0), MotionState::Succeeded(_)));
        assert_eq!(goals(&bench).len(), 1);
        let faults = faults(&bench);
        assert_eq!(faults.len(), 1, "said once");
        assert!(faults[0].contains(why), "{faults:?}");
    }
}

#[test]
fn drives_itself_when_somebody_else_falls_silent_and_tells_them_to_leave_it() {
    let mut bench = external();
    bench.ask(1, drive_to(3.5, 2.5, 0.0));
    bench.run(0.1);
    somebody_drives(&mut bench, 1.0);
    let own = bench.bases.len();
    bench.run(1.8);
    assert_eq!(bench.bases.len(), own, "it has not been silent for long");
    bench.run(0.3);

    assert!(bench.bases.len() > own);
    let goals = goals(&bench);
    assert_eq!(goals.len(), 2);
    assert_eq!((goals[1].id, goals[1].goal_in_map), (goals[0].id, None));
    assert!(matches!(bench.end_of(1, 30.0), MotionState::Succeeded(_)));
    assert!(faults(&bench)[0].contains("said nothing"));
    assert_eq!(faults(&bench).len(), 1);
}

#[test]
fn stopping_takes_the_base_back_at_once() {
    let mut bench = external();
    bench.ask(1, drive_to(3.5, 2.5, 0.0));
    bench.run(0.1);
    somebody_drives(&mut bench, 1.5);
    bench.ask(2, MotionGoal::Stop);

    assert_eq!(goals(&bench).last().map(|it| it.goal_in_map), Some(None));
    assert_eq!(bench.bases.len(), 1, "not only at the next tick");
    assert_eq!(bench.world.wanted, (0.0, 0.0));
    assert_eq!(
        failure(&bench.finals(1)[0]),
        Some(&MotionFailure::Superseded)
    );
    brakes(&mut bench);
    assert!(matches!(bench.end_of(2, 3.0), MotionState::Succeeded(_)));
}

#[test]
fn another_drive_brakes_first_and_old_statuses_do_not_count() {
    let mut bench = external();
    bench.ask(1, drive_to(3.5, 2.5, 0.0));
    bench.run(0.1);
    somebody_drives(&mut bench, 1.5);
    bench.ask(2, drive_to(1.0, 3.4, 0.0));
    brakes(&mut bench);

    let asked = goals(&bench);
    let ids: Vec<_> = asked
        .iter()
        .map(|it| (it.id, it.goal_in_map.is_some()))
        .collect();
    assert_eq!(ids, [(1, true), (1, false), (2, true)]);
    for state in [NavState::Reached, NavState::Unavailable] {
        status(&mut bench, 1, state.clone());
        status(&mut bench, 7, state);
    }
    let own = bench.bases.len();
    bench.run(0.5);
    assert_eq!(bench.bases.len(), own, "the second drive is under way");
    assert!(faults(&bench).is_empty());
    assert!(somebody_drives(&mut bench, 20.0));
    assert!(matches!(bench.end_of(2, 20.0), MotionState::Succeeded(_)));
}

#[test]
fn a_motion_that_takes_too_long_takes_the_base_back() {
    let mut bench = external();
    bench.ask(1, drive_to(3.5, 2.5, 0.0));
    bench.run(0.1);
    // Round and round, and always under way.
    while bench.finals(1).is_empty() && bench.world.millis < 120_000 {
        status(&mut bench, 1, NavState::Active);
        bench.world.wanted = (0.0, 0.5);
        bench.run(0.5);
    }

    assert_eq!(failure(&bench.finals(1)[0]), Some(&MotionFailure::TimedOut));
    assert_eq!(goals(&bench).last().map(|it| it.goal_in_map), Some(None));
    bench.run(1.5);
    assert!(bench.world.yaw_rate_rad_s.abs() < 0.02, "it stands");
    assert_eq!(goals(&bench).len(), 2);
    let own = bench.bases.len();
    bench.run(1.0);
    assert_eq!(bench.bases.len(), own, "it says no more than is needed");
}

#[test]
fn statuses_that_nobody_waits_for_change_nothing() {
    let mut bench = external();
    status(&mut bench, 0, NavState::Reached);
    status(&mut bench, 1, NavState::Unavailable);
    bench.give(&Message::NavStatus(NavStatus {
        stamp: Stamp::MAX,
        id: u64::MAX,
        state: NavState::Active,
    }));
    bench.ask(1, drive_to(3.2, 2.5, 0.0));
    bench.run(0.1);

    assert!(somebody_drives(&mut bench, 20.0));
    assert!(matches!(bench.end_of(1, 20.0), MotionState::Succeeded(_)));
}

#[test]
fn a_robot_that_drives_itself_asks_nobody() {
    let mut bench = Bench::new();
    bench.run(0.3);
    bench.ask(1, drive_to(3.2, 2.5, 0.0));
    status(&mut bench, 1, NavState::Unavailable);

    assert!(matches!(bench.end_of(1, 30.0), MotionState::Succeeded(_)));
    assert!(goals(&bench).is_empty());
    assert!(faults(&bench).is_empty());
}
