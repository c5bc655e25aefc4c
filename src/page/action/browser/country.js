
// Which country is meant: the look-up of src/country/find.rs, over the names of the page's languages.

const COUNTRIES = DATA.countries;
const PLACES = new Map(COUNTRIES.codes.map((code, place) => [code, place]));
const CODES_OF_THREE = new Map(
  COUNTRIES.alpha3.map((code, place) => [code, COUNTRIES.codes[place]]).filter(([code]) => code !== ''),
);
const ARTICLES = new Set(COUNTRIES.articles);
const DANGER = new Set(COUNTRIES.danger);
const NO_COUNTRIES = new Set(COUNTRIES.none);

// The longest text that is looked up, and the most names that are proposed.
const LONGEST = 200;
const MOST = 3;

// Letters that Unicode does not take apart, as people write them who do not have them on the keyboard.
const PLAIN = { 'ł': 'l', 'ø': 'o', 'đ': 'd', 'ð': 'd', 'æ': 'ae', 'œ': 'oe', 'ı': 'i', 'ħ': 'h', 'þ': 'th' };

function caseFolded(text) {
  return text.toLowerCase().replaceAll('ß', 'ss').replaceAll('ς', 'σ');
}

const NOT_KEPT = /[^\p{Alphabetic}\p{N}\p{M}]/gu;
const DROPPED_MARKS = /[\u0300-\u036F\u0591-\u05C7\u064B-\u065F\u0670]/gu;

// A name as it is looked up: without case, accents, punctuation and white space.
function fold(text) {
  const folded = caseFolded(text.normalize('NFKD')).normalize('NFKD');
  const bare = folded.replace(DROPPED_MARKS, '').replace(NOT_KEPT, '');
  return bare.replace(/[łøđðæœıħþ]/g, (letter) => PLAIN[letter]).normalize('NFC');
}

// A name with its accents.
function foldLightly(text) {
  return caseFolded(text.normalize('NFKC')).replace(NOT_KEPT, '').normalize('NFC');
}

// Folded names with the codes that each may mean: first what the page shows, then what the tables say otherwise.
const NAMES = new Map();
for (const language of LANGUAGES) {
  language.countries.forEach((name, place) => {
    const key = fold(name);
    NAMES.set(key, new Set([...(NAMES.get(key) ?? []), COUNTRIES.codes[place]]));
  });
}
for (const [name, codes] of Object.entries(COUNTRIES.aliases)) {
  if (codes === '') NAMES.delete(name);
  else NAMES.set(name, new Set(codes.split(' ')));
}

function countryName(code, language = spoken) {
  return language.countries[PLACES.get(code)];
}

// English puts an article before some countries in a sentence.
function runningName(code, language) {
  const name = countryName(code, language);
  return /^en(-|$)/i.test(language.tag) && ARTICLES.has(code) ? `the ${name}` : name;
}

// The code that these letters are, whatever their case.
function codeOf(letters) {
  if (!/^[A-Za-z]+$/.test(letters)) return undefined;
  const code = letters.toUpperCase();
  if (code.length === 2 && PLACES.has(code)) return code;
  return code.length === 3 ? CODES_OF_THREE.get(code) : undefined;
}

// Codes in small letters that are words of a language in which people answer forms, and short names that people write in
// any way (src/country/short.rs).
const WORDS = new Set('am and are as at be by can do he in is it me mr ms my no nor per si so to'.split(' '));
const SHORT_NAMES = new Set('us uk usa uae ksa png drc prc roc rok frg lao fsm man tai nga fas sin'.split(' '));

// Whether a text is written as codes are, and is no word besides.
function isWrittenAsACode(text) {
  return /^[A-Z]+$/.test(text) || (/^[a-z]+$/.test(text) && !WORDS.has(text));
}

// Whether a short name may be meant: in capitals, with points and hyphens between them, or one that is well known.
function mayBeAShortName(query, folded) {
  if (folded.length > 3 || !/^[\x00-\x7F]*$/.test(folded + query)) return true;
  return /^[A-Z. i-]*$/.test(query) || (/^[A-Za-z. -]*$/.test(query) && SHORT_NAMES.has(folded));
}

