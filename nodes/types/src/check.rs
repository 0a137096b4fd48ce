//! Ranges of configuration values.

/// A configuration value that is out of range.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{key} is {value}, but it must be {expected}")]
pub struct RangeError {
    /// The key, as written in the file, relative to its section (`arm.speed_m_s`).
    pub key: String,
    /// What was found.
    pub value: String,
    /// What would be right.
    pub expected: String,
}

impl RangeError {
    /// Says what is wrong with the value of `key`.
    pub fn new(
        key: impl Into<String>,
        value: impl std::fmt::Display,
        expected: impl Into<String>,
    ) -> Self {
        Self {
            key: key.into(),
            value: value.to_string(),
            expected: expected.into(),
        }
    }
}

/// A configuration section whose values have ranges. The loader calls it after parsing.
pub trait Checked {
    /// Names the first value that is out of range.
    fn check(&self) -> Result<(), RangeError>;
}

/// Whether `value` lies in `[min, max]`; NaN does not.
pub fn within(key: &str, value: f64, min: f64, max: f64) -> Result<(), RangeError> {
    if value >= min && value <= max {
        Ok(())
    } else {
        Err(RangeError::new(
            key,
            value,
            format!("between {min} and {max}"),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_key_value_and_what_would_be_right() {
        assert_eq!(within("speed_m_s", 0.5, 0.0, 1.0), Ok(()));
        let error = within("speed_m_s", 7.0, 0.0, 1.0).unwrap_err();
        assert_eq!(
            error.to_string(),
            "speed_m_s is 7, but it must be between 0 and 1"
        );
        assert!(within("speed_m_s", f64::NAN, 0.0, 1.0).is_err());
    }
}
