"""Compares the models of keras4j-hub with those of Hugging Face's transformers.

    python scripts/check_hub.py make FOLDER     makes tiny random models, what they give and their gradients
    python scripts/check_hub.py presets FOLDER  makes tiny presets of KerasHub, which has to be importable
    python scripts/check_hub.py open FOLDER     opens what SavedForPythonTest saved with -Dkeras4j.hub.saved=FOLDER, with
                                                transformers and with Python's Keras, and compares
    python scripts/check_hub.py open_presets FOLDER/kerashub    the same, with KerasHub

FOLDER gets a folder for each model: config.json, model.safetensors, a tokenizer where there are texts, and
expected.safetensors with inputs, outputs and gradients of one training step. Those in hub/src/test/resources were made so,
with transformers 5. A model is small enough for a repository: some thousand weights.
"""

import json
import pathlib
import sys

import numpy as np
import torch
import transformers
from safetensors.numpy import load_file, save_file

WORDS = (
    "[PAD] [UNK] [CLS] [SEP] [MASK] the a cat dog sat ran on mat in park was good bad film food very not "
    "##s ##ed ##ing . , ! ?"
).split()


def tokenizer(folder, roberta):
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

    words = [w for w in WORDS]
    names = ("<s>", "</s>", "<pad>", "<unk>") if roberta else ("[CLS]", "[SEP]", "[PAD]", "[UNK]")
    if roberta:
        words[:5] = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    t = Tokenizer(models.WordPiece({w: i for i, w in enumerate(words)}, unk_token=names[3]))
    t.normalizer = normalizers.BertNormalizer(lowercase=True)
    t.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    t.post_processor = processors.TemplateProcessing(
        single=f"{names[0]} $A {names[1]}",
        pair=f"{names[0]} $A {names[1]} $B {names[1]}" if roberta else f"{names[0]} $A {names[1]} $B:1 {names[1]}:1",
        special_tokens=[(n, words.index(n)) for n in names[:2]],
    )
    t.save(str(folder / "tokenizer.json"))


def words_with(folder, special, size, single):
    """A tokenizer of whole words, with some special tokens by their numbers."""
    from tokenizers import AddedToken, Tokenizer, models, pre_tokenizers, processors

    names = {number: name for name, number in special.items()}
    vocabulary = {names.get(i, f"w{i}"): i for i in range(size)}
    t = Tokenizer(models.WordLevel(vocabulary, unk_token=names[min(names)]))
    t.pre_tokenizer = pre_tokenizers.Whitespace()
    t.add_special_tokens([AddedToken(n, special=True) for n in special])
    if single:
        t.post_processor = processors.TemplateProcessing(single=single, special_tokens=list(special.items()))
    t.save(str(folder / "tokenizer.json"))


def randomize(model, seed):
    g = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, p in model.named_parameters():
            noise = torch.randn(p.shape, generator=g)
            p.copy_(1 + 0.1 * noise if p.dim() == 1 and name.endswith("weight") else 0.2 * noise)


def finish(folder, model, expected):
    model.save_pretrained(folder)
    # modules of newer versions have other names than files
    saved = {v.tobytes(): k for k, v in load_file(folder / "model.safetensors").items()}
    files = {n: saved[p.detach().numpy().tobytes()] for n, p in model.named_parameters()}
    arrays = {}
    for k, v in expected.items():
        a = v.detach().numpy() if isinstance(v, torch.Tensor) else np.asarray(v)
        name = "grad." + files[k[5:]] if k.startswith("grad.") else k
        arrays[name] = (a.astype(np.int32) if a.dtype == np.int64 else a).copy(order="C")
    save_file(arrays, folder / "expected.safetensors", {"format": "pt"})
    print(folder.name, sum(p.numel() for p in model.parameters()), "weights")


