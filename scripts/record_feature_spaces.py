"""Records what Keras's FeatureSpace does with a table of mixed columns, for the tests of FeatureSpace.

Writes into tck/src/test/resources/org/keras4j/tck/features: spaces with every kind of feature as .keras, joined and by name, a model
made of one, the table (table.json), and what they give (arrays.npz).

    usage: KERAS_BACKEND=tensorflow python scripts/record_feature_spaces.py

Needs a Python with Keras 3.15 and TensorFlow. With --check FOLDER it loads what FeatureSpaceFiles of the module tck made of these
files instead, and of a space that was made and adapted in Java, and compares what they give:

    java ... org.keras4j.tck.models.FeatureSpaceFiles FOLDER
"""

import argparse
import json
import pathlib

import keras
import numpy as np
import tensorflow as tf
from keras.utils import FeatureSpace

ROOT = pathlib.Path(__file__).resolve().parent.parent
HERE = ROOT / "tck/src/test/resources/org/keras4j/tck/features"
ROWS = 70


def table():
    rng = np.random.default_rng(4)
    words = ["red", "green", "blue", "Grün", "", "teal"]
    notes = ["good and cheap", "bad", "cheap but bad", "very good", "good good bad"]
    return {
        "plain": [round(float(x), 3) for x in rng.normal(0, 1, ROWS)],
        "scaled": [round(float(x), 3) for x in rng.normal(5, 3, ROWS)],
        "normal": [round(float(x), 3) for x in rng.normal(100, 25, ROWS)],
        "bins": [round(float(x), 3) for x in rng.exponential(10, ROWS)],
        "number": [int(x) for x in rng.integers(-3, 9, ROWS)],
        "word": [words[i] for i in rng.integers(0, len(words), ROWS)],
        "number_hash": [int(x) for x in rng.integers(0, 1000, ROWS)],
        "word_hash": [f"id-{x}" for x in rng.integers(0, 1000, ROWS)],
        "given": [round(float(x), 3) for x in rng.normal(3, 2, ROWS)],
        "note": [notes[i] for i in rng.integers(0, len(notes), ROWS)],
    }


def unseen():
    return {
        "plain": [0.5, -2.0, 0.0],
        "scaled": [1.0, 2.0, 3.0],
        "normal": [100.0, 20.0, 180.0],
        "bins": [0.1, 9.0, 100.0],
        "number": [4, 77, -3],
        "word": ["red", "violet", "Grün"],
        "number_hash": [1, 2, 3],
        "word_hash": ["id-1", "x", ""],
        "given": [3.0, 5.0, -1.0],
        "note": ["good", "unknown words", "bad and cheap"],
    }


def joined():
    return FeatureSpace(
        {
            "plain": "float",
            "scaled": FeatureSpace.float_rescaled(scale=0.5, offset=-1.0),
            "normal": "float_normalized",
            "bins": FeatureSpace.float_discretized(num_bins=4),
            "number": FeatureSpace.integer_categorical(max_tokens=8, num_oov_indices=2),
            "word": "string_categorical",
            "number_hash": FeatureSpace.integer_hashed(num_bins=7),
            "word_hash": "string_hashed",
            "given": FeatureSpace.feature(
                dtype="float32", preprocessor=keras.layers.Normalization(mean=3.0, variance=4.0, name="known"), output_mode="float"
            ),
        },
        crosses=[("word", "number"), FeatureSpace.cross(("bins", "word"), crossing_dim=5)],
        crossing_dim=16,
        hashing_dim=9,
    )


def by_name():
    return FeatureSpace(
        {
            "word": FeatureSpace.string_categorical(output_mode="int"),
            "number": FeatureSpace.integer_categorical(output_mode="int"),
            "bins": "float_discretized",
            "normal": "float_normalized",
            "note": FeatureSpace.feature(
                dtype="string",
                preprocessor=keras.layers.TextVectorization(output_sequence_length=3, name="notes"),
                output_mode="int",
            ),
        },
        crosses=[FeatureSpace.cross(("word", "number"), crossing_dim=11, output_mode="int")],
        output_mode="dict",
        num_discretization_bins=3,
    )


def columns(space, data):
    return {k: v for k, v in data.items() if k in space.features}


def numpy(x):
    return keras.ops.convert_to_numpy(x)


def outputs(space, model, data):
    """What the spaces give for tables and a single row, by the names of arrays.npz."""
    out = {}
    for name, d in [("seen", data), ("unseen", unseen())]:
        out[f"joined/{name}"] = numpy(space["joined"](columns(space["joined"], d)))
        for k, v in space["by_name"](columns(space["by_name"], d)).items():
            out[f"by_name/{name}/{k}"] = numpy(v)
    row = {k: v[1] for k, v in unseen().items()}
    out["joined/row"] = numpy(space["joined"](columns(space["joined"], row)))
    for k, v in space["by_name"](columns(space["by_name"], row)).items():
        out[f"by_name/row/{k}"] = numpy(v)
    batch = {k: np.array(v).reshape(-1, 1) for k, v in columns(space["joined"], unseen()).items()}
    batch = {k: tf.constant(v.tolist()) for k, v in batch.items()}
    out["model"] = numpy(model(batch))
    return out


def record():
    HERE.mkdir(parents=True, exist_ok=True)
    data = table()
    spaces = {"joined": joined(), "by_name": by_name()}
    for name, space in spaces.items():
        space.adapt(columns(space, data))
        space.save(str(HERE / f"{name}.keras"))
    space = spaces["joined"]
    dense = keras.layers.Dense(1, kernel_initializer=keras.initializers.RandomUniform(seed=1), name="head")
    model = keras.Model(space.get_inputs(), dense(space.get_encoded_features()), name="of_features")
    model.save(HERE / "model.keras")
    np.savez_compressed(HERE / "arrays.npz", **outputs(spaces, model, data))
    (HERE / "table.json").write_text(json.dumps({"seen": data, "unseen": unseen()}, ensure_ascii=False) + "\n")


def check(folder):
    expected = dict(np.load(HERE / "arrays.npz"))
    failed = False
    for kind in ("copied", "made"):
        spaces = {n: keras.models.load_model(str(folder / f"{kind}_{n}.keras")) for n in ("joined", "by_name")}
        model = keras.models.load_model(str(folder / "copied_model.keras"))
        found = outputs(spaces, model, table())
        for name, e in expected.items():
            a = found[name]
            same = a.shape == e.shape and a.dtype == e.dtype and np.allclose(a, e, rtol=1e-5, atol=1e-6)
            failed |= not same
            if not same:
                print(f"{kind}: {name}: {a.dtype}{a.shape} in place of {e.dtype}{e.shape}")
        print(f"{kind}: {len(expected)} arrays compared")
    raise SystemExit(failed)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--check", type=pathlib.Path)
    arguments = parser.parse_args()
    if arguments.check:
        check(arguments.check)
    else:
        record()
