"""Tiny presets of random weights, written by KerasHub itself, and what its models make of tokens: the goldens of KerasHubDecodersTest.

    python scripts/check_kerashub.py CHECKOUT FOLDER

CHECKOUT is a checkout of keras-hub; it needs keras, h5py, regex, and whatever else its import asks for.
"""

import argparse
import json
import pathlib
import shutil
import struct
import sys

import numpy as np

LLAMA = dict(
    vocabulary_size=64, num_layers=2, num_query_heads=4, num_key_value_heads=2, hidden_dim=16, intermediate_dim=24
)


def models(hub):
    small = {k: v for k, v in LLAMA.items() if "query" not in k and "key" not in k}
    return {
        "gpt2": hub.GPT2Backbone(**small, num_heads=4, max_sequence_length=48),
        "llama": hub.LlamaBackbone(**LLAMA, layer_norm_epsilon=1e-5, rope_position_scaling_factor=2.0),
        "llama3": hub.Llama3Backbone(
            **LLAMA,
            rope_max_wavelength=500000,
            rope_frequency_adjustment_factor=8.0,
            rope_low_freq_factor=1.0,
            rope_high_freq_factor=4.0,
            rope_pretraining_sequence_length=16,
        ),
        "mistral": hub.MistralBackbone(**LLAMA, sliding_window=5, head_dim=8, rope_scaling_factor=2.0),
        "qwen3": hub.Qwen3Backbone(**LLAMA, head_dim=8, tie_word_embeddings=True, sliding_window_size=None),
        "qwen3_untied": hub.Qwen3Backbone(**LLAMA, head_dim=8, tie_word_embeddings=False, sliding_window_size=None),
    }


def arrays(path, values):
    """A file of safetensors, which needs no library."""
    header, data = {}, b""
    for name, value in values.items():
        kind = {"float32": "F32", "int32": "I32"}[value.dtype.name]
        raw = value.tobytes()
        header[name] = dict(dtype=kind, shape=value.shape, data_offsets=[len(data), len(data) + len(raw)])
        data += raw
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkout", type=pathlib.Path)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--compare", action="store_true", help="instead read presets there and print what differs")
    args = parser.parse_args()
    sys.path.insert(0, str(args.checkout))
    import keras
    import keras_hub.models as hub

    if args.compare:
        for folder in sorted(p for p in args.folder.iterdir() if (p / "config.json").exists()):
            backbone = hub.Backbone.from_preset(str(folder))
            raw = (folder / "expected.safetensors").read_bytes()
            size = struct.unpack("<Q", raw[:8])[0]
            header = json.loads(raw[8 : 8 + size])
            want = {}
            for name in ("tokens", "logits"):
                a, b = header[name]["data_offsets"]
                kind = dict(F32=np.float32, I32=np.int32)[header[name]["dtype"]]
                want[name] = np.frombuffer(raw[8 + size + a : 8 + size + b], kind).reshape(header[name]["shape"])
            print(folder.name, np.abs(logits(keras, backbone, want["tokens"]) - want["logits"]).max())
        return
    rng = np.random.default_rng(3)
    for name, backbone in models(hub).items():
        for w in backbone.weights:
            w.assign(rng.standard_normal(w.shape) * 0.3 + (1 if "norm" in w.path and "beta" not in w.path else 0))
        folder = args.folder / name
        shutil.rmtree(folder, ignore_errors=True)
        backbone.save_to_preset(str(folder))
        tokens = rng.integers(0, 64, (2, 12)).astype(np.int32)
        arrays(folder / "expected.safetensors", dict(tokens=tokens, logits=logits(keras, backbone, tokens)))
    # one in several files
    backbone = models(hub)["llama"]
    for w in backbone.weights:
        w.assign(rng.standard_normal(w.shape) * 0.3)
    folder = args.folder / "sharded"
    shutil.rmtree(folder, ignore_errors=True)
    backbone.save_to_preset(str(folder), max_shard_size=8e-6)
    tokens = rng.integers(0, 64, (2, 12)).astype(np.int32)
    arrays(folder / "expected.safetensors", dict(tokens=tokens, logits=logits(keras, backbone, tokens)))


def logits(keras, backbone, tokens):
    hidden = backbone(dict(token_ids=tokens, padding_mask=np.ones_like(tokens)))
    return np.asarray(keras.ops.convert_to_numpy(backbone.token_embedding(hidden, reverse=True)), np.float32)


if __name__ == "__main__":
    main()
