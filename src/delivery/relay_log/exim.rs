//! Exim names the Message-ID on the line on which it takes the message.
//!
//! `2026-12-02 12:00:00 1qABCD-000001-2x <= sender H=(helo) [address] P=esmtp S=2345 id=local@domain T="subject"`: sender,
//! greeting and subject are a stranger's words, in quotation marks or brackets where they hold a space.

/// The Message-ID that an arrival names, if it names one; nothing for any other line.
pub(super) fn arrival(line: &str) -> Option<impl Iterator<Item = &str>> {
    let (head, fields) = line.split_once(" <= ")?;
    // Date and time, perhaps a zone and a process, and the message's own id.
    let words: Vec<&str> = head.split(' ').collect();
    let (id, before) = words.split_last()?;
    let begins_with_a_date = before.first().is_some_and(|date| date.len() == 10 && date.starts_with("20"));
    if !begins_with_a_date || !(2..=4).contains(&before.len()) || !is_a_message(id) {
        return None;
    }
    // Behind the subject nothing is looked at, nor behind the words that lists of addresses begin with.
    let named = fields_of(fields)
        .skip(1)
        .take_while(|field| !field.starts_with("T=") && *field != "from" && *field != "for")
        .find_map(|field| field.strip_prefix("id="));
    Some(named.into_iter())
}

/// Three groups of letters and digits: 6, 6 and 2 of them, or 6, 11 and 4 since Exim 4.97.
fn is_a_message(id: &str) -> bool {
    let groups: Vec<&str> = id.split('-').collect();
    let lengths: Vec<usize> = groups.iter().map(|group| group.len()).collect();
    matches!(lengths[..], [6, 6, 2] | [6, 11, 4])
        && groups.iter().all(|group| group.bytes().all(|b| b.is_ascii_alphanumeric()))
}

/// The fields of a line: at spaces, but for those within quotation marks or round brackets.
fn fields_of(line: &str) -> impl Iterator<Item = &str> {
    let mut rest = line;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(' ');
        if rest.is_empty() {
            return None;
        }
        let (mut quoted, mut depth, mut escaped) = (false, 0_u32, false);
        let end = rest.char_indices().find_map(|(at, c)| {
            if escaped {
                escaped = false;
                return None;
            }
            match c {
                '\\' => escaped = true,
                '"' => quoted = !quoted,
                '(' if !quoted => depth += 1,
                ')' if !quoted => depth = depth.saturating_sub(1),
                ' ' if !quoted && depth == 0 => return Some(at),
                _ => {}
            }
            None
        });
        let (field, left) = rest.split_at(end.unwrap_or(rest.len()));
        rest = left;
        Some(field)
    })
}
