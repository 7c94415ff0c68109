"""Small tokenizers of each kind, trained by the wheels, for the tests of the module text (see check_tokenizers.py)."""
import collections
import json

import sentencepiece
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from sentencepiece import sentencepiece_model_pb2 as spm_pb2

CL100K = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}%s| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
O200K = (
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|"
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|"
    r"\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)


def bert(lower, **more):
    t = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    t.normalizer = normalizers.BertNormalizer(lowercase=lower, **more)
    t.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    t.decoder = decoders.WordPiece()
    return t, trainers.WordPieceTrainer(
        vocab_size=900, special_tokens=["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"], limit_alphabet=400
    )


def byte_level(pre, normalizer=None, special=("<s>", "</s>", "<|endoftext|>"), **model):
    t = Tokenizer(models.BPE(**model))
    t.pre_tokenizer = pre
    if normalizer is not None:
        t.normalizer = normalizer
    t.decoder = decoders.ByteLevel()
    return t, trainers.BpeTrainer(
        vocab_size=700,
        special_tokens=list(special),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
        **{k: v for k, v in model.items() if k == "end_of_word_suffix"},
    )


def words(regex):
    return pre_tokenizers.Sequence(
        [pre_tokenizers.Split(Regex(regex), "isolated"), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)]
    )


def template(t, single, pair, *tokens):
    return processors.TemplateProcessing(single=single, pair=pair, special_tokens=[(s, t.token_to_id(s)) for s in tokens])


def gemma():
    t = Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    t.normalizer = normalizers.Replace(" ", "▁")
    t.pre_tokenizer = pre_tokenizers.Split(" ", "merged_with_previous")
    t.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()])
    special = ["<pad>", "<eos>", "<bos>", "<unk>"] + [f"<0x{b:02X}>" for b in range(256)]
    return t, trainers.BpeTrainer(vocab_size=700, special_tokens=special, limit_alphabet=120, max_token_length=12)


def unbyted(path):
    """Bytes are no added tokens in the files of models: they are not looked for in texts."""
    j = json.load(open(path))
    j["added_tokens"] = [a for a in j["added_tokens"] if not a["content"].startswith("<0x")]
    json.dump(j, open(path, "w"), ensure_ascii=False)


def train(folder, lines, full=False):
    """Writes the files; returns their paths."""
    lines = ["".join("\ufffd" if 0xD800 <= ord(c) <= 0xDFFF else c for c in s) for s in lines]
    out = []

    def save(name, made, after=None):
        t, trainer = made
        t.train_from_iterator(lines, trainer)
        if after:
            after(t)
        t.save(str(folder / (name + ".json")), pretty=False)
        out.append(folder / (name + ".json"))
        return t

    def bert_pair(t):
        t.post_processor = template(t, "[CLS] $A [SEP]", "[CLS] $A [SEP] $B:1 [SEP]:1", "[CLS]", "[SEP]")

    t = save("bert", bert(True), bert_pair)
    vocab = sorted(t.get_vocab(), key=t.get_vocab().get)
    (folder / "vocab.txt").write_text("\n".join(vocab) + "\n")
    save("bert-cased", bert(False, strip_accents=False, handle_chinese_chars=False), bert_pair)

    def roberta(t):
        t.add_special_tokens([AddedToken("<mask>", lstrip=True), AddedToken("<wide>", rstrip=True, normalized=True)])
        t.add_tokens([AddedToken("who", single_word=True, normalized=True)])
        t.post_processor = processors.RobertaProcessing(("</s>", 1), ("<s>", 0), add_prefix_space=True)

    save("roberta", byte_level(pre_tokenizers.ByteLevel(add_prefix_space=True)), roberta)

    def gpt2(t):
        t.post_processor = processors.ByteLevel(trim_offsets=True, add_prefix_space=False)

    g = save("gpt2", byte_level(pre_tokenizers.ByteLevel(add_prefix_space=False)), gpt2)
    g.model.save(str(folder))

    def llama3(t):
        t.post_processor = processors.Sequence(
            [processors.ByteLevel(trim_offsets=False), template(t, "<s> $A", "<s> $A <s>:1 $B:1", "<s>")]
        )

    save("llama3", byte_level(words(CL100K % "{1,3}"), ignore_merges=True), llama3)
    save("qwen", byte_level(words(CL100K % ""), normalizers.NFC()))
    save("gpt-oss", byte_level(words(O200K)))
    save(
        "clip",
        byte_level(
            pre_tokenizers.Sequence(
                [
                    pre_tokenizers.Split(
                        Regex(r"<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"), "removed", invert=True
                    ),
                    pre_tokenizers.ByteLevel(add_prefix_space=False),
                ]
            ),
            normalizers.Sequence([normalizers.NFC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Lowercase()]),
            end_of_word_suffix="</w>",
            unk_token="<|endoftext|>",
        ),
    )

    def whisper(t):
        t.add_special_tokens(["<|startoftranscript|>", "<|en|>", "<|transcribe|>", "<|notimestamps|>"])
        t.add_tokens([AddedToken("<|0.00|>"), AddedToken("<|0.02|>")])
        t.post_processor = template(
            t,
            "<|startoftranscript|> <|notimestamps|> $A <|endoftext|>",
            "<|startoftranscript|> <|notimestamps|> $A $B:1 <|endoftext|>:1",
            "<|startoftranscript|>",
            "<|notimestamps|>",
            "<|endoftext|>",
        )

    save("whisper", byte_level(pre_tokenizers.ByteLevel(add_prefix_space=False)), whisper)
    save("gemma", gemma(), lambda t: setattr(t, "post_processor", template(t, "<bos> $A", "<bos> $A <bos>:1 $B:1", "<bos>")))
    unbyted(folder / "gemma.json")
    out += pieces(folder, lines, full)
    return out