def encoder_inputs(vocabulary, pad, segments):
    rng = np.random.default_rng(1)
    ids = rng.integers(5, vocabulary, (3, 9))
    mask = np.ones_like(ids)
    for row, n in ((1, 6), (2, 3)):
        ids[row, n:] = pad
        mask[row, n:] = 0
    out = {"input_ids": torch.tensor(ids), "attention_mask": torch.tensor(mask)}
    if segments:
        kinds = np.zeros_like(ids)
        kinds[:, 4:] = 1
        out["token_type_ids"] = torch.tensor(kinds * mask)
    return out


def gradients(model, loss):
    loss.backward()
    return {"grad." + n: p.grad for n, p in model.named_parameters() if p.grad is not None}


def bert_family(root):
    common = dict(vocab_size=len(WORDS), max_position_embeddings=24)
    bert = dict(
        hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=24, hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0, num_labels=3, **common,
    )
    kinds = {
        "bert": (transformers.BertConfig(**bert), transformers.BertForSequenceClassification, 0, True),
        "roberta": (
            transformers.RobertaConfig(**{**bert, "type_vocab_size": 1, "layer_norm_eps": 1e-5, "hidden_act": "gelu_new"}),
            transformers.RobertaForSequenceClassification, 1, False),
        "distilbert": (
            transformers.DistilBertConfig(
                dim=16, n_layers=2, n_heads=2, hidden_dim=24, dropout=0.0, attention_dropout=0.0,
                seq_classif_dropout=0.0, num_labels=3, **common),
            transformers.DistilBertForSequenceClassification, 0, False),
    }
    for number, (name, (config, kind, pad, segments)) in enumerate(kinds.items()):
        folder = root / "bert" / name
        folder.mkdir(parents=True, exist_ok=True)
        model = kind(config).eval()
        randomize(model, number)
        x = encoder_inputs(len(WORDS), pad, segments)
        y = torch.tensor([2, 0, 1])
        out = model(**x, labels=y)
        base = getattr(model, {"bert": "bert", "roberta": "roberta", "distilbert": "distilbert"}[name])
        expected = {
            "token_ids": x["input_ids"], "padding_mask": x["attention_mask"], "labels": y, "logits": out.logits,
            "loss": out.loss.reshape(1), "sequence_output": base(**x).last_hidden_state,
        }
        if segments:
            expected["segment_ids"] = x["token_type_ids"]
            expected["pooled_output"] = base(**x).pooler_output
        expected.update(gradients(model, out.loss))
        finish(folder, model, expected)
        tokenizer(folder, name == "roberta")


def t5_family(root):
    common = dict(
        vocab_size=48, d_model=16, d_kv=6, d_ff=24, num_layers=2, num_decoder_layers=2, num_heads=3, dropout_rate=0.0,
        relative_attention_num_buckets=8, relative_attention_max_distance=20, decoder_start_token_id=0)
    kinds = {
        "t5": transformers.T5Config(**common),
        "t5v11": transformers.T5Config(feed_forward_proj="gated-gelu", tie_word_embeddings=False, **common),
    }
    for number, (name, config) in enumerate(kinds.items()):
        folder = root / "seq2seq" / name
        folder.mkdir(parents=True, exist_ok=True)
        model = transformers.T5ForConditionalGeneration(config).eval()
        randomize(model, 20 + number)
        with torch.no_grad():  # or one token is repeated for ever
            model.shared.weight.mul_(5)
        if name == "t5v11":  # a head of its own, as T5 1.1 has it; the library unties it if the file has both
            model.lm_head.weight = torch.nn.Parameter(
                torch.randn(48, 16, generator=torch.Generator().manual_seed(9)))
        x = encoder_inputs(48, 0, False)
        rng = np.random.default_rng(3)
        written = torch.tensor(rng.integers(2, 48, (3, 30)))
        written[:, 0] = 0
        y = torch.tensor(rng.integers(2, 48, (3, 30)))
        out = model(**x, decoder_input_ids=written, labels=y)
        with torch.no_grad():
            continued = model.generate(
                **x, max_new_tokens=200, min_new_tokens=200, do_sample=False, num_beams=1)[:, 1:]
            plain = model.generate(**x, max_new_tokens=200, do_sample=False, num_beams=1)[:, 1:]
        expected = {
            "encoder_token_ids": x["input_ids"], "encoder_padding_mask": x["attention_mask"],
            "decoder_token_ids": written, "labels": y, "logits": out.logits, "loss": out.loss.reshape(1),
            "generated": plain, "generated_without_end": continued,
        }
        expected.update(gradients(model, out.loss))
        finish(folder, model, expected)
        words_with(folder, {"<pad>": 0, "</s>": 1}, 48, "$A </s>")


