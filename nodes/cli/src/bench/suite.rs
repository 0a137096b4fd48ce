//! Suites of commands: the file format that `--commands` reads and that the built-in suites use.

/// One line of a suite.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// Line number in its file, from 1.
    pub line: usize,
    /// Things to put somewhere first: `on(OBJECT, PLACE) …`, as written.
    pub setup: String,
    /// What is said to the robot.
    pub command: String,
    /// What must be true in the end, as written; `None` leaves it to the command's own meaning.
    pub expected: Option<String>,
}

/// What is wrong with a suite file.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum SuiteError {
    /// `setup:` without its end.
    #[error("{file}:{line}: `setup:` must end with `;` before the command")]
    SetupNotEnded {
        /// The file.
        file: String,
        /// The line.
        line: usize,
    },
    /// No commands at all.
    #[error("{file}: no commands in it; each line holds one command")]
    Empty {
        /// The file.
        file: String,
    },
}

/// Reads a suite: one command a line, `#` starts a comment, blank lines do not count.
///
/// # Errors
/// With file and line.
pub fn parse(text: &str, file: &str) -> Result<Vec<Case>, SuiteError> {
    let mut cases = Vec::new();
    for (index, raw) in text.lines().enumerate() {
        let line = index + 1;
        let content = raw.split('#').next().unwrap_or("").trim();
        if content.is_empty() {
            continue;
        }
        let (setup, rest) = match content.strip_prefix("setup:") {
            None => ("", content),
            Some(after) => after
                .split_once(';')
                .ok_or_else(|| SuiteError::SetupNotEnded {
                    file: file.to_owned(),
                    line,
                })?,
        };
        let (command, expected) = match rest.split_once('\t') {
            None => (rest, None),
            Some((command, expected)) => (command, Some(expected.trim().to_owned())),
        };
        cases.push(Case {
            line,
            setup: setup.trim().to_owned(),
            command: command.trim().to_owned(),
            expected: expected.filter(|it| !it.is_empty()),
        });
    }
    if cases.is_empty() {
        return Err(SuiteError::Empty {
            file: file.to_owned(),
        });
    }
    Ok(cases)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_setup_command_and_expectation() {
        let text = "# a comment\n\nsetup: on(apple, desk) on(cola, sink); bring me the apple\thanded(apple, me) # why\n去厨房\n";
        let cases = parse(text, "f").unwrap();
        assert_eq!(cases.len(), 2);
        assert_eq!(cases[0].setup, "on(apple, desk) on(cola, sink)");
        assert_eq!(cases[0].command, "bring me the apple");
        assert_eq!(cases[0].expected.as_deref(), Some("handed(apple, me)"));
        assert_eq!(
            cases[1],
            Case {
                line: 4,
                setup: String::new(),
                command: "去厨房".into(),
                expected: None
            }
        );
    }

    #[test]
    fn says_where_a_setup_is_not_ended() {
        let error = parse("go home\nsetup: on(apple, desk) bring it", "my.txt").unwrap_err();
        assert_eq!(
            error.to_string(),
            "my.txt:2: `setup:` must end with `;` before the command"
        );
    }

    #[test]
    fn an_empty_suite_is_an_error() {
        assert!(parse("# nothing\n", "f").is_err());
    }
}
