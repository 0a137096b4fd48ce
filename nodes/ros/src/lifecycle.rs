//! The states of a managed ROS node (REP 2002's design, `lifecycle_msgs`), without ROS.

/// Where a node stands between two transitions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum State {
    /// Its parameters were not read yet.
    #[default]
    Unconfigured,
    /// Ready; it takes and gives nothing, and nothing moves.
    Inactive,
    /// At work.
    Active,
    /// On its way out.
    Finalized,
}

/// What can be asked of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transition {
    /// Reads its parameters and makes its parts.
    Configure,
    /// Forgets them.
    Cleanup,
    /// Begins to work.
    Activate,
    /// Brings the robot to a stand and pauses.
    Deactivate,
    /// Ends.
    Shutdown,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 4] = [
        Self::Unconfigured,
        Self::Inactive,
        Self::Active,
        Self::Finalized,
    ];

    /// Its number in `lifecycle_msgs/State`.
    pub fn id(self) -> u8 {
        match self {
            Self::Unconfigured => 1,
            Self::Inactive => 2,
            Self::Active => 3,
            Self::Finalized => 4,
        }
    }

    /// Its name in `lifecycle_msgs/State`.
    pub fn label(self) -> &'static str {
        match self {
            Self::Unconfigured => "unconfigured",
            Self::Inactive => "inactive",
            Self::Active => "active",
            Self::Finalized => "finalized",
        }
    }

    /// What can be asked in this state, with the number that `lifecycle_msgs/Transition` gives it there.
    pub fn transitions(self) -> &'static [(u8, Transition)] {
        use Transition::{Activate, Cleanup, Configure, Deactivate, Shutdown};
        match self {
            Self::Unconfigured => &[(1, Configure), (5, Shutdown)],
            Self::Inactive => &[(2, Cleanup), (3, Activate), (6, Shutdown)],
            Self::Active => &[(4, Deactivate), (7, Shutdown)],
            Self::Finalized => &[],
        }
    }

    /// The transition that a request names, by number or, if that is zero, by label.
    pub fn requested(self, id: u8, label: &str) -> Option<(u8, Transition)> {
        let fits = |it: &&(u8, Transition)| {
            if label.is_empty() || id != 0 {
                it.0 == id
            } else {
                it.1.label() == label
            }
        };
        self.transitions().iter().find(fits).copied()
    }
}

impl Transition {
    /// Its name in `lifecycle_msgs/Transition`.
    pub fn label(self) -> &'static str {
        match self {
            Self::Configure => "configure",
            Self::Cleanup => "cleanup",
            Self::Activate => "activate",
            Self::Deactivate => "deactivate",
            Self::Shutdown => "shutdown",
        }
    }

    /// The state that it ends in when all goes well.
    pub fn goal(self) -> State {
        match self {
            Self::Configure | Self::Deactivate => State::Inactive,
            Self::Cleanup => State::Unconfigured,
            Self::Activate => State::Active,
            Self::Shutdown => State::Finalized,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_walks_through_its_life_and_back() {
        let walk = [
            (1, State::Inactive),
            (3, State::Active),
            (4, State::Inactive),
            (2, State::Unconfigured),
        ];
        let mut state = State::default();
        for (id, next) in walk {
            state = state.requested(id, "").expect("allowed").1.goal();
            assert_eq!(state, next);
        }
    }

    #[test]
    fn what_makes_no_sense_in_a_state_is_refused() {
        assert_eq!(State::Unconfigured.requested(3, ""), None);
        assert_eq!(State::Active.requested(0, "configure"), None);
        assert_eq!(State::Finalized.requested(1, ""), None);
        assert_eq!(
            State::Inactive.requested(0, "activate"),
            Some((3, Transition::Activate))
        );
    }
}
