"""Chooses a compact part of a folder of recorded cases: for each public name its smallest cases of different kinds.

  usage: select_cases.py FROM TO [--kinds N] [--bytes B]

A kind is a name with the dtypes of its arrays and all its other arguments. Of each name the smallest case is taken, then one case of each further
kind while it is small, up to N kinds. Cases with a tolerance of their own (tolerances.tsv of the kit) are always taken.
"""

import argparse
import json
import pathlib
import zipfile

TOLERANCES = pathlib.Path(__file__).resolve().parent.parent / "tck/src/main/resources/org/keras4j/tck/tolerances.tsv"


def kind(value):
    """A case's arguments with arrays reduced to their dtypes and ranks."""
    if isinstance(value, dict):
        if value.get("$") == "array":
            return ["array", value["dtype"], len(value["shape"])]
        return {k: kind(v) for k, v in value.items()}
    if isinstance(value, list):
        return [kind(v) for v in value]
    return value


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=pathlib.Path)
    parser.add_argument("target", type=pathlib.Path)
    parser.add_argument("--kinds", type=int, default=6)
    parser.add_argument("--bytes", type=int, default=6000)
    options = parser.parse_args()
    always = {line.split("\t")[0] for line in TOLERANCES.read_text().splitlines() if line and not line.startswith("#")}
    options.target.mkdir(parents=True, exist_ok=True)
    for path in sorted(options.source.glob("*.jsonl")):
        sizes = {}
        archive = zipfile.ZipFile(path.with_suffix(".npz"))
        for info in archive.infolist():
            case = info.filename.split("/")[0]
            sizes[case] = sizes.get(case, 0) + info.compress_size
        by_name = {}
        for line in path.read_text().splitlines():
            record = json.loads(line)
            by_name.setdefault(record["name"], []).append((sizes.get(record["id"], 0) + len(line), line, record))
        lines = []
        for name, cases in sorted(by_name.items()):
            seen = set()
            for size, line, record in sorted(cases, key=lambda c: (c[0], c[1])):
                what = {k: v for k, v in record.items() if k not in ("id", "outputs", "cotangent", "grads")}
                of = json.dumps(kind(what), sort_keys=True)
                wanted = not seen or (of not in seen and len(seen) < options.kinds and size <= options.bytes)
                if wanted or record["id"] in always:
                    seen.add(of)
                    lines.append((line, record["id"]))
        chosen = {case for _, case in lines}
        (options.target / path.name).write_text("".join(line + "\n" for line, _ in lines))
        with zipfile.ZipFile(options.target / (path.stem + ".npz"), "w", zipfile.ZIP_DEFLATED) as out:
            for info in archive.infolist():
                if info.filename.split("/")[0] in chosen:
                    member = zipfile.ZipInfo(info.filename, (2026, 1, 1, 0, 0, 0))
                    member.compress_type = zipfile.ZIP_DEFLATED
                    out.writestr(member, archive.read(info))
        print(f"{path.stem}: {len(lines)} of {sum(map(len, by_name.values()))} cases of {len(by_name)} names")


if __name__ == "__main__":
    main()
