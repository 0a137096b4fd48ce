//! How a process joins ROS, or why it cannot, in words.

use std::panic::{catch_unwind, set_hook, take_hook};

/// Why a process could not join ROS.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JoinError {
    /// What rcl says of the arguments, the domain or the keystore.
    #[error("ROS does not start: {0}")]
    Context(String),
    /// Security is wanted, and the node could not be made.
    #[error(
        "ROS does not make the node {node:?} with DDS security, and it is not run without (ROS_SECURITY_ENABLE): Fast DDS \
         is built without its security plugins, or the enclave's keys do not fit; see launch/README.md"
    )]
    Insecure {
        /// Its name.
        node: String,
        /// What r2r says, which is not much.
        source: r2r::Error,
    },
    /// What r2r says.
    #[error("ROS: {0}")]
    Ros(#[from] r2r::Error),
}

/// Starts ROS in this process, once, and makes a node.
///
/// # Errors
/// [`JoinError`].
pub fn join(node: &str) -> Result<r2r::Node, JoinError> {
    let context = context()?;
    let is_secured = std::env::var("ROS_SECURITY_ENABLE").is_ok_and(|it| it == "true");
    r2r::Node::create(context, node, "").map_err(|source| {
        if is_secured {
            JoinError::Insecure {
                node: node.to_owned(),
                source,
            }
        } else {
            JoinError::Ros(source)
        }
    })
}

/// r2r panics with rcl's words where rcl refuses to start.
fn context() -> Result<r2r::Context, JoinError> {
    let told = take_hook();
    set_hook(Box::new(|_| {}));
    let outcome = catch_unwind(r2r::Context::create);
    set_hook(told);
    match outcome {
        Ok(context) => Ok(context?),
        Err(panic) => {
            let words = panic.downcast_ref::<String>();
            Err(JoinError::Context(words.cloned().unwrap_or_default()))
        }
    }
}
