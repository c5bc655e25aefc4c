
// The letter as a link, as a draft's file, on a provider's page, and on the clipboard. Nothing here sends anything.

// The longest link that mail programs take whole, and the longest that providers' pages take.
const LINK_LIMIT = 2048;
const PAGE_LIMIT = 8000;

// Everything but letters, digits and -._~ as percent signs with the bytes of UTF-8 (RFC 3986 §2.3).
function encoded(text) {
  return encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

// The link that opens a draft with address and subject (RFC 6068).
function shortLink(to, subject) {
  const at = to.lastIndexOf('@');
  return `mailto:${encoded(to.slice(0, at))}@${encoded(to.slice(at + 1))}?subject=${encoded(subject)}`;
}

function longLink(to, subject, text) {
  return `${shortLink(to, subject)}&body=${encoded(text.trimEnd().replaceAll('\n', '\r\n'))}`;
}

// A provider's page for a new message: { url, whole }, where `whole` says whether the letter is in it.
function composePage(provider, to, subject, text) {
  const head = `${provider.url}${provider.to}=${encoded(to)}&${provider.subject}=${encoded(subject)}`;
  const url = `${head}&${provider.body}=${encoded(text.trimEnd().replaceAll('\n', '\r\n'))}`;
  return url.length <= PAGE_LIMIT ? { url, whole: true } : { url: head, whole: false };
}

function base64(text) {
  let binary = '';
  for (const byte of new TextEncoder().encode(text)) binary += String.fromCharCode(byte);
  return btoa(binary);
}

// A header field of any text: as it stands where it is plain and short, else as encoded words of whole characters (RFC 2047).
function header(name, text) {
  const plain = /^[!-~]+( [!-~]+)*$/.test(text) && !text.includes('=?');
  if (plain && name.length + 2 + text.length <= 76) return `${name}: ${text}\r\n`;
  const words = [];
  let word = '';
  for (const character of text) {
    // 45 bytes make 60 letters of base64; with the word's own 12, and the field's name, a line stays under 76.
    const room = words.length === 0 ? 36 : 45;
    if (new TextEncoder().encode(word + character).length > room) {
      words.push(word);
      word = '';
    }
    word += character;
  }
  words.push(word);
  return `${name}: ${words.map((part) => `=?utf-8?B?${base64(part)}?=`).join('\r\n ')}\r\n`;
}

// A draft for a mail program, which adds From, Date and Message-ID itself. `X-Unsent` is what makes it open for editing.
function draft(to, subject, text) {
  const body = base64(`${text.replaceAll('\n', '\r\n')}\r\n`).replace(/.{76}/g, '$&\r\n');
  return (
    `X-Unsent: 1\r\nTo: ${to}\r\n${header('Subject', subject)}MIME-Version: 1.0\r\n` +
    'Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n' +
    `${body.endsWith('\r\n') ? body : `${body}\r\n`}`
  );
}

// Hands a file to the browser, which saves it.
function saveFile(name, text, type) {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  // The browser reads it after the click.
  setTimeout(() => URL.revokeObjectURL(url), 60000);
}

// Puts a text on the clipboard; tells whether that went well.
async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyByHand(text);
  }
}

// For browsers that keep the clipboard from pages of a file or a frame.
function copyByHand(text) {
  const field = document.createElement('textarea');
  field.value = text;
  field.setAttribute('readonly', '');
  field.className = 'screen';
  const focused = document.activeElement;
  document.body.append(field);
  field.select();
  let done = false;
  try {
    done = document.execCommand('copy');
  } catch {
    done = false;
  }
  field.remove();
  if (focused instanceof HTMLElement) focused.focus();
  return done;
}
