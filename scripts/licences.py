#!/usr/bin/env python3
"""Writes the licences of everything that is linked into protest, for those who get it as a binary.

    scripts/licences.py > THIRD-PARTY-LICENCES

Read from `cargo metadata`: the crates that the program of this platform needs, without those for tests and builds.
Texts that several crates share stand there once.
"""

import json
import pathlib
import re
import subprocess
import sys


def host() -> str:
    version = subprocess.run(["rustc", "-vV"], check=True, capture_output=True, text=True).stdout
    return re.search(r"^host: (.*)$", version, re.M).group(1)


def linked() -> list[dict]:
    """The packages that are linked in, by name and version."""
    command = ["cargo", "metadata", "--format-version", "1", "--locked", "--filter-platform", host()]
    command += ["--features", "postgres"]
    metadata = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    packages = {package["id"]: package for package in metadata["packages"]}
    needs = {node["id"]: node["deps"] for node in metadata["resolve"]["nodes"]}
    root = metadata["resolve"]["root"]
    found, waiting = set(), [root]
    while waiting:
        for need in needs[waiting.pop()]:
            # The fonts that build.rs packs are a part of the program too.
            is_linked = any(kind["kind"] is None for kind in need["dep_kinds"]) or need["name"] == "ttf_noto_sans"
            is_macro = any("proc-macro" in target["kind"] for target in packages[need["pkg"]]["targets"])
            if is_linked and not is_macro and need["pkg"] not in found:
                found.add(need["pkg"])
                waiting.append(need["pkg"])
    return sorted((packages[id] for id in found), key=lambda package: (package["name"], package["version"]))


def texts(package: dict) -> list[str]:
    folder = pathlib.Path(package["manifest_path"]).parent
    names = re.compile(r"(licen[cs]e|copying|copyright|notice|unlicense)", re.I)
    files = sorted(path for path in folder.iterdir() if names.match(path.name) and path.is_file())
    return [path.read_text(encoding="utf-8", errors="replace").strip() for path in files]


def main() -> None:
    packages = linked()
    shared: dict[str, list[str]] = {}
    print("protest is linked with the following, each under its own licence.\n")
    for package in packages:
        name = f"{package['name']} {package['version']}"
        print(f"{name}: {package['license'] or 'see its text'} ({package['repository'] or 'no repository named'})")
        for text in texts(package):
            shared.setdefault(text, []).append(name)
    for text, names in shared.items():
        print(f"\n{'=' * 78}\n{', '.join(names)}\n{'=' * 78}\n\n{text}")
    silent = [package["name"] for package in packages if not texts(package)]
    print(f"{len(packages)} crates, {len(shared)} texts; without a text of their own: {', '.join(silent)}", file=sys.stderr)


if __name__ == "__main__":
    main()
