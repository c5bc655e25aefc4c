
// The page: reads the fields, shows the letter, and lets it out.

const at = (id) => document.getElementById(id);
const [languageField, nameField, countryField, cityField, noteField, missionField] =
  ['language', 'name', 'country', 'city', 'note', 'mission'].map(at);

// What can be done now: { to, subject, text }, where a letter is complete; `to` only where it may go by mail.
let ready = null;
// The country for which the missions are listed, so that a choice among them stays while other fields change.
let listedFor;
// The mission that is shown: consent to an unsure address is for one mission alone.
let shownMission;
// All missions with their countries' names, in the order of the language that is spoken: sorted once, not at every key.
let worldwide = [];
// The country field is being typed in: a name that may go on is no mistake yet.
let typing = false;

// An element with text in it: the only way in which this page makes any.
function element(name, text, attributes = {}) {
  const made = document.createElement(name);
  made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

// Changes an element's text only where it is another: screen readers speak when it changes.
function tell(id, text) {
  if (at(id).textContent !== text) at(id).textContent = text;
}

// Says what has just been done: to those who listen, and beside the buttons to those who look there.
function report(key) {
  tell('status', say(key));
  tell('done', say(key));
}

// What the fields say: the signer and the mission as far as they are known, and every refusal.
function read() {
  const refusals = [];
  const take = (checked) => {
    if (checked.refused) refusals.push(checked.refused);
    return checked.text ?? '';
  };
  const signer = {
    name: take(line(nameField.value, say('page_name'))),
    city: take(line(cityField.value, say('page_city'))),
    note: take(note(noteField.value, say('page_note'))),
    country: undefined,
  };
  const asked = take(line(countryField.value, say('page_country')));
  let isDanger = false;
  if (asked !== '') {
    const found = findCountry(asked);
    if (found.code !== undefined && DANGER.has(found.code)) {
      isDanger = true;
      const meant = found.code === 'KP' ? `${say('page_danger_korea')} ` : '';
      refusals.push(meant + say('page_danger', { country: countryName(found.code) }));
    } else if (found.code !== undefined) {
      signer.country = found.code;
    } else if (!(typing && found.unfinished)) {
      refusals.push(found.refused);
    }
  }
  return { signer, refusals, isDanger };
}

// Lists the missions for a country: its own first, the embassy before all; then the others, for those whose country has none.
function listMissions(country, isDanger) {
  const key = isDanger ? 'none' : `${country}`;
  if (key === listedFor) return;
  listedFor = key;
  missionField.replaceChildren();
  missionField.disabled = isDanger;
  if (isDanger) return;
  const rank = { embassy: 0, office: 1 };
  const own = MISSIONS.filter((mission) => mission.country === country);
  own.sort((a, b) => (rank[a.kind] ?? 2) - (rank[b.kind] ?? 2));
  const hasEmbassy = own.some((mission) => mission.kind in rank);
  if (!hasEmbassy) missionField.append(element('option', say('page_mission_choose'), { value: '' }));
  const option = (mission, name) => element('option', name, { value: mission.id });
  missionField.append(...own.map((mission) => option(mission, missionName(mission))));
  // Where a territory's letters go stands before the rest of the world.
  const state = COUNTRIES.states[country];
  const others = worldwide.filter(({ mission }) => mission.country !== country);
  const ofState = ({ mission }) => state !== undefined && mission.country === state;
  const group = element('optgroup', '', { label: say('page_mission_elsewhere') });
  for (const { mission, name } of [...others.filter(ofState), ...others.filter((other) => !ofState(other))]) {
    group.append(option(mission, name));
  }
  missionField.append(group);
  missionField.selectedIndex = 0;
}

function missionName(mission) {
  return `${say(`page_kind_${mission.kind.replaceAll('-', '_')}`)} – ${mission.city}`;
}

// Why a country's letter has no embassy of its own to go to.
function noEmbassy(country) {
  const state = COUNTRIES.states[country];
  const inState = MISSIONS.find((mission) => mission.country === state && mission.kind === 'embassy');
  if (!(country in DATA.missions.none) && inState) {
    return say('page_refused_territory', {
      territory: countryName(country), city: inState.city, state: countryName(state),
    });
  }
  return say('page_refused_none', { country: countryName(country) });
}

// Shows everything anew: the page is small enough never to ask what has changed.
function show() {
  const { signer, refusals, isDanger } = read();
  listMissions(signer.country, isDanger);
  const mission = MISSIONS.find((known) => known.id === missionField.value);
  if (signer.country !== undefined && !mission) refusals.push(noEmbassy(signer.country));
  if (mission?.id !== shownMission) at('unsure').checked = false;
  shownMission = mission?.id;
  const values = valuesFor(spoken, signer, mission);
  const inText = withCityOnce(spoken, values, signer.country);
  const subject = letterSubject(spoken, inText);
  if (refusals.length === 0 && [...subject].length > LINE_LIMIT) refusals.push(say('page_refused_subject'));
  const isRefused = refusals.length > 0;
  const isComplete = !isRefused && signer.name !== '' && signer.country !== undefined && mission !== undefined;
  tell('letter', isRefused ? '' : letterText(spoken, inText));
  at('subject').firstChild.textContent = isRefused ? '' : subject;
  tell('dateline', isRefused || !mission ? '' : placeAndDate(spoken, values));
  showAddress(isRefused ? undefined : mission, signer);
  const mayMail = mission?.email && (mission.emailSure !== 'low' || at('unsure').checked);
  ready = isComplete ? { to: mayMail ? mission.email : null, subject, text: letterText(spoken, inText) } : null;
  showWays(mission);
  at('status').classList.toggle('refused', isRefused);
  tell('done', '');
  tell('status', isRefused ? refusals.join(' ') : say(isComplete ? 'page_ready' : 'page_waiting'));
}

// The ways out in the order in which they are likely to work, and only those that do.
function showWays(mission) {
  const mail = at('mail');
  const short = at('mail-short');
  const [ways, first] = [at('ways'), (id) => at(id).closest('li')];
  let isLong = false;
  for (const link of [mail, short]) link.removeAttribute('href');
  if (ready?.to) {
    mail.href = longLink(ready.to, ready.subject, ready.text);
    short.href = shortLink(ready.to, ready.subject);
    isLong = mail.getAttribute('href').length > LINK_LIMIT;
  }
  at('long').hidden = !isLong;
  for (const id of ['copy', 'print']) at(id).disabled = !ready;
  at('save').disabled = !ready?.to;
  for (const button of at('webmail').querySelectorAll('button')) button.disabled = !ready?.to;
  const order = isLong ? ['mail-short', 'mail', 'copy', 'print', 'save'] : ['mail', 'mail-short', 'copy', 'print', 'save'];
  if (mission && !mission.email) order.sort((a, b) => (b === 'print') - (a === 'print'));
  const there = [...ways.children].map((item) => item.firstElementChild.id);
  // Moving an element takes the focus from it: only where the order is another.
  if (there.join() !== order.join()) ways.append(...order.map(first));
}

// A date isolated, so that it keeps its order in a line from right to left (UAX #9).
function inOrder(date) {
  return `\u2066${date}\u2069`;
}

// Street and e-mail of the mission, when they were last checked, and how sure they are.
function showAddress(mission, signer) {
  const block = at('address');
  at('doubt').hidden = !(mission?.email && mission.emailSure === 'low');
  block.replaceChildren();
  tell('window', '');
  if (!mission) return;
  const official = DATA.missions.kinds[mission.kind];
  const capitals = countryName(mission.country, ENGLISH).toUpperCase();
  const list = element('dl', '');
  const standing = (checked, sure) => `${say('page_checked', { date: inOrder(checked) })}, ${say(`page_sure_${sure}`)}`;
  const entry = (label, parts) => {
    const value = element('dd', '');
    value.append(...parts);
    list.append(element('dt', say(label)), value);
  };
  const quiet = (text) => element('div', text, { class: 'quiet' });
  const old = (checked) => (isOld(checked) ? [quiet(say('page_old'))] : []);
  if (mission.street.length > 0) {
    const lines = [official, ...mission.street, capitals].flatMap((text) => [text, element('br', '')]);
    const address = element('span', '', { lang: 'en', dir: 'auto' });
    address.append(...lines);
    entry('page_post', [address, quiet(standing(mission.checked, mission.sure)), ...old(mission.checked)]);
  } else {
    entry('page_post', [say('page_no_post')]);
  }
  // Within the country the post does not want its name (the same rule as for letters on paper).
  const abroad = signer.country === mission.country ? [] : [capitals];
  tell('window', [official, ...(mission.street.length > 0 ? mission.street : [mission.city]), ...abroad].join('\n'));
  if (mission.email) {
    const address = element('span', mission.email, { dir: 'ltr' });
    const facts = quiet(standing(mission.emailChecked, mission.emailSure));
    entry('page_email', [address, facts, ...old(mission.emailChecked)]);
  } else {
    entry('page_email', [say('page_no_email')]);
  }
  if (mission.website && /^https?:\/\//.test(mission.website)) {
    const link = element('a', mission.website, { href: mission.website, rel: 'noreferrer noopener', target: '_blank', dir: 'ltr' });
    entry('page_website', [link]);
  }
  if (mission.warning) entry('page_known', [element('span', mission.warning, { lang: 'en', dir: 'ltr' })]);
  block.append(list);
}

// Speaks and writes in another language.
function speak(language) {
  spoken = language;
  const [tag, dir] = language.said;
  document.documentElement.lang = tag;
  document.documentElement.dir = dir;
  for (const place of document.querySelectorAll('[data-word]')) place.textContent = say(place.dataset.word);
  const title = DATA.title ?? say('page_title');
  document.title = title;
  tell('title', title);
  for (const id of ['sheet', 'letter']) {
    at(id).lang = language.tag;
    at(id).dir = language.dir;
  }
  at('unreviewed').hidden = !language.unreviewed;
  tell('source', say('page_source', { source: language.source }));
  tell('checked', say('page_addresses_checked', { date: inOrder(NEWEST) }));
  if (DATA.contact) {
    const [before, after] = say('page_contact', { contact: '\n' }).split('\n');
    const link = element('a', DATA.contact, { href: `mailto:${DATA.contact}`, rel: 'noreferrer noopener' });
    at('contact').replaceChildren(before, link, after);
  }
  languageField.value = language.tag;
  const order = new Intl.Collator(tag);
  worldwide = MISSIONS.map((mission) => ({ mission, name: `${countryName(mission.country)}: ${missionName(mission)}` }));
  worldwide.sort((a, b) => order.compare(a.name, b.name));
  const names = [...language.countries].sort(order.compare);
  at('countries').replaceChildren(...names.map((name) => element('option', '', { value: name })));
  offer();
  // The same missions under their names in this language, and the same choice among them.
  const chosen = missionField.value;
  listedFor = undefined;
  const { signer, isDanger } = read();
  listMissions(signer.country, isDanger);
  if ([...missionField.options].some((option) => option.value === chosen)) missionField.value = chosen;
  show();
}

// The page's language that one of the browser's means: itself, else the same language in the same script.
function browsersLanguage() {
  const script = (tag) => (/^zh/i.test(tag) ? (/hant|tw|hk|mo/i.test(tag) ? 'hant' : 'hans') : '');
  for (const wanted of navigator.languages ?? []) {
    const same = (tag) => tag.split('-')[0].toLowerCase() === wanted.split('-')[0].toLowerCase();
    const found =
      LANGUAGES.find(({ tag }) => tag.toLowerCase() === wanted.toLowerCase()) ??
      LANGUAGES.find(({ tag }) => same(tag) && script(tag) === script(wanted));
    if (found) return found;
  }
  return undefined;
}

// One line that offers the browser's language, in that language; nobody is moved unasked.
function offer() {
  const found = DATA.offers ? browsersLanguage() : undefined;
  at('offer').hidden = !found || found === spoken;
  if (!found) return;
  const button = at('offered');
  button.textContent = found.sentences.get('page_offer');
  [button.lang, button.dir] = found.said;
  button.onclick = () => speak(found);
}

const ENGLISH = { tag: 'en', countries: DATA.countries.english };
const NEWEST = DATA.missions.newest;

// What happens when a way out is taken. Each says so in #status.
async function copyAndTell(done) {
  const isCopied = await copyText(ready.text);
  report(isCopied ? done : 'page_copy_failed');
}

for (const id of ['mail', 'mail-short']) {
  at(id).addEventListener('click', (event) => {
    if (ready?.to) copyAndTell('page_mail_opened');
    else event.preventDefault();
  });
}
at('copy').addEventListener('click', () => ready && copyAndTell('page_copied'));
at('print').addEventListener('click', () => ready && window.print());
at('save').addEventListener('click', () => {
  if (!ready?.to) return;
  saveFile('letter.eml', draft(ready.to, ready.subject, ready.text), 'message/rfc822');
  report('page_saved');
});
for (const provider of DATA.webmail) {
  const button = element('button', provider.name, { type: 'button', id: provider.id, class: 'way', disabled: '' });
  button.addEventListener('click', () => {
    if (!ready?.to) return;
    const { url, whole } = composePage(provider, ready.to, ready.subject, ready.text);
    if (!whole) copyAndTell('page_webmail_paste');
    window.open(url, '_blank', 'noopener,noreferrer');
  });
  const item = element('li', '');
  item.append(button);
  at('webmail').append(item);
}

for (const language of LANGUAGES) {
  languageField.append(element('option', language.name, { value: language.tag, lang: language.tag }));
}
languageField.addEventListener('change', () => speak(LANGUAGES.find(({ tag }) => tag === languageField.value)));
countryField.addEventListener('input', () => { typing = true; });
for (const event of ['change', 'blur']) {
  countryField.addEventListener(event, () => {
    typing = false;
    show();
  });
}
at('form').addEventListener('input', show);
at('form').addEventListener('submit', (event) => event.preventDefault());
at('unsure').addEventListener('change', show);
// A page that comes back from the browser's memory may have its fields filled.
window.addEventListener('pageshow', show);

speak(spoken);
