
// Text that may stand in a letter: the rules of src/plain_text.rs.

// C0 and C1 controls, line and paragraph separators, bidi overrides, embeddings and isolates, half characters, and code points
// that are no characters.
const FORBIDDEN = /[\p{Cc}\p{Cs}\u2028\u2029\u202A-\u202E\u2066-\u2069\uFEFF\uFDD0-\uFDEF]|\p{NChar}/u;

// White space and the characters of no width: a name of these alone would be no name.
const VISIBLE = /[^\p{White_Space}\u00AD\u200B-\u200F\u2060-\u2064\u3164]/u;

// Spaces, but no control character: that was no slip of the space bar.
const SPACES = '[\\u0020\\u00A0\\u1680\\u2000-\\u200A\\u202F\\u205F\\u3000]+';
const AROUND = new RegExp(`^${SPACES}|${SPACES}$`, 'gu');

const LINE_LIMIT = 200;
const NOTE_LIMIT = 2000;

// A field's text: { text } if it may stand in a letter (empty, where nothing was given), else { refused } with the sentence.
function checkedText(text, limit, label) {
  const trimmed = text.replace(AROUND, '');
  if (trimmed === '') return { text: '' };
  const forbidden = trimmed.match(FORBIDDEN);
  if (forbidden) {
    const code = forbidden[0].codePointAt(0).toString(16).toUpperCase().padStart(4, '0');
    return { refused: say('page_refused_control', { field: label, character: `U+${code}` }) };
  }
  if (!VISIBLE.test(trimmed)) return { refused: say('page_refused_empty', { field: label }) };
  const length = [...trimmed].length;
  if (length > limit) return { refused: say('page_refused_long', { field: label, length, limit }) };
  return { text: trimmed };
}

function line(text, label) {
  return checkedText(text, LINE_LIMIT, label);
}

// A note's line breaks are spaces.
function note(text, label) {
  const joined = text.replace(/^[\r\n ]+|[\r\n ]+$/g, '').replace(/\r\n|[\r\n]/g, ' ');
  return checkedText(joined, NOTE_LIMIT, label);
}
