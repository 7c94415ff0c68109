#!/usr/bin/env python3
"""Asks the `tokenizers` wheel what it takes each character for, and writes the tables of the module text.

    python scripts/record_tokenizer_unicode.py text/src/main/resources/org/keras4j/text/internal/stage/unicode.txt

Each line is a table: its name, then lengths of ranges of code points in base 36, in turn outside and inside of the
class. "lower" lists pairs upper:lower.
"""
import sys

from tokenizers import Regex, normalizers, pre_tokenizers

SIZE = 0x110000
# What later versions of Unicode than the wheel's decompose, compose or move, up to version 16 (found with JDK 25): these
# characters stay as they are.
LATER = [
    (0x7FD, 0x7FD), (0x897, 0x89F), (0x8CA, 0x8D3), (0x9FE, 0x9FE), (0xC3C, 0xC3C), (0xD3B, 0xD3C), (0xEBA, 0xEBA),
    (0x1715, 0x1715), (0x1ABF, 0x1ACE), (0x1DF6, 0x1DFA), (0x32FF, 0x32FF), (0xA7F2, 0xA7F4), (0xA82C, 0xA82C),
    (0xAB69, 0xAB69), (0x105C9, 0x105C9), (0x105E4, 0x105E4), (0x10781, 0x10785), (0x10787, 0x107B0),
    (0x107B2, 0x107BA), (0x10D24, 0x10D27), (0x10D69, 0x10D6D), (0x10EAB, 0x10EAC), (0x10EFD, 0x10EFF),
    (0x10F46, 0x10F50), (0x10F82, 0x10F85), (0x11070, 0x11070), (0x1133B, 0x1133B), (0x11383, 0x11383),
    (0x11385, 0x11385), (0x1138E, 0x1138E), (0x11391, 0x11391), (0x113C5, 0x113C5), (0x113C7, 0x113C8),
    (0x113CE, 0x113D0), (0x1145E, 0x1145E), (0x11839, 0x1183A), (0x11938, 0x11938), (0x1193D, 0x1193E),
    (0x11943, 0x11943), (0x119E0, 0x119E0), (0x11A34, 0x11A34), (0x11A47, 0x11A47), (0x11A99, 0x11A99),
    (0x11D42, 0x11D42), (0x11D44, 0x11D45), (0x11D97, 0x11D97), (0x11F41, 0x11F42), (0x16121, 0x16128),
    (0x1612F, 0x1612F), (0x16D68, 0x16D6A), (0x16FF0, 0x16FF1), (0x1CCD6, 0x1CCF9), (0x1E030, 0x1E06D),
    (0x1E08F, 0x1E08F), (0x1E130, 0x1E136), (0x1E2AE, 0x1E2AE), (0x1E2EC, 0x1E2EF), (0x1E4EC, 0x1E4EF),
    (0x1E5EE, 0x1E5EF), (0x1F16C, 0x1F16C), (0x1FBF0, 0x1FBF9),
]
POINTS = [c for c in range(SIZE) if not 0xD800 <= c <= 0xDFFF]
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def base36(n):
    s = ""
    while True:
        s = DIGITS[n % 36] + s
        n //= 36
        if n == 0:
            return s


def by_regex(regex):
    split = pre_tokenizers.Split(Regex(regex), "removed", invert=True)
    found = set()
    for i in range(0, len(POINTS), 10000):
        part = POINTS[i : i + 10000]
        for _, (start, end) in split.pre_tokenize_str("".join(map(chr, part))):
            found.update(part[start:end])
    return found


def removed_by(normalizer):
    return {c for c in POINTS if normalizer.normalize_str(chr(c)) == ""}


def punctuation():
    split = pre_tokenizers.Punctuation("isolated")
    return {c for c in POINTS if len(split.pre_tokenize_str("a" + chr(c))) == 2}


def lower():
    n = normalizers.Lowercase()
    pairs = []
    for c in POINTS:
        s = n.normalize_str(chr(c))
        if s != chr(c):
            assert len(s) == 1 or c == 0x130, (hex(c), s)
            pairs.append(base36(c) + ":" + base36(ord(s[0])))
    return pairs


def lengths(found):
    out, inside, start = [], False, 0
    for c in range(SIZE):
        if (c in found) != inside:
            out.append(base36(c - start))
            inside, start = not inside, c
    if inside:
        out.append(base36(SIZE - start))
    return out


def main():
    bert = dict(clean_text=False, handle_chinese_chars=False, strip_accents=False, lowercase=False)
    tables = {
        "letter": by_regex(r"\p{L}+"),
        "number": by_regex(r"\p{N}+"),
        "space": by_regex(r"\s+"),
        "word": by_regex(r"\w+"),
        "punctuation": punctuation(),
        "control": removed_by(normalizers.BertNormalizer(**{**bert, "clean_text": True})),
        "nonspacing": removed_by(normalizers.BertNormalizer(**{**bert, "strip_accents": True})),
        "mark": removed_by(normalizers.StripAccents()),
        "later": {c for first, last in LATER for c in range(first, last + 1)},
    }
    clean = normalizers.BertNormalizer(**{**bert, "clean_text": True})
    spaces = {c for c in POINTS if clean.normalize_str(chr(c)) == " "}
    assert spaces == tables["space"] - tables["control"], spaces ^ tables["space"]
    with open(sys.argv[1], "w") as out:
        out.write("# Written by scripts/record_tokenizer_unicode.py from the wheel tokenizers 0.23.2.\n")
        for name, found in tables.items():
            out.write(name + " " + " ".join(lengths(found)) + "\n")
            print(name, len(found))
        out.write("lower " + " ".join(lower()) + "\n")


main()