// The countries that a text as a whole may be.
function candidates(text, folded = fold(text)) {
  const query = text.trim();
  const called = (name) => [...(NAMES.get(name) ?? [])];
  // With its accents a short name is sure where without them it would be another country's code.
  const light = foldLightly(query);
  if (light !== folded && NAMES.has(light)) return called(light);
  const letters = isWrittenAsACode(query) ? codeOf(query) : undefined;
  if (letters !== undefined && /^[A-Z]+$/.test(query)) return [letters];
  if (!mayBeAShortName(query, folded)) return letters === undefined ? [] : [letters];
  let found = called(folded);
  // With points between them initials are a short name, and may be meant as the code too.
  const code = letters ?? (found.length > 0 ? codeOf(folded) : undefined);
  if (found.length === 0 && code === undefined) {
    const bare = folded.startsWith('the') ? folded.slice(3) : folded.endsWith('the') ? folded.slice(0, -3) : '';
    found = called(bare);
  }
  if (code !== undefined && !found.includes(code)) found.push(code);
  return found.sort((a, b) => DANGER.has(a) - DANGER.has(b));
}

// The countries that the parts of a text name together, such as "South Korea (KR)" or "Germany / Deutschland".
function ofParts(query) {
  const parts = query.split(/[,;/|()[\]（），、；／「」]| [-–—] /).filter((part) => fold(part) !== '');
  if (parts.length < 2 || parts.length > 5) return [];
  const meanings = parts.map((part) => candidates(part));
  return meanings.reduce((common, meaning) => common.filter((code) => meaning.includes(code)));
}

// Whether a city has its country's name, as Singapore, Luxembourg, Monaco and Djibouti have.
function isCalledAs(city, country) {
  const found = candidates(city);
  return found.length === 1 && found[0] === country;
}

// What a text means: { code }, or { refused } with the sentence; { unfinished } where more may be typed that is a name.
function findCountry(query) {
  const shown = [...query].slice(0, 60).join('');
  const folded = fold(query);
  if ([...query].length > LONGEST || folded === '') return { refused: say('page_refused_country', { text: shown }) };
  if (foldLightly(query) === folded && NO_COUNTRIES.has(folded)) {
    return { refused: say('page_refused_no_country', { text: shown }), unfinished: isBegun(folded) };
  }
  let found = candidates(query, folded);
  if (found.length === 0) found = ofParts(query);
  if (found.length === 1) return { code: found[0] };
  if (found.length > 1) return { refused: say('page_refused_ambiguous', { text: shown, names: inWords(found) }) };
  const word = codeOf(query.trim());
  const near = word === undefined ? nearest(folded) : [word].filter((code) => !DANGER.has(code));
  const meant = near.length > 0 ? ` ${say('page_did_you_mean', { names: inWords(near) })}` : '';
  return { refused: say('page_refused_country', { text: shown }) + meant, unfinished: isBegun(folded) };
}

function inWords(codes) {
  return codes.map((code) => `${countryName(code)} (${code})`).join(' / ');
}

// Whether a known name begins so.
function isBegun(folded) {
  for (const name of NAMES.keys()) if (name.length > folded.length && name.startsWith(folded)) return true;
  return false;
}

// The countries whose names begin so, or are a slip or two away. A country from where a letter would endanger its writer is
// offered to nobody (src/country/near.rs).
function nearest(folded) {
  const offered = (codes) => [...codes].filter((code) => !DANGER.has(code)).slice(0, MOST);
  const length = [...folded].length;
  if (length >= 5) {
    const begun = COUNTRIES.codes.filter((code) => fold(countryName(code)).startsWith(folded));
    if (begun.length > 0 && begun.length <= MOST) return offered(begun);
  }
  const allowed = length <= 3 ? 0 : length <= 7 ? 1 : length <= 12 ? 2 : 3;
  const found = new Map();
  for (const [name, codes] of NAMES) {
    if (allowed === 0 || Math.abs(name.length - folded.length) > allowed || name[0] !== folded[0]) continue;
    const distance = slips(name, folded);
    if (distance > allowed) continue;
    for (const code of codes) found.set(code, Math.min(distance, found.get(code) ?? distance));
  }
  const least = Math.min(...found.values());
  return offered([...found].filter(([, distance]) => distance === least).map(([code]) => code));
}

// How many letters have to be put in, taken out, changed or swapped (Damerau and Levenshtein, neighbours swapped once).
function slips(one, other) {
  const [a, b] = [[...one], [...other]];
  let before = [];
  let above = b.map((_, column) => column).concat(b.length);
  for (let row = 1; row <= a.length; row += 1) {
    const here = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const cost = a[row - 1] === b[column - 1] ? 0 : 1;
      here[column] = Math.min(here[column - 1] + 1, above[column] + 1, above[column - 1] + cost);
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        here[column] = Math.min(here[column], before[column - 2] + 1);
      }
    }
    [before, above] = [above, here];
  }
  return above[b.length];
}
