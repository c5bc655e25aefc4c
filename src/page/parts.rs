//! A page made of its file: what stands in it as `{name}` is a part that is put there.

/// The page, in which `part` writes what each `{name}` stands for.
pub(crate) fn filled(page: &str, room: usize, mut part: impl FnMut(&str, &mut String)) -> String {
    let mut html = String::with_capacity(room);
    let mut rest = page;
    while let Some((before, after)) = rest.split_once('{') {
        html.push_str(before);
        let (name, behind) = after.split_once('}').unwrap_or((after, ""));
        part(name, &mut html);
        rest = behind;
    }
    html.push_str(rest);
    html
}
