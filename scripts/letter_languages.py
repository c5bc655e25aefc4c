#!/usr/bin/env python3
"""Makes src/letter/languages.tsv from a pinned release of Unicode CLDR (licence Unicode-3.0).

How each language that letters are written in is called in English, and how it writes a date and a place. Where letters
write otherwise than CLDR, the exceptions below say so. It downloads nothing.
Fetch the pinned packages, unpack them, and name their folders:

    npm pack cldr-dates-full@48.0.0 cldr-localenames-full@48.0.0 cldr-core@48.0.0 cldr-numbers-full@48.0.0
    for f in cldr-*.tgz; do mkdir -p "${f%.tgz}" && tar xzf "$f" -C "${f%.tgz}" --strip-components=1; done
    scripts/letter_languages.py cldr-{dates-full,localenames-full,core,numbers-full}-48.0.0
"""

import json
import pathlib
import re
import sys

from country_names import LETTER_LANGUAGES, TAGS

OUT = pathlib.Path(__file__).resolve().parent.parent / "src" / "letter" / "languages.tsv"
# Thai counts the years of the Buddhist calendar, and writes them without an era (ICU 78, long style). npm has no package
# of that calendar for this release: its pattern is the Gregorian one's without the era.
BUDDHIST_YEARS = 543

# What a language is called at home beside CLDR's name.
OWN = {"id": ["Bahasa Indonesia"], "es": ["castellano"], "mn": ["монгол хэл"], "vi": ["tiếng Việt Nam"]}

# What CLDR does not know: the order of city and country, city and date over a letter, and a date that stands there alone.
PLACE = {
    "ja": "{country}\u3000{city}", "ko": "{country} {city}", "zh": "{country} {city}", "zh-Hant": "{country} {city}",
    "th": "{city} {country}", "ar": "{city}، {country}",
}
DATELINE = {
    "ja": "{date}", "ko": "{date}", "zh": "{date}于{city}", "zh-Hant": "{date}於{city}", "th": "{city} {date}",
    "ar": "{city}، {date}", "fr": "{city}, le {date}", "cs": "{city} {date}", "sv": "{city} den {date}",
}
ALONE = {"fr": "Le {date}"}
# The first of a month is an ordinal.
FIRST = {"fr": "1er", "it": "1º"}
# Meant to differ from CLDR: Polish letters end the year with "r."; Vietnamese ones write the words for day and year
# (Decree 30/2020); Mongolian letters and state papers write the month's number.
FULL = {"pl": "{d} {M} {y}\u202fr.", "vi": "ngày {d} {M} năm {y}"}
DAY = {"vi": "ngày {d} {M}"}
MONGOLIAN_MONTHS = [f"{month} {'дүгээр' if month in (1, 4, 9, 11) else 'дугаар'} сар" for month in range(1, 13)]


def template(pattern):
    """A CLDR date pattern with our names for its parts, and its quoted words bare."""
    parts = {"d": "{d}", "M": "{m}", "MMMM": "{M}", "y": "{y}"}
    out = []
    for quoted, letters, other in re.findall(r"'([^']+)'|([A-Za-z]+)|([^A-Za-z']+)", pattern):
        out.append(quoted or other or parts[letters])
    return "".join(out)


def main(dates_folder, names_folder, core_folder, numbers_folder):
    def read(folder, *path):
        return json.loads(pathlib.Path(folder, *path).read_text("utf-8"))

    english = read(names_folder, "main", "en", "languages.json")["main"]["en"]["localeDisplayNames"]["languages"]
    aliases = read(core_folder, "supplemental", "aliases.json")["supplemental"]["metadata"]["alias"]["languageAlias"]
    preferred = read(core_folder, "supplemental", "calendarPreferenceData.json")["supplemental"]["calendarPreferenceData"]
    assert preferred["TH"][0] == "buddhist"
    lines = ["tag\tname\town\tcodes\tplace\tdateline\talone\tfirst\tyears\tfull\tday\tmonths"]
    for language in LETTER_LANGUAGES:
        numbers = read(numbers_folder, "main", language, "numbers.json")["main"][language]["numbers"]
        assert numbers["defaultNumberingSystem"] == "latn", language
        calendar = read(dates_folder, "main", language, "ca-gregorian.json")["main"][language]["dates"]["calendars"]["gregorian"]
        formats = calendar["dateTimeFormats"]["availableFormats"]
        years, long = (BUDDHIST_YEARS, formats["yMMMMd"]) if language == "th" else (0, calendar["dateFormats"]["long"])
        wide = calendar["months"]["format"]["wide"]
        months = MONGOLIAN_MONTHS if language == "mn" else [wide[str(month)] for month in range(1, 13)]
        tag = TAGS.get(language, language)
        own = read(names_folder, "main", language, "languages.json")["main"][language]["localeDisplayNames"]["languages"]
        codes = [code for code, alias in aliases.items() if alias["_replacement"] == language and len(code) == 3]
        lines.append("\t".join([
            tag,
            english[tag],
            "|".join([own[tag], *OWN.get(language, [])]),
            " ".join(codes),
            PLACE.get(language, "{city}, {country}"),
            DATELINE.get(language, "{city}, {date}"),
            ALONE.get(language, "{date}"),
            FIRST.get(language, "1"),
            str(years),
            FULL.get(language, template(long)),
            DAY.get(language, template(formats["MMMMd"])),
            "|".join(months),
        ]))
    OUT.write_text("".join(line + "\n" for line in lines), "utf-8")
    print(f"{len(lines) - 1} languages")


if __name__ == "__main__":
    main(*sys.argv[1:])
