//! The world with the countries written to: outlines from Natural Earth 1:110m, made by `scripts/world_map.py`; a country too
//! small for an outline is a dot.

use std::fmt::Write as _;

use super::hidden::Shown;
use crate::country::Territory;
use crate::letter::form::html::escape;

const OUTLINES: &str = include_str!("world.tsv");

/// From how many letters on a country is in which class of colour; hidden ones are in the first.
const STEPS: [u64; 5] = [5, 20, 100, 500, 2_500];

/// The class of a country's colour: how it is told from those with more, and the same for all that are hidden.
pub(super) fn class(shown: Shown) -> usize {
    match shown {
        Shown::Letters(sum) => STEPS.iter().filter(|step| sum >= **step).count(),
        Shown::Few | Shown::Hidden => 0,
    }
}

/// What each class of colour stands for: from how many letters to how many.
pub(super) fn legend() -> impl Iterator<Item = (usize, String)> {
    STEPS.iter().enumerate().map(|(number, from)| match STEPS.get(number + 1) {
        Some(next) => (number + 1, format!("{from} – {}", next - 1)),
        None => (number + 1, format!("{from} +")),
    })
}

/// The map; `name` is what a reader hears of it.
pub(super) fn draw(html: &mut String, countries: &[(Territory, Shown)], name: &str) {
    let _ = writeln!(
        html,
        "<svg class=\"map\" viewBox=\"0 0 1000 450\" role=\"img\" data-label=\"results_countries\" aria-label=\"{}\">",
        escape(name)
    );
    let mut dots = String::new();
    for (code, shape) in OUTLINES.lines().filter_map(|line| line.split_once('\t')) {
        let shown = countries.iter().find(|(country, _)| country.code() == code).map(|(_, shown)| *shown);
        let class = shown.map_or_else(|| "land".to_owned(), |shown| format!("c{}", class(shown)));
        match (shape.split_once(' '), shown) {
            (Some(_), _) if shape.starts_with('M') => {
                let _ = writeln!(html, "<path class=\"{class}\" d=\"{shape}\"/>");
            }
            // Where nobody was written to, a dot in the sea would only be a riddle.
            (Some((x, y)), Some(_)) => {
                let _ = writeln!(dots, "<circle class=\"{class}\" cx=\"{x}\" cy=\"{y}\" r=\"4\"/>");
            }
            _ => {}
        }
    }
    html.push_str(&dots);
    html.push_str("</svg>\n");
}

#[cfg(test)]
mod tests {
    use super::{OUTLINES, Shown, class, legend};
    use crate::embassy::{AddressBook, Kind};

    #[test]
    fn every_country_with_an_embassy_is_on_the_map() {
        let codes: Vec<&str> = OUTLINES.lines().filter_map(|line| Some(line.split_once('\t')?.0)).collect();
        let book = AddressBook::builtin();
        for row in book.missions().filter(|row| row.kind == Kind::Embassy) {
            assert!(codes.contains(&row.country.code()), "{:?}", row.country);
        }
        assert!(OUTLINES.len() < 40_000);
    }

    #[test]
    fn hidden_countries_look_alike_and_every_class_has_its_place_in_the_legend() {
        assert_eq!((class(Shown::Few), class(Shown::Hidden)), (0, 0));
        let classes = [5, 19, 20, 100, 2_499, 2_500, 100_000].map(|sum| class(Shown::Letters(sum)));
        assert_eq!(classes, [1, 1, 2, 3, 4, 5, 5]);
        assert_eq!(legend().last(), Some((5, "2500 +".to_owned())));
    }
}
