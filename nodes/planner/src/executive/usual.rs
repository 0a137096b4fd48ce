//! Where things usually are, for searches that were not told where to look.

use crate::PlannerError;
use crate::ast::ObjectRef;
use crate::executive::matching;
use hearth_types::{Home, Place};
use std::collections::BTreeMap;

/// The weight of a place that nothing speaks for.
const ELSEWHERE: f64 = 0.03;
/// The weight of the likeliest place; each further one weighs this much less of the one before.
const FIRST: f64 = 0.4;
const DECLINE: f64 = 0.7;

/// Categories, each with the ids of places and rooms, the likeliest first.
#[derive(Clone, Debug, Default)]
pub(crate) struct UsualPlaces(BTreeMap<String, Vec<String>>);

impl UsualPlaces {
    /// The list that comes with Hearth.
    pub(crate) fn built_in() -> Result<Self, PlannerError> {
        Self::from_yaml(include_str!("../../data/usual_places.yaml"))
    }

    fn from_yaml(yaml: &str) -> Result<Self, PlannerError> {
        let map = serde_yaml::from_str(yaml).map_err(|it| PlannerError::UsualPlaces {
            reason: it.to_string(),
        })?;
        Ok(Self(map))
    }

    /// How likely the thing is there, in no unit: to be compared between places only.
    pub(crate) fn weight(&self, home: &Home, what: &ObjectRef, place: &Place) -> f64 {
        let mut categories: Vec<&str> = matching::kin(home, what)
            .iter()
            .filter_map(|it| home.kind(&it.kind))
            .map(|it| it.category.as_str())
            .collect();
        categories.sort_unstable();
        categories.dedup();
        categories
            .iter()
            .filter_map(|it| self.0.get(*it))
            .filter_map(|ids| ids.iter().position(|id| is(place, id)))
            .map(|rank| FIRST * DECLINE.powi(i32::try_from(rank).unwrap_or(i32::MAX)))
            .fold(ELSEWHERE, f64::max)
    }
}

fn is(place: &Place, id: &str) -> bool {
    place.names.id == id || place.room == id
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_that_comes_with_hearth_is_read() {
        assert!(UsualPlaces::built_in().unwrap().0.len() >= 7);
    }

    #[test]
    fn a_malformed_list_is_an_error() {
        let error = UsualPlaces::from_yaml("drinks: 3\n").unwrap_err();
        assert!(error.to_string().contains("drinks"), "{error}");
    }
}
