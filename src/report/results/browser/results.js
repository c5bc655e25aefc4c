'use strict';

// The results in another language: the numbers stay, the words change.
const DATA = JSON.parse(document.getElementById('data').textContent);
const at = (id) => document.getElementById(id);

function speak(tag) {
  const language = DATA.find((known) => known.tag === tag);
  document.documentElement.lang = tag;
  document.documentElement.dir = language.dir;
  for (const place of document.querySelectorAll('[data-word]')) place.textContent = language.words[place.dataset.word];
  for (const place of document.querySelectorAll('[data-country]')) place.textContent = language.countries[place.dataset.country];
  for (const place of document.querySelectorAll('[data-label]')) place.setAttribute('aria-label', language.words[place.dataset.label]);
  at('as-of').textContent = language.asOf;
  if (language.title) {
    at('title').textContent = language.title;
    document.title = language.title;
  }
}

const field = at('language');
for (const { tag, name } of DATA) {
  const option = document.createElement('option');
  option.value = tag;
  option.lang = tag;
  option.textContent = name;
  field.append(option);
}
field.value = document.documentElement.lang;
field.addEventListener('change', () => speak(field.value));
at('chooser').hidden = false;
