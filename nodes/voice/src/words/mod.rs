//! From what a recogniser writes to what a person meant to say: without fillers, repeats and slips of the tongue.

mod corrections;
mod data;
mod normalise;
mod phonetic;
mod pieces;
mod stop;

pub use data::{Lexicon, Lexicons};
pub use normalise::normalise;
pub(crate) use phonetic::{change, gap, sounds_in};
pub use phonetic::{distance, sounds};
pub(crate) use pieces::is_cjk;
pub use pieces::{Kind, Names, Piece, join};
pub use stop::{stop_word, stop_word_anywhere};
