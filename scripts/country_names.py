#!/usr/bin/env python3
"""Makes src/country/{territories,names,display,spoken}.tsv from a pinned release of Unicode CLDR (licence Unicode-3.0), and
tests/golden/cldr_country_names.tsv: every name as CLDR writes it, against which the look-up is counted.

It downloads nothing. Fetch the pinned packages, unpack them, and name their folders:

    npm pack cldr-localenames-full@48.0.0 cldr-core@48.0.0
    for f in cldr-*.tgz; do mkdir -p "${f%.tgz}" && tar xzf "$f" -C "${f%.tgz}" --strip-components=1; done
    scripts/country_names.py cldr-localenames-full-48.0.0 cldr-core-48.0.0
"""

import collections
import json
import pathlib
import re
import sys
import unicodedata

ROOT = pathlib.Path(__file__).resolve().parent.parent
HERE = ROOT / "src" / "country"
LETTER_LANGUAGES = "en ja ko zh zh-Hant fr de es pt it nl pl cs ru uk sv ar hi th vi id mn".split()
# Where a letter's language is called otherwise than CLDR's locale.
TAGS = {"zh": "zh-Hans"}
# The everyday English name, where CLDR's standard one is another.
EVERYDAY = {
    "CD": "Democratic Republic of the Congo", "CG": "Republic of the Congo", "HK": "Hong Kong", "MO": "Macau",
    "MM": "Myanmar", "PS": "Palestine",
}
# Names that stand with "the" in a sentence.
WITH_ARTICLE = set(
    "AE AX BS CC CD CF CG CK DO FK FO GB GM GS HM IC IM IO KM KY MH MP MV NL PH PN SB SC TC TF UM US VG VI".split()
)
# In a language's display names the short form is what a letter wants.
SHORT_IN_DISPLAY = {"HK", "MO", "MM", "PS"}
NOT_TERRITORIES = {"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"}
PLAIN = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "ð": "d", "þ": "th"})


def is_dropped_mark(c):
    """Accents of Latin, Greek and Cyrillic, Hebrew points, Arabic vowel signs: not those that make other letters."""
    n = ord(c)
    return 0x300 <= n <= 0x36F or 0x591 <= n <= 0x5C7 or 0x64B <= n <= 0x65F or n == 0x670


def bare(text):
    return "".join(c for c in text if unicodedata.category(c)[0] in "LNM")


def fold(text):
    """The same as `fold` in src/country/fold.rs."""
    text = unicodedata.normalize("NFKD", text).casefold()
    text = "".join(c for c in unicodedata.normalize("NFKD", text) if not is_dropped_mark(c))
    return unicodedata.normalize("NFC", bare(text.translate(PLAIN)))


def fold_lightly(text):
    return unicodedata.normalize("NFC", bare(unicodedata.normalize("NFKC", text).casefold()))


