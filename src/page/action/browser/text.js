
// Text that may stand in a letter: the rules of src/plain_text.rs.

// C0 and C1 controls, line and paragraph separators, bidi overrides, embeddings and isolates, half characters, and code points
// that are no characters.
const FORBIDDEN = /[\p{Cc}\p{Cs}\u2028\u2029\u202A-\u202E\u2066-\u2069\uFEFF\uFDD0-\uFDEF]|\p{NChar}/u;

// White space and the characters of no width: a name of these alone would be no name.
const VISIBLE = /[^\p{White_Space}\u00AD\u200B-\u200F\u2060-\u2064\u3164]/u;

// Spaces, but no control character: that was no slip of the space bar.
const SPACE = '[\\u0020\\u00A0\\u1680\\u2000-\\u200A\\u202F\\u205F\\u3000]';
const AROUND = new RegExp(`^${SPACE}+|${SPACE}+$`, 'gu');

// Characters that nobody sees, which come along with a copy from a web page. A joiner between letters that it shapes stays.
const DROPPED = /[\u00AD\u200B-\u200F\u2060-\u2064\u180E]/u;
const SHAPED =
  /[\u0600-\u08FF\u0900-\u0DFF\u1000-\u109F\u1780-\u18AF\uFB50-\uFEFC\u2600-\u27BF\u{1F000}-\u{1FAFF}]/u;

function withoutInvisible(text) {
  let seen = '';
  let last = '';
  const characters = [...text];
  characters.forEach((character, place) => {
    const isJoiner = character === '\u200C' || character === '\u200D';
    const joins = isJoiner && SHAPED.test(last) && SHAPED.test(characters[place + 1] ?? '');
    if (joins || !DROPPED.test(character)) {
      seen += character;
      last = character;
    }
  });
  return seen;
}

// White space of several characters is one space; a single one stays as it is.
function joinedSpaces(text) {
  return text.replace(new RegExp(`${SPACE}{2,}`, 'gu'), ' ');
}

const LINE_LIMIT = 200;
const NOTE_LIMIT = 2000;

// A field's text: { text } if it may stand in a letter (empty, where nothing was given), else { refused } with the sentence.
function checkedText(text, limit, label) {
  const forbidden = text.match(FORBIDDEN);
  if (forbidden) {
    const code = forbidden[0].codePointAt(0).toString(16).toUpperCase().padStart(4, '0');
    return { refused: say('page_refused_control', { field: label, character: `U+${code}` }) };
  }
  if (!VISIBLE.test(text)) return { refused: say('page_refused_empty', { field: label }) };
  const length = [...text].length;
  if (length > limit) return { refused: say('page_refused_long', { field: label, length, limit }) };
  return { text };
}

function line(text, label) {
  if (text.replace(AROUND, '') === '') return { text: '' };
  return checkedText(joinedSpaces(withoutInvisible(text).replace(AROUND, '')), LINE_LIMIT, label);
}

// A note's line breaks are spaces.
function note(text, label) {
  if (text.replace(/[\r\n]/g, '').replace(AROUND, '') === '') return { text: '' };
  const seen = withoutInvisible(text).replace(/^[\r\n ]+|[\r\n ]+$/g, '');
  return checkedText(seen.replace(/\r\n|[\r\n]/g, ' ').replace(AROUND, ''), NOTE_LIMIT, label);
}
