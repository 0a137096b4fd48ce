//! Lets go of a thread's OpenGL context.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Contexts of one process share a display: making and freeing them side by side crashed Mesa's driver.
static MAKING_OR_FREEING: Mutex<()> = Mutex::new(());

/// Held while a context is made or freed.
pub(crate) fn alone() -> MutexGuard<'static, ()> {
    MAKING_OR_FREEING
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
}

/// Frees what EGL keeps for this thread. A context that is still current when its thread ends is never
/// freed: some 30 MB with Mesa's software driver. Call it when the last renderer of the thread is gone.
#[allow(unsafe_code)]
pub(crate) fn release_thread() {
    // SAFETY: loads the same libEGL that the renderer has loaded already, whose initialisers have run.
    let egl = unsafe { khronos_egl::DynamicInstance::<khronos_egl::EGL1_4>::load_required() };
    // Without EGL there was no context; a refusal leaves things as they were.
    let _ = egl.map(|it| it.release_thread());
}