def whisper(root):
    config = transformers.WhisperConfig(
        vocab_size=60, num_mel_bins=8, d_model=16, encoder_layers=2, decoder_layers=2, encoder_attention_heads=2,
        decoder_attention_heads=2, encoder_ffn_dim=24, decoder_ffn_dim=24, max_source_positions=20,
        max_target_positions=40, dropout=0.0, pad_token_id=1, bos_token_id=1, eos_token_id=2, decoder_start_token_id=3,
        suppress_tokens=[7, 8], begin_suppress_tokens=[9, 2])
    folder = root / "seq2seq" / "whisper"
    folder.mkdir(parents=True, exist_ok=True)
    model = transformers.WhisperForConditionalGeneration(config).eval()
    randomize(model, 30)
    with torch.no_grad():
        model.model.decoder.embed_tokens.weight.mul_(5)
    rng = np.random.default_rng(4)
    sound = (0.3 * np.sin(np.arange(6400) * 0.3) + 0.1 * rng.standard_normal(6400)).astype(np.float32)
    sound[4000:] *= 1e-3
    extractor = transformers.WhisperFeatureExtractor(feature_size=8, chunk_length=1)
    extractor.n_samples = 6400
    extractor.nb_max_frames = 40
    features = extractor(sound, sampling_rate=16000, return_tensors="pt").input_features
    wide = transformers.WhisperFeatureExtractor(feature_size=80, chunk_length=1)
    wide.n_samples = 6400
    wide = wide(sound, sampling_rate=16000, return_tensors="np").input_features
    written = torch.tensor(rng.integers(10, 60, (1, 12)))
    y = torch.tensor(rng.integers(10, 60, (1, 12)))
    out = model(features, decoder_input_ids=written, labels=y)
    ids = torch.tensor([[3, 11]])
    with torch.no_grad():  # greedy, said in plain words, as the library's own generate has rules for time and length
        for step in range(36):
            logits = model(features, decoder_input_ids=ids).logits[0, -1].clone()
            logits[[7, 8] + ([9, 2] if step == 0 else [])] = -float("inf")
            ids = torch.cat([ids, logits.argmax().reshape(1, 1)], 1)
            if int(ids[0, -1]) == 2:
                break
    expected = {
        "sound": sound, "features": features.transpose(1, 2).contiguous(),
        "wide_features": np.ascontiguousarray(wide.transpose(0, 2, 1)), "decoder_token_ids": written, "labels": y,
        "logits": out.logits, "loss": out.loss.reshape(1), "generated": ids[:, 2:],
    }
    expected.update(gradients(model, out.loss))
    model.generation_config.suppress_tokens = [7, 8]
    model.generation_config.begin_suppress_tokens = [9, 2]
    model.generation_config.is_multilingual = True
    finish(folder, model, expected)
    names = ("<|endoftext|>", "<|startoftranscript|>", "<|en|>", "<|transcribe|>", "<|notimestamps|>")
    words_with(folder, dict(zip(names, (2, 3, 11, 12, 13))), 60, None)


