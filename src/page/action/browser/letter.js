
// The letter: paragraphs that the command has set, with the reader's values in their gaps.

// The gaps by their numbers (src/letter/gapped.rs).
const GAPS = ['name', 'city', 'country', 'theCountry', 'note', 'embassyCity', 'embassyCountry', 'embassyTheCountry', 'date'];

function filled(pieces, values) {
  if (typeof pieces === 'string') return pieces;
  return pieces.map((piece) => (typeof piece === 'number' ? values[GAPS[piece]] : piece)).join('');
}

// The values for a letter in `language`; a signer or a mission that is not there yet leaves its place in brackets.
function valuesFor(language, signer, mission) {
  const country = signer.country;
  return {
    name: signer.name || say('page_your_name'),
    city: signer.city,
    country: country ? countryName(country, language) : say('page_your_country'),
    theCountry: country ? runningName(country, language) : say('page_your_country'),
    note: signer.note,
    embassyCity: mission ? mission.city : '…',
    embassyCountry: mission ? countryName(mission.country, language) : '…',
    embassyTheCountry: mission ? runningName(mission.country, language) : '…',
    date: dateIn(mission ? mission.zone : undefined, language),
  };
}

// Which of the four forms of a letter it is: without city and note, with the city, with the note, with both.
function formOf(values) {
  return (values.city ? 1 : 0) + (values.note ? 2 : 0);
}

// "Singapore, Singapore" is said once, where the text has a way to say it.
function withCityOnce(language, values, country) {
  const once = language.letter.saysCityOnce && values.city && isCalledAs(values.city, country);
  return once ? { ...values, city: '' } : values;
}

function letterText(language, values) {
  const { paragraphs, texts } = language.letter;
  return texts[formOf(values)].map((place) => filled(paragraphs[place], values)).join('\n\n');
}

function letterSubject(language, values) {
  const { subjects } = language.letter;
  return filled(subjects.length === 1 ? subjects[0] : subjects[formOf(values)], values);
}

// Year, month and day of now in a time zone, by the browser's clock; a browser older than the zone's name has its own.
function today(zone) {
  const parts = { year: 'numeric', month: 'numeric', day: 'numeric' };
  const inZone = (timeZone) => new Intl.DateTimeFormat('en-u-ca-gregory-nu-latn', { timeZone, ...parts });
  let format;
  try {
    format = inZone(zone);
  } catch {
    format = inZone(undefined);
  }
  const found = new Map(format.formatToParts(new Date()).map((part) => [part.type, Number(part.value)]));
  return { year: found.get('year'), month: found.get('month'), day: found.get('day') };
}

// Today as the language writes it.
function dateIn(zone, language) {
  const { year, month, day } = today(zone);
  const manner = language.date;
  const two = (number) => String(number).padStart(2, '0');
  const parts = {
    '{d}': day === 1 ? manner.first : day, '{m}': month, '{M}': manner.months[month - 1], '{y}': year + manner.years,
    '{0d}': two(day), '{0m}': two(month),
  };
  return manner.full.replace(/\{\w+\}/g, (part) => parts[part]);
}

// "Osaka, December 2, 2026", or the date alone, which then begins with a capital. From right to left an unseen mark ends a
// name in Latin letters (UAX #9, W7).
function placeAndDate(language, values) {
  const parts = { '{city}': values.city + (language.dir === 'rtl' ? '\u200F' : ''), '{date}': values.date };
  const put = (pattern) => pattern.replace(/\{\w+\}/g, (part) => parts[part]);
  if (values.city) return put(language.date.dateline);
  const [first = '', ...rest] = put(language.date.alone);
  return first.toUpperCase() + rest.join('');
}

// Whether a fact is older than three years; its date is a year, a month or a day.
function isOld(checked) {
  const [year, month = 1, day = 1] = checked.split('-').map(Number);
  const now = today('UTC');
  const passed = now.month > month || (now.month === month && now.day >= day);
  return now.year - year - (passed ? 0 : 1) >= 3;
}
