//! Abbreviated words in a country's name, written out: `N. Ireland`, `Czech Rep.`, `So. Korea`.

/// The names that a text may abbreviate; none where it has no abbreviated word, or nothing else.
pub(super) fn spelled_out(query: &str) -> Vec<String> {
    let spaced = query.replace('.', ". ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    if words.len() < 2 || words.len() > 8 {
        return Vec::new();
    }
    let mut names = vec![String::new()];
    let mut changed = false;
    for word in words {
        let long = long(word);
        changed |= long.is_some();
        let forms: Vec<&str> = long.map_or_else(|| vec![word], |long| long.split('|').collect());
        names = names
            .iter()
            .flat_map(|name| forms.iter().map(move |form| format!("{name} {form}").trim().to_owned()))
            .collect();
    }
    if changed { names } else { Vec::new() }
}

fn long(word: &str) -> Option<&'static str> {
    let bare = word.trim_end_matches(['.', ',']).to_lowercase();
    let row = LONG.iter().find(|(short, _)| *short == bare)?;
    Some(row.1)
}

const LONG: [(&str, &str); 30] = [
    ("n", "North|Northern"),
    ("no", "North|Northern"),
    ("nth", "North|Northern"),
    ("s", "South|Southern"),
    ("so", "South|Southern"),
    ("sth", "South|Southern"),
    ("e", "East"),
    ("w", "West|Western"),
    ("rep", "Republic"),
    ("repub", "Republic"),
    ("r", "Republic"),
    ("dem", "Democratic"),
    ("dom", "Dominican"),
    ("ppl", "People's"),
    ("st", "Saint"),
    ("ste", "Sainte"),
    ("is", "Islands"),
    ("isl", "Islands|Island"),
    ("isls", "Islands"),
    ("fed", "Federation|Federated"),
    ("utd", "United"),
    ("un", "United"),
    ("u", "United"),
    ("gt", "Great"),
    ("eq", "Equatorial"),
    ("terr", "Territory"),
    ("cent", "Central"),
    ("afr", "African|Africa"),
    ("emir", "Emirates"),
    ("k", "Kingdom"),
];

#[cfg(test)]
mod tests {
    use super::spelled_out;

    #[test]
    fn a_point_or_a_single_letter_abbreviates() {
        assert_eq!(spelled_out("N. Ireland"), ["North Ireland", "Northern Ireland"]);
        assert_eq!(spelled_out("Czech Rep."), ["Czech Republic"]);
        assert_eq!(spelled_out("S.Africa"), ["South Africa", "Southern Africa"]);
        assert_eq!(spelled_out("Japan"), [""; 0]);
    }
}
