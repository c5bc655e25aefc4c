#!/usr/bin/env python3
"""Makes src/report/results/world.tsv: the outlines of the world's countries for the results page, from Natural Earth 1:110m (public
domain), and a point for the countries that are too small for it, from 1:50m. Coordinates are whole numbers on a plane of 1000 by
about 450, in the Natural Earth projection (Šavrič and others, 2011); Antarctica is left out.

It downloads nothing. Fetch the pinned packages, unpack them, and name their folders:

    npm pack world-atlas@2.0.2 cldr-core@48.0.0
    for f in world-atlas-2.0.2 cldr-core-48.0.0; do mkdir -p $f && tar xzf $f.tgz -C $f --strip-components=1; done
    scripts/world_map.py world-atlas-2.0.2 cldr-core-48.0.0
"""

import json
import math
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
WIDTH = 1000
# Natural Earth has no number for these.
NAMED = {"Kosovo": "XK", "N. Cyprus": "CY", "Somaliland": "SO"}
# Rings smaller than this many square units are no more than a speck.
SPECK = 2.5


def projected(longitude, latitude):
    x, y = math.radians(longitude), math.radians(latitude)
    y2 = y * y
    y4 = y2 * y2
    width = 0.870700 - 0.131979 * y2 + y4 * (-0.013791 + y4 * (0.003971 * y2 - 0.001529 * y4))
    height = y * (1.007226 + y2 * (0.015085 + y4 * (-0.044475 + 0.028874 * y2 - 0.005916 * y4)))
    scale = WIDTH / (2 * math.pi * 0.870700)
    return x * width * scale + WIDTH / 2, (1.4100 - height) * scale


def cut(ring):
    """The parts of a ring on this side of the 180th meridian and beyond it; world-atlas sews them together."""
    if max(x for x, _ in ring) - min(x for x, _ in ring) < 300:
        return [ring]
    east = [(x + 360 if x < 0 else x, y) for x, y in ring]
    return [side for side in (clipped(east, lambda x: x <= 180), [(x - 360, y) for x, y in clipped(east, lambda x: x >= 180)]) if len(side) > 2]


def clipped(ring, is_within):
    """Sutherland and Hodgman, against one meridian."""
    out = []
    for (ax, ay), (bx, by) in zip(ring, ring[1:] + ring[:1]):
        if is_within(ax):
            out.append((ax, ay))
        if is_within(ax) != is_within(bx):
            out.append((180, ay + (by - ay) * (180 - ax) / (bx - ax)))
    return out


def area(ring):
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, ring[1:] + ring[:1]))) / 2


def countries(file, codes):
    atlas = json.loads(file.read_text("utf-8"))
    (kx, ky), (dx, dy) = atlas["transform"]["scale"], atlas["transform"]["translate"]
    arcs = []
    for arc in atlas["arcs"]:
        x = y = 0
        points = []
        for step in arc:
            x, y = x + step[0], y + step[1]
            points.append((x * kx + dx, y * ky + dy))
        arcs.append(points)

    def ring(numbers):
        points = []
        for number in numbers:
            arc = arcs[number] if number >= 0 else arcs[~number][::-1]
            points.extend(arc[1:] if points else arc)
        return points

    for shape in atlas["objects"]["countries"]["geometries"]:
        name = shape["properties"]["name"]
        code = codes.get(shape.get("id")) or NAMED.get(name)
        if code and code != "AQ":
            polygons = {"Polygon": [shape.get("arcs")], "MultiPolygon": shape.get("arcs")}.get(shape["type"], [])
            yield code, [part for polygon in polygons for part in cut(ring(polygon[0]))]


def path(ring):
    """A closed path of whole numbers; each point is told from the one before."""
    points = []
    for longitude, latitude in ring:
        x, y = projected(longitude, latitude)
        point = (round(x), round(y))
        if not points or points[-1] != point:
            points.append(point)
    while len(points) > 1 and points[0] == points[-1]:
        points.pop()
    # What lies on the line between its neighbours says nothing.
    kept = [
        b
        for a, b, c in zip(points[-1:] + points[:-1], points, points[1:] + points[:1])
        if (b[0] - a[0]) * (c[1] - b[1]) != (b[1] - a[1]) * (c[0] - b[0])
    ]
    if len(kept) < 3:
        return 0, ""
    text = f"M{kept[0][0]} {kept[0][1]}l"
    text += " ".join(f"{b[0] - a[0]} {b[1] - a[1]}" for a, b in zip(kept, kept[1:])).replace(" -", "-")
    return area(kept), text + "z"


def main(atlas, core):
    mappings = json.loads((pathlib.Path(core) / "supplemental/codeMappings.json").read_text("utf-8"))
    mappings = mappings["supplemental"]["codeMappings"]
    # Without the codes of states that are no more, which keep their numbers (ZR, TP).
    known = {line.split("\t")[0] for line in (ROOT / "src/country/territories.tsv").read_text("utf-8").splitlines()}
    codes = {value["_numeric"]: code for code, value in mappings.items() if code in known and "_numeric" in value}
    shapes = {}
    for code, rings in countries(pathlib.Path(atlas) / "countries-110m.json", codes):
        paths = sorted((path(ring) for ring in rings), reverse=True)
        kept = [text for size, text in paths if text and (size >= SPECK or text == paths[0][1])]
        shapes[code] = shapes.get(code, "") + "".join(kept)
    for code, rings in countries(pathlib.Path(atlas) / "countries-50m.json", codes):
        if not shapes.get(code):
            largest = max(rings, key=area)
            x, y = projected(sum(p[0] for p in largest) / len(largest), sum(p[1] for p in largest) / len(largest))
            shapes[code] = f"{round(x)} {round(y)}"
    out = ROOT / "src/report/results/world.tsv"
    out.write_text("".join(f"{code}\t{shape}\n" for code, shape in sorted(shapes.items())), "utf-8")
    print(f"{len(shapes)} countries, {out.stat().st_size} bytes")


if __name__ == "__main__":
    main(*sys.argv[1:])
