//! Every error about a file begins with a place, and the place is one within the file.

/// Holds the places at the beginnings of lines of `told` against `input`, which was read as `file`: lines count from 1 to
/// the last, columns from 1 to one behind the last.
pub fn are_within(file: &str, input: &[u8], told: &str) {
    let line_ends = input.iter().filter(|byte| matches!(byte, b'\n' | b'\r')).count();
    for line in told.lines().filter_map(|line| line.strip_prefix(file)?.strip_prefix(':')) {
        let mut numbers = line.split(':');
        let mut number = || numbers.next()?.parse::<usize>().ok();
        let Some(line) = number() else { continue };
        assert!((1..=line_ends + 1).contains(&line), "line {line} of {}: {told}", line_ends + 1);
        if let Some(column) = number() {
            assert!((1..=input.len() + 1).contains(&column), "column {column} of {}: {told}", input.len());
        }
    }
}
