
// The data of the page, taken apart: everything here was made by the command from the same tables as its own letters.
const DATA = JSON.parse(document.getElementById('data').textContent);

// A mission of China that can be written to. The rows lie in fixed places (src/page/action/missions.rs).
const MISSIONS = DATA.missions.rows.map((row) => {
  const [country, kind, city, zone, street, checked, sure, email, emailChecked, emailSure, website, warning] = row;
  return {
    id: `${country}/${kind}/${city}`, country, kind, city, zone: DATA.missions.zones[zone], street, checked, sure, email,
    emailChecked, emailSure, website, warning,
  };
});

// The languages, the first being the one in which the page opens.
const LANGUAGES = DATA.languages.map((language) => ({
  ...language,
  sentences: new Map(DATA.keys.map((key, place) => [key, language.words[place]])),
}));

// The language in which the page speaks now.
let spoken = LANGUAGES[0];

// A sentence of the page with its values. What a value holds is text: braces in it are not looked at again.
function say(key, values = {}) {
  return spoken.sentences.get(key).replace(/\{(\w+)\}/g, (_, name) => values[name]);
}
