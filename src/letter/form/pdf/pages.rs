//! The column cut into pages.

use super::galley::Strip;

/// A line in its place on a page, in points from the upper left corner.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Placed {
    pub(super) text: usize,
    pub(super) line: usize,
    pub(super) left: f32,
    pub(super) top: f32,
}

/// Where the column stands on the first page and on the others.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    pub(super) left: f32,
    pub(super) first_top: f32,
    pub(super) top: f32,
    pub(super) bottom: f32,
}

/// The lines of each page. A page ends where the next may begin, as late as it can.
pub(super) fn cut(strips: &[Strip], frame: Frame) -> Vec<Vec<Placed>> {
    let mut pages = Vec::new();
    let mut start = 0;
    loop {
        let top = if pages.is_empty() { frame.first_top } else { frame.top };
        let end = start + fitting(&strips[start..], frame.bottom - top);
        pages.push(place(&strips[start..end], frame.left, top));
        start = end;
        if start == strips.len() {
            return pages;
        }
    }
}

/// How many strips go onto a page of this height: at least one.
fn fitting(strips: &[Strip], height: f32) -> usize {
    let mut used = 0.0;
    for (number, strip) in strips.iter().enumerate() {
        if number > 0 && strip.must_begin_page {
            return number;
        }
        used += strip.height + if number == 0 { 0.0 } else { strip.gap };
        if used > height {
            let begins = (1..=number).rev().find(|&next| strips[next].may_begin_page);
            return begins.unwrap_or(number.max(1));
        }
    }
    strips.len()
}

fn place(strips: &[Strip], left: f32, mut top: f32) -> Vec<Placed> {
    let mut placed = Vec::new();
    for (number, strip) in strips.iter().enumerate() {
        if number > 0 {
            top += strip.gap;
        }
        if let Some(label) = strip.label {
            placed.push(Placed { text: label.text, line: 0, left: left + label.left, top: top + label.down });
        }
        placed.push(Placed { text: strip.text, line: strip.line, left: left + strip.left, top });
        top += strip.height;
    }
    placed
}

#[cfg(test)]
mod tests {
    use super::{Frame, Strip, cut};

    fn lines(may_begin_page: &[bool]) -> Vec<Strip> {
        let strip = |(text, may_begin_page): (usize, &bool)| Strip {
            text,
            line: 0,
            left: 0.0,
            gap: 1.0,
            height: 9.0,
            may_begin_page: *may_begin_page,
            must_begin_page: false,
            label: None,
        };
        may_begin_page.iter().enumerate().map(strip).collect()
    }

    fn cut_into(strips: &[Strip]) -> Vec<Vec<usize>> {
        let frame = Frame { left: 0.0, first_top: 60.0, top: 20.0, bottom: 100.0 };
        cut(strips, frame).iter().map(|page| page.iter().map(|line| line.text).collect()).collect()
    }

    #[test]
    fn the_first_page_has_less_room_than_the_others() {
        assert_eq!(
            cut_into(&lines(&[true; 13])),
            [vec![0, 1, 2, 3], vec![4, 5, 6, 7, 8, 9, 10, 11], vec![12]]
        );
    }

    #[test]
    fn what_must_not_begin_a_page_takes_the_line_before_it_along() {
        assert_eq!(cut_into(&lines(&[true, true, true, true, false])), [vec![0, 1, 2], vec![3, 4]]);
    }

    #[test]
    fn another_language_begins_a_page_of_its_own() {
        let mut strips = lines(&[true; 3]);
        strips[1].must_begin_page = true;
        assert_eq!(cut_into(&strips), [vec![0], vec![1, 2]]);
    }

    #[test]
    fn what_fits_no_page_is_cut_all_the_same() {
        assert_eq!(cut_into(&lines(&[false; 6])), [vec![0, 1, 2, 3], vec![4, 5]]);
    }
}