def vision(root):
    rng = np.random.default_rng(6)
    images = rng.standard_normal((2, 3, 12, 12)).astype(np.float32)
    config = transformers.ViTConfig(
        hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=24, hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0, image_size=12, patch_size=4, num_labels=3)
    folder = root / "vision" / "vit"
    folder.mkdir(parents=True, exist_ok=True)
    model = transformers.ViTForImageClassification(config).eval()
    randomize(model, 40)
    y = torch.tensor([2, 0])
    out = model(torch.tensor(images), labels=y)
    expected = {
        "images": np.ascontiguousarray(images.transpose(0, 2, 3, 1)), "labels": y, "logits": out.logits,
        "loss": out.loss.reshape(1), "sequence_output": model.vit(torch.tensor(images)).last_hidden_state,
    }
    expected.update(gradients(model, out.loss))
    finish(folder, model, expected)

    common = dict(hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=24)
    config = transformers.CLIPConfig(
        text_config=dict(vocab_size=40, max_position_embeddings=12, eos_token_id=39, bos_token_id=38, pad_token_id=1, **common),
        vision_config=dict(image_size=12, patch_size=4, **common), projection_dim=10)
    folder = root / "vision" / "clip"
    folder.mkdir(parents=True, exist_ok=True)
    model = transformers.CLIPModel(config).eval()
    randomize(model, 41)
    ids = rng.integers(2, 38, (2, 9))
    ids[:, 0] = 38
    ids[0, 8] = 39
    ids[1, 5:] = 39
    out = model(input_ids=torch.tensor(ids), pixel_values=torch.tensor(images), return_loss=True)
    expected = {
        "images": np.ascontiguousarray(images.transpose(0, 2, 3, 1)), "token_ids": ids, "logits": out.logits_per_image,
        "image_embeddings": out.image_embeds, "text_embeddings": out.text_embeds,
    }
    loss = torch.nn.functional.cross_entropy(out.logits_per_image, torch.tensor([0, 1]))
    expected["loss"] = loss.reshape(1)
    expected.update(gradients(model, loss))
    finish(folder, model, expected)

    config = transformers.SiglipConfig(
        text_config=dict(
            vocab_size=40, max_position_embeddings=9, eos_token_id=39, bos_token_id=38, pad_token_id=1, **common),
        vision_config=dict(image_size=12, patch_size=4, **common))
    folder = root / "vision" / "siglip"
    folder.mkdir(parents=True, exist_ok=True)
    model = transformers.SiglipModel(config).eval()
    randomize(model, 42)
    out = model(input_ids=torch.tensor(ids), pixel_values=torch.tensor(images))
    expected = {
        "images": np.ascontiguousarray(images.transpose(0, 2, 3, 1)), "token_ids": ids, "logits": out.logits_per_image,
        "image_embeddings": out.image_embeds, "text_embeddings": out.text_embeds,
    }
    loss = torch.nn.functional.cross_entropy(out.logits_per_image, torch.tensor([0, 1]))
    expected["loss"] = loss.reshape(1)
    expected.update(gradients(model, loss))
    finish(folder, model, expected)


MAKERS = [bert_family, t5_family, whisper, vision]


def make(root):
    transformers.utils.logging.set_verbosity_error()
    for maker in MAKERS:
        maker(root)


