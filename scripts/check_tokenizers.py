#!/usr/bin/env python3
"""Holds the module text to the reference tokenizers: the wheels tokenizers and sentencepiece.

    python scripts/check_tokenizers.py make OUT [LINES]       writes lines of mixed text, OUT/lines.jsonl
    python scripts/check_tokenizers.py expect OUT FILE...     writes what the references make of them, OUT/NAME.jsonl,
                                                              for tokenizer.json and SentencePiece files
    python scripts/check_tokenizers.py golden FOLDER          trains a small tokenizer of each kind and writes it with
                                                              what it makes of a few hundred lines: the tests' files

`org.keras4j.text.ReferenceCheck FILE OUT/NAME.jsonl` then compares. Each line of such a file is an object: text "t"
(surrogates without partner as they are), tokens "i", their starts and ends in UTF-16 "s" and "e", decoded text "d".
"""
import json
import pathlib
import random
import sys

SCRIPTS = [
    (0x41, 0x5A), (0x61, 0x7A), (0xC0, 0x17F), (0x370, 0x3FF), (0x400, 0x4FF), (0x531, 0x587), (0x5D0, 0x5EA),
    (0x620, 0x64A), (0x904, 0x939), (0x985, 0x9B9), (0xA05, 0xA39), (0xB85, 0xBB9), (0xE01, 0xE4E), (0xE81, 0xEC4),
    (0x10D0, 0x10FF), (0x1200, 0x135A), (0x13A0, 0x13F5), (0x1780, 0x17B3), (0x1820, 0x1878), (0x3041, 0x3096),
    (0x30A1, 0x30FA), (0x4E00, 0x9FFF), (0xAC00, 0xD7A3), (0x10330, 0x1034A), (0x1D400, 0x1D7FF), (0x20000, 0x2A6D6),
]
EMOJI = ["😀", "👍🏽", "👩‍👩‍👧", "🇫🇷", "🏳️‍🌈", "❤️", "🤷🏿‍♀️", "1️⃣", "🫠"]
SPACES = [" ", "  ", "\t", "\n", "\r\n", "\u00a0", "\u2003", "\u3000", "\u200b", "\ufeff", "\u2028", "\x85", "\x0b", " \n "]
MARKS = ["\u0301", "\u0308", "\u0323", "\u20dd", "\u093c", "\u3099", "\u0e33", "\u1161", "\u11a8", "\u200d", "\ufe0f"]
ENGLISH = (
    "the of and to in is that it's was he don't for on are as with his they'll I we've at be this have from or one "
    "had by word but not what all were when your can said there use an each which she how their if will up other "
    "about out many then them these so some her would make like him into time has look two more write go see number "
    "no way could people my than first water been call who oil its now find long down day did get come made may part "
    "Internationalization antidisestablishmentarianism HTTPServer camelCase snake_case x86_64 foo.bar() C++ can't"
).split()
OTHERS = (
    "être naïve façade Übergröße straße ΣΊΣΥΦΟΣ İstanbul ılık привет мир мой Ёлка שלום עולם مرحبا بالعالم हिन्दी भाषा "
    "สวัสดีครับ 你好,世界 こんにちは 東京 한국어 ｆｕｌｌ ﬁne ½ ① ℌello ſs 'ſ 'S 'LL Ω Å ǅ İ \u1e9b\u0323 \uac00\u11a8 "
    "\u0f73 \u0344 \uf900 \u2126 x\u0301\u0323 a\u0328\u0301 <s> </s> [CLS] [MASK] [UNK] <|endoftext|> <pad> ▁ ▁a Ġ"
).split(" ")


def word(r):
    k = r.random()
    if k < 0.45:
        return r.choice(ENGLISH)
    if k < 0.6:
        return r.choice(OTHERS)
    if k < 0.66:
        return str(r.randrange(10 ** r.randrange(1, 12)))
    if k < 0.71:
        return "".join(r.choice("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~«»—…、。؟") for _ in range(r.randrange(1, 5)))
    if k < 0.75:
        return r.choice(EMOJI)
    if k < 0.79:
        return "".join(chr(r.randrange(0, 0x20)) for _ in range(r.randrange(1, 3)))
    if k < 0.83:
        return "".join(chr(anywhere(r)) for _ in range(r.randrange(1, 6)))
    if k < 0.85:
        return bytes(r.randrange(256) for _ in range(r.randrange(1, 8))).decode("utf-8", "replace")
    if k < 0.86:
        return chr(r.randrange(0xD800, 0xE000))
    if k < 0.88:
        return r.choice("aeiouдはhק") + "".join(r.choice(MARKS) for _ in range(r.randrange(1, 4)))
    low, high = r.choice(SCRIPTS)
    return "".join(chr(r.randrange(low, high + 1)) for _ in range(r.randrange(1, 9)))


def anywhere(r):
    while True:
        c = r.randrange(0x110000 if r.random() < 0.3 else 0x10000)
        if not 0xD800 <= c <= 0xDFFF:
            return c


def line(r):
    out = []
    for _ in range(r.randrange(0, 24)):
        out.append(word(r))
        if r.random() < 0.8:
            out.append(" " if r.random() < 0.9 else r.choice(SPACES))
    s = "".join(out)
    if r.random() < 0.02:
        s = s.replace(" ", "") * 3
    # Pairs of surrogates that stand side by side by chance are one character.
    return s.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


def cleaned(s):
    return "".join("\ufffd" if 0xD800 <= ord(c) <= 0xDFFF else c for c in s)


def utf16(s):
    at, n = [], 0
    for c in s:
        at.append(n)
        n += 2 if ord(c) > 0xFFFF else 1
    return at + [n]


class HuggingFace:
    def __init__(self, path):
        from tokenizers import Tokenizer

        self.t = Tokenizer.from_file(str(path))

    def encode(self, s):
        e = self.t.encode(s)
        at = utf16(s)
        return {
            "i": e.ids,
            "s": [at[a] for a, _ in e.offsets],
            "e": [at[b] for _, b in e.offsets],
            "d": self.t.decode(e.ids),
        }


class SentencePiece:
    def __init__(self, path):
        from sentencepiece import SentencePieceProcessor

        self.p = SentencePieceProcessor(model_file=str(path))

    def encode(self, s):
        ids = self.p.encode(s)
        return {"i": ids, "d": self.p.decode(ids)}


def reference(path):
    return HuggingFace(path) if path.suffix == ".json" else SentencePiece(path)


def expect(path, lines, out):
    t = reference(path)
    with open(out, "w") as f:
        for s in lines:
            f.write(json.dumps({"t": s, **t.encode(cleaned(s))}) + "\n")


def make(out, count):
    r = random.Random(20261130)
    with open(out / "lines.jsonl", "w") as f:
        for _ in range(count):
            f.write(json.dumps(line(r)) + "\n")


def read(file):
    return [json.loads(s) for s in open(file)]


def golden(folder):
    from train_tokenizers import train

    r = random.Random(7)
    lines = ["", " ", "Hello, world!", "  two  spaces "] + [line(r) for _ in range(116)]
    for path in train(folder, [line(random.Random(i)) for i in range(3000)]):
        expect(path, lines, folder / (path.name.rsplit(".", 1)[0] + ".jsonl"))
        print(path)


def main():
    command, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    if command == "make":
        make(folder, int(sys.argv[3]) if len(sys.argv) > 3 else 100_000)
    elif command == "expect":
        lines = read(folder / "lines.jsonl")
        for name in sys.argv[3:]:
            path = pathlib.Path(name)
            expect(path, lines, folder / (path.stem + ".jsonl"))
    else:
        golden(folder)


main()