def pieces(folder, lines, full):
    """SentencePiece models, and the unigram one as a tokenizer.json as T5 has it."""
    rules = folder / "rules.tsv"
    rules.write_text(
        "".join(f"{0xFF00 + c - 0x20:X}\t{c:X}\n" for c in range(0x21, 0x7F))
        + "FB01\t66 69\nBD\t31 2044 32\n9\t20\nA\t20\nD\t20\n3000\t20\n2003\t20\nA0\t20\n65 301\tE9\n65 308\tEB\n200B\t\n"
    )
    count = collections.Counter(w for s in lines for w in s.split())
    # Words of few characters in all: each character that is covered takes a piece of the small vocabularies.
    plain = [" ".join(w for w in s.split() if count[w] > 20) for s in lines]
    common = dict(sentence_iterator=None, hard_vocab_limit=False, minloglevel=2, max_sentence_length=100000)
    norm = dict(normalization_rule_name="nmt_nfkc") if full else dict(normalization_rule_tsv=str(rules))
    kinds = {
        "t5": dict(model_type="unigram", vocab_size=800, character_coverage=0.99, pad_id=0, eos_id=1, unk_id=2, bos_id=-1, **norm),
        "xlnet": dict(
            model_type="unigram", vocab_size=900, byte_fallback=True, normalization_rule_name="identity",
            remove_extra_whitespaces=False, user_defined_symbols=["<sep>", "C++", "ab"], character_coverage=0.99,
        ),
        "llama": dict(
            model_type="bpe", vocab_size=1000, byte_fallback=True, normalization_rule_name="identity",
            remove_extra_whitespaces=False, character_coverage=0.99, split_digits=True,
        ),
        "suffix": dict(
            model_type="bpe", vocab_size=900, treat_whitespace_as_suffix=True, character_coverage=0.99,
            user_defined_symbols=["<sep>", "would"], **norm,
        ),
    }
    out = []
    for name, kind in kinds.items():
        prefix = folder / (name + "-pieces")
        sentencepiece.SentencePieceTrainer.train(**{**common, **kind, "sentence_iterator": iter(plain), "model_prefix": str(prefix)})
        prefix.with_suffix(".vocab").unlink()
        out.append(prefix.with_suffix(".model"))
    rules.unlink()
    proto = spm_pb2.ModelProto()
    proto.ParseFromString((folder / "t5-pieces.model").read_bytes())
    t = Tokenizer(models.Unigram([(p.piece, p.score) for p in proto.pieces], unk_id=2, byte_fallback=False))
    t.normalizer = normalizers.Sequence(
        [
            normalizers.Precompiled(proto.normalizer_spec.precompiled_charsmap),
            normalizers.Strip(left=False, right=True),
            normalizers.Replace(Regex(" {2,}"), "▁"),
        ]
    )
    t.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="first")
    t.decoder = decoders.Metaspace(prepend_scheme="first")
    t.add_special_tokens(["<pad>", "</s>", "<unk>"])
    t.post_processor = template(t, "$A </s>", "$A </s> $B </s>", "</s>")
    t.save(str(folder / "t5.json"), pretty=False)
    return out + [folder / "t5.json"]
