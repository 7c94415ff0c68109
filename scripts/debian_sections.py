"""Texts with classes that people gave them: what Debian says of its packages, and the section it puts them into.

    python scripts/debian_sections.py FILE.tsv     on Debian, after apt-get update

Each line has a section, a tab, and the short description of a package; as many of each of four sections. Sections and descriptions
are their maintainers'.
"""

import random
import subprocess
import sys

SECTIONS = ("games", "science", "sound", "web")
EACH = 350


def texts():
    found = {s: set() for s in SECTIONS}
    out = subprocess.run(["apt-cache", "dumpavail"], check=True, capture_output=True, text=True).stdout
    for package in out.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in package.splitlines() if ": " in line and line[0] != " ")
        if fields.get("Section") in found and "Description" in fields:
            found[fields["Section"]].add(fields["Description"].strip())
    return found


def main(file):
    random.seed(16)
    found = texts()
    lines = []
    for section in SECTIONS:
        # a text of two sections, as that of a program and its data, would be in both halves
        own = sorted(found[section] - set().union(*(found[s] for s in SECTIONS if s != section)))
        lines += [f"{section}\t{t}" for t in random.sample(own, EACH)]
    random.shuffle(lines)
    with open(file, "w", encoding="utf-8") as out:
        out.write("\n".join(lines) + "\n")
    print({s: len(found[s]) for s in SECTIONS}, len(lines), "lines")


if __name__ == "__main__":
    main(sys.argv[1])