def main(names_folder, core_folder):
    names_folder, core_folder = pathlib.Path(names_folder), pathlib.Path(core_folder)
    levels = json.loads((core_folder / "coverageLevels.json").read_text("utf-8"))["effectiveCoverageLevels"]
    mappings = json.loads((core_folder / "supplemental/codeMappings.json").read_text("utf-8"))
    mappings = mappings["supplemental"]["codeMappings"]
    locales = sorted(
        folder.name for folder in (names_folder / "main").iterdir() if levels.get(folder.name) == "modern" and (folder / "territories.json").exists()
    )

    def territories(locale):
        data = json.loads((names_folder / "main" / locale / "territories.json").read_text("utf-8"))
        return data["main"][locale]["localeDisplayNames"]["territories"]

    english = territories("en")
    codes = sorted(c for c in english if re.fullmatch("[A-Z]{2}", c) and c not in NOT_TERRITORIES)
    short_codes = {c.lower() for c in codes}
    alpha3 = {c: "XKX" if c == "XK" else mappings.get(c, {}).get("_alpha3", "") for c in codes}
    short_codes |= {a.lower() for a in alpha3.values() if a}

    names = collections.defaultdict(set)
    as_written = collections.defaultdict(set)
    # By locale, the keys of its names: a page that speaks a language knows these, and not the other seventeen thousand.
    spoken = collections.defaultdict(set)
    speaker = "en"

    def add(name, *found):
        key = fold(name)
        if not key:
            return
        spoken[speaker] |= {key, fold_lightly(name)}
        light = fold_lightly(name)
        if key in short_codes and light != key:
            # "Áo" is Austria in Vietnamese, "AO" is Angola's code: with its accent the name is sure.
            names[light].update(found)
            return
        names[key].update(found)

    for locale in locales:
        of = territories(locale)
        speaker = locale
        for key, name in of.items():
            code = key.split("-alt-")[0]
            if code not in codes or key.endswith("-alt-chagos"):
                continue
            as_written[code].add(name)
            add(name, code)
            if "(" in name and code in ("MM", "CC", "FK"):
                add(re.sub(r"\s*\(.*", "", name), code)
        south, north = of.get("KR", "").split(" "), of.get("KP", "").split(" ")
        shared = [a for a, b in zip(south, north) if a == b]
        if shared and south[0] == north[0]:
            while len(shared) > 1 and len(shared[-1]) <= 4:
                # "Corée du", "Corea del": the particle belongs to the half that is left out.
                shared.pop()
            add(" ".join(shared), "KR", "KP")
        kinshasa = re.split(r" [-–—] |-", of.get("CD", ""))[0]
        if len(kinshasa) > 1 and kinshasa != of.get("CD") and of.get("CG", "").startswith(kinshasa):
            add(kinshasa.strip(), "CD", "CG")

    speaker = "en"
    for name in english.values():
        code = next((c for c in codes if name in (english[c], english.get(f"{c}-alt-variant"))), None)
        if code and "&" in name:
            add(name.replace("&", "and"), code)
        if code and name.startswith("St. "):
            for saint in (name.replace("St. ", "Saint "), name.replace("St. ", "Saint ").replace("&", "and")):
                add(saint, code)
    for name, found in {"Korea": ["KR", "KP"], "Congo": ["CD", "CG"]}.items():
        add(name, *found)
    for line in (HERE / "aliases.txt").read_text("utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        code, rest = line.split(":", 1)
        for name in (part.strip() for part in rest.split(";")):
            add(name, code)
            turned = re.fullmatch(r"(.+ of)(?: the)? (.+)", name)
            if turned and turned.group(2) not in ("Korea", "China", "Congo", "Guinea"):
                add(f"{turned.group(2)}, {turned.group(1)}", code)
                add(f"{turned.group(2)}, {turned.group(1)} the", code)
            elif turned:
                spoken["en"] |= {fold(f"{turned.group(2)}, {turned.group(1)}")}
                names[fold(f"{turned.group(2)}, {turned.group(1)}")] |= {code}
                names[fold(f"{turned.group(2)}, {turned.group(1)} the")] |= {code}

    for code, name in EVERYDAY.items():
        add(name, code)

    def write(file, lines, folder=HERE):
        (folder / file).write_text("".join(line + "\n" for line in lines), "utf-8")

    everyday = {c: EVERYDAY.get(c, english[c]) for c in codes}
    write(
        "territories.tsv",
        ["\t".join([c, alpha3[c], everyday[c], "the" if c in WITH_ARTICLE else ""]) for c in codes],
    )
    write("names.tsv", [f"{key}\t{' '.join(sorted(found))}" for key, found in sorted(names.items(), key=lambda n: n[0].encode())])
    spoken = {language: sorted(spoken[language] & names.keys()) for language in LETTER_LANGUAGES}
    write("spoken.tsv", ["\t".join([TAGS.get(tag, tag), "|".join(keys)]) for tag, keys in spoken.items()])
    displays = {}
    for language in LETTER_LANGUAGES:
        of = territories(language)
        displays[language] = {
            c: (of.get(f"{c}-alt-short") if c in SHORT_IN_DISPLAY else None) or of.get(c, everyday[c]) for c in codes
        }
    displays["en"] = everyday
    tags = [TAGS.get(language, language) for language in LETTER_LANGUAGES]
    write(
        "display.tsv",
        ["\t".join(["code", *tags])]
        + ["\t".join([c, *(displays[language][c] for language in LETTER_LANGUAGES)]) for c in codes],
    )
    write("cldr_country_names.tsv", ["\t".join([c, *sorted(as_written[c])]) for c in codes], ROOT / "tests" / "golden")
    print(f"{len(codes)} territories, {len(names)} names from {len(locales)} locales")


if __name__ == "__main__":
    main(*sys.argv[1:])