def presets(root):
    import keras
    import keras_hub

    sizes = dict(
        vocabulary_size=len(WORDS), num_layers=2, num_heads=2, hidden_dim=16, intermediate_dim=24, dropout=0.0,
        max_sequence_length=24)
    kinds = {"bert": keras_hub.models.BertBackbone, "roberta": keras_hub.models.RobertaBackbone,
             "distilbert": keras_hub.models.DistilBertBackbone}
    for number, (name, kind) in enumerate(kinds.items()):
        rng = np.random.default_rng(50 + number)
        model = kind(**sizes)
        for w in model.weights:
            noise = rng.standard_normal(w.shape)
            w.assign(1 + 0.1 * noise if w.path.endswith("gamma") else 0.2 * noise)
        x = encoder_inputs(len(WORDS), 0, name == "bert")
        x = {"token_ids": x["input_ids"].numpy().astype("int32"), "padding_mask": x["attention_mask"].numpy().astype("int32"),
             **({"segment_ids": x["token_type_ids"].numpy().astype("int32")} if name == "bert" else {})}
        out = model(x)
        out = out if isinstance(out, dict) else {"sequence_output": out}
        folder = root / "kerashub" / name
        folder.mkdir(parents=True, exist_ok=True)
        model.save_to_preset(str(folder))
        metadata = json.loads((folder / "metadata.json").read_text())
        metadata["date_saved"] = "2026-01-01@00:00:00"
        (folder / "metadata.json").write_text(json.dumps(metadata, indent=4))
        expected = {k: keras.ops.convert_to_numpy(v) for k, v in out.items()} | x
        save_file({k: v.copy(order="C") for k, v in expected.items()}, folder / "expected.safetensors")
        print(name, model.count_params(), "weights")


def open_presets(root):
    """Presets of KerasHub that keras4j saved, beside what KerasHub saved and gave."""
    import keras
    import keras_hub

    for folder in sorted(p.parent for p in root.glob("*/metadata.json")):
        a = load_file(folder / "checked.safetensors")
        want = a.pop("sequence_output")
        model = keras_hub.models.Backbone.from_preset(str(folder))
        out = model({k: v for k, v in a.items()})
        got = keras.ops.convert_to_numpy(out["sequence_output"] if isinstance(out, dict) else out)
        error = float(np.abs(got - want).max())
        print(f"{folder.name}: {type(model).__name__} of KerasHub {error:.2g}")
        if not error <= 1e-4:
            raise SystemExit(f"{folder}: largest difference {error}")


HUGGING_FACE = {  # names of inputs there
    "token_ids": "input_ids", "padding_mask": "attention_mask", "segment_ids": "token_type_ids",
    "encoder_token_ids": "input_ids", "encoder_padding_mask": "attention_mask", "decoder_token_ids": "decoder_input_ids",
    "encoder_features": "input_features", "images": "pixel_values",
}


def open_saved(root):
    """Each folder has what keras4j saved, and inputs and its outputs in checked.safetensors."""
    import keras

    worst = 0.0
    folders = sorted(p.parent for p in root.glob("**/checked.safetensors"))
    for folder in folders:
        a = load_file(folder / "checked.safetensors")
        want = a.pop("logits")
        config = json.loads((folder / "config.json").read_text())
        kind = getattr(transformers, config["architectures"][0])
        model, report = kind.from_pretrained(folder, output_loading_info=True)
        for what in ("missing_keys", "unexpected_keys", "mismatched_keys"):
            if report[what]:
                raise SystemExit(f"{folder}: {what} {report[what]}")
        x = {}
        for name, v in a.items():
            t = torch.tensor(v.transpose(0, 3, 1, 2) if name == "images" else v.swapaxes(1, 2) if v.ndim == 3 else v)
            x[HUGGING_FACE[name]] = t.long() if v.dtype == np.int32 else t
        with torch.no_grad():
            got = model.eval()(**x).logits.numpy()
        mine = keras.saving.load_model(folder / "model.keras")
        answer = mine(a["images"] if "images" in a else a, training=False)
        errors = [float(np.abs(g - want).max()) for g in (got, keras.ops.convert_to_numpy(answer))]
        print(f"{folder.name}: {kind.__name__} {errors[0]:.2g}, Keras on {keras.backend.backend()} {errors[1]:.2g}")
        worst = max([worst] + errors)
    if not folders or not worst <= 1e-4:
        raise SystemExit(f"{len(folders)} folders, largest difference {worst}")


if __name__ == "__main__":
    what, where = sys.argv[1:]
    {"make": make, "presets": presets, "open": open_saved, "open_presets": open_presets}[what](pathlib.Path(where))
