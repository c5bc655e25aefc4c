//! One definition of each fuzz target for two engines.
//!
//! Under plain `cargo test` a target tries its seeds, and then changes that bolero makes to them: a smoke test on any
//! machine. Built as `scripts/fuzz --whole` builds it, the same target is libFuzzer's, which sees what code an input
//! reaches and keeps what reaches more.

pub use bolero;

mod change;
pub mod harm;
mod kept;
pub mod place;
mod seeds;
pub mod workbook;

pub use change::Changed;
pub use kept::Kept;
pub use seeds::Seeds;

/// A target: `target!(name, function)`, or with further folders of seeds: `target!(name, function, "../letters")`.
#[macro_export]
macro_rules! target {
    ($name:ident, $try_one:path $(, $folder:literal)*) => {
        #[test]
        fn $name() {
            #[cfg(fuzzing)]
            $crate::bolero::check!().for_each(|input: &[u8]| $try_one(input));
            #[cfg(not(fuzzing))]
            {
                let seeds = $crate::Seeds::of(stringify!($name), &[$($folder),*]);
                let try_one = |input: &[u8]| {
                    let _kept = $crate::Kept::until_it_is_tried(stringify!($name), input);
                    $try_one(input);
                };
                seeds.inputs().for_each(try_one);
                $crate::bolero::check!()
                    .with_type::<$crate::Changed>()
                    .for_each(|changed: &$crate::Changed| try_one(&changed.made_from(&seeds)));
            }
        }
    };
}
