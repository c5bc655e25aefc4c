//! Which countries' numbers are shown: none by which few people could be recognized, nor any from which such a number could be
//! reckoned.

use std::cmp::Reverse;

use super::FEW;
use crate::country::Territory;

/// The hidden countries hold at least so many letters together.
const FEWEST_HIDDEN: u64 = 10;

/// What is shown of a country.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shown {
    /// Its letters.
    Letters(u64),
    /// That there are a few.
    Few,
    /// That there are some: it is hidden for the sake of others.
    Hidden,
}

/// The countries, those with the most letters first, the hidden ones last and by their names.
pub(super) fn shown(letters: Vec<(Territory, u64)>) -> Vec<(Territory, Shown)> {
    let mut letters: Vec<(Territory, u64)> = letters.into_iter().filter(|(_, sum)| *sum > 0).collect();
    letters.sort_by_key(|(country, sum)| (Reverse(*sum), country.code()));
    let mut few = letters.split_off(letters.partition_point(|(_, sum)| *sum >= FEW));
    let mut hidden = Vec::new();
    let (mut count, mut sum) = (few.len(), few.iter().map(|(_, sum)| sum).sum::<u64>());
    // From the total and the numbers shown, the sum of the hidden ones is known: it must be no country's own, and not small.
    while count > 0
        && (count < 2 || sum < FEWEST_HIDDEN)
        && let Some((country, letters)) = letters.pop()
    {
        hidden.push(country);
        count += 1;
        sum += letters;
    }
    few.sort_by_key(|(country, _)| country.name());
    hidden.sort_by_key(|country| country.name());
    let told = letters.into_iter().map(|(country, sum)| (country, Shown::Letters(sum)));
    let hidden = hidden.into_iter().map(|country| (country, Shown::Hidden));
    told.chain(hidden).chain(few.into_iter().map(|(country, _)| (country, Shown::Few))).collect()
}

#[cfg(test)]
mod tests {
    use super::{FEW, FEWEST_HIDDEN, Shown, shown};
    use crate::country::Territory;
    use proptest::prelude::*;

    fn case(letters: &[(&str, u64)]) -> Vec<(&'static str, Shown)> {
        let letters = letters.iter().map(|(code, sum)| (Territory::of_code(code).unwrap(), *sum)).collect();
        shown(letters).into_iter().map(|(country, shown)| (country.code(), shown)).collect()
    }

    #[test]
    fn a_country_with_few_letters_is_hidden_and_never_alone() {
        use Shown::{Few, Hidden, Letters};
        assert_eq!(
            case(&[("JP", 9), ("DE", 30), ("FR", 5)]),
            [("DE", Letters(30)), ("JP", Letters(9)), ("FR", Letters(5))]
        );
        assert_eq!(
            case(&[("JP", 9), ("DE", 30), ("FR", 4)]),
            [("DE", Letters(30)), ("JP", Hidden), ("FR", Few)]
        );
        assert_eq!(
            case(&[("JP", 30), ("DE", 4), ("FR", 4), ("IT", 4)]),
            [("JP", Letters(30)), ("FR", Few), ("DE", Few), ("IT", Few)]
        );
        assert_eq!(
            case(&[("JP", 30), ("DE", 1), ("FR", 1), ("IT", 5), ("ES", 6)]),
            [("JP", Letters(30)), ("IT", Hidden), ("ES", Hidden), ("FR", Few), ("DE", Few)]
        );
        assert_eq!(case(&[("JP", 50), ("DE", 0)]), [("JP", Letters(50))]);
        assert_eq!(case(&[("JP", 20), ("DE", 1)]), [("JP", Hidden), ("DE", Few)]);
    }

    proptest! {
        #[test]
        fn no_small_number_can_be_reckoned_from_those_shown(sums in proptest::collection::vec(0_u64..40, 1..30)) {
            let letters: Vec<_> = Territory::all().zip(sums.iter().copied()).collect();
            let shown = shown(letters);
            let told: u64 = shown.iter().map(|(_, shown)| if let Shown::Letters(sum) = shown { *sum } else { 0 }).sum();
            let hidden = shown.iter().filter(|(_, shown)| !matches!(shown, Shown::Letters(_))).count();
            let rest = sums.iter().sum::<u64>() - told;
            prop_assert!(hidden == 0 || rest >= FEWEST_HIDDEN && hidden > 1 || told == 0);
            for (_, shown) in shown {
                let is_many = !matches!(shown, Shown::Letters(sum) if sum < FEW);
                prop_assert!(is_many);
            }
        }
    }
}
