"""Records what Keras writes of models that are taken apart, for the tests of model surgery and of loading options.

Writes into tck/src/test/resources/org/keras4j/tck/surgery: weights in several files, a model as a folder, models as JSON,
summaries with all their options, configs of clones, and what the models predict.

    usage: KERAS_BACKEND=jax COLUMNS=100 python scripts/record_surgery.py

Needs a Python with Keras 3.15. With --check FOLDER it loads what `keras4j copy` has made of these files instead:

    keras4j copy --model model.keras sharded.weights.json FOLDER/sharded.weights.json
    keras4j copy --model model.keras sharded.weights.json FOLDER/single.weights.h5
    keras4j copy folder FOLDER/folder
    keras4j copy model.keras FOLDER/model.keras
"""

import argparse
import json
import pathlib
import shutil

import keras
import numpy as np
from keras import layers

ROOT = pathlib.Path(__file__).resolve().parent.parent
HERE = ROOT / "tck/src/test/resources/org/keras4j/tck/surgery"
SHARD = 600 / 1024**3  # 600 bytes


def nested():
    """Convolutions, a nested Functional, a nested Sequential, a branch, a function."""
    inner_in = keras.Input((6, 6, 4), name="inner_in")
    inner = keras.Model(
        inner_in,
        layers.BatchNormalization(name="bn")(layers.Conv2D(4, 3, activation="relu", name="inner_conv")(inner_in)),
        name="inner",
    )
    chain = keras.Sequential([keras.Input((4,)), layers.Dense(5, activation="tanh", name="chain_dense")], name="chain")
    image = keras.Input((8, 8, 1), name="image")
    x = inner(layers.Conv2D(4, 3, name="stem")(image))
    x = layers.GlobalAveragePooling2D(name="pool")(x)
    a = chain(x)
    b = layers.Dense(5, name="side")(x)
    out = layers.Dense(3, activation="softmax", name="head")(keras.ops.relu(layers.Add(name="add")([a, b])))
    model = keras.Model(image, out, name="outer")
    model.get_layer("inner").trainable = False
    return model


def text():
    vectorize = layers.TextVectorization(output_sequence_length=4, vocabulary=["a", "b", "c"], name="words")
    return keras.Sequential([keras.Input((4,)), layers.Normalization(mean=[1.0] * 4, variance=[4.0] * 4, name="norm"),
                             layers.Dense(2, name="dense")], name="folder_model"), vectorize


def numbers(model, seed):
    rng = np.random.default_rng(seed)
    model.set_weights([rng.uniform(0.1, 1, w.shape).astype("float32") for w in model.weights])


def images():
    return np.random.default_rng(5).uniform(size=(3, 8, 8, 1)).astype("float32")


def summaries(model):
    made = {}
    for name, options in {
        "plain": {},
        "expanded": dict(expand_nested=True),
        "trainable": dict(show_trainable=True, expand_nested=True),
        "range": dict(layer_range=["stem", "pool"]),
        "range_reversed": dict(layer_range=["po.*", "st.*"]),
        "positions": dict(positions=[0.4, 0.6, 0.75, 1.0], line_length=100),
        "narrow": dict(line_length=80, show_trainable=True),
        "short": dict(positions=[0.3, 0.5, 0.6, 0.9], line_length=90),
    }.items():
        lines = []
        model.summary(print_fn=lines.append, **options)
        made[name] = "\n".join(lines)
    return made


def clones(model):
    def wider(layer):
        config = layer.get_config()
        if "units" in config and layer.name == "side":
            config["activation"] = "elu"
        return layer.__class__.from_config(config)

    def with_dropout(layer, *args, **kwargs):
        out = layer(*args, **kwargs)
        if isinstance(layer, layers.Dense):
            out = layers.Dropout(0.5, name=f"after_{layer.name}")(out)
        return out

    def renamed(layer):
        config = layer.get_config()
        config["name"] = "new_" + config["name"]
        return layer.__class__.from_config(config)

    made = {
        "plain": keras.models.clone_model(model),
        "function": keras.models.clone_model(model, clone_function=wider),
        "call": keras.models.clone_model(model, call_function=with_dropout),
        "recursive": keras.models.clone_model(model, clone_function=renamed, recursive=True),
        "input": keras.models.clone_model(model, input_tensors=keras.Input((8, 8, 1), batch_size=2, name="other")),
    }
    return {name: json.loads(m.to_json()) for name, m in made.items()}


def record():
    shutil.rmtree(HERE, ignore_errors=True)
    HERE.mkdir(parents=True)
    model = nested()
    numbers(model, 1)
    model.compile("adam", "mse")
    model.fit(images(), np.zeros((3, 3), "float32"), verbose=0)
    model.save(HERE / "model.keras")
    model.save_weights(HERE / "sharded.weights.json", max_shard_size=SHARD)
    whole = keras.Model(model.inputs, model.get_layer("pool").output)
    back = keras.Model(model.get_layer("pool").output, model.output)
    arrays = {"x": images(), "y": model.predict(images(), verbose=0), "pool": whole.predict(images(), verbose=0)}
    arrays["back"] = back.predict(arrays["pool"], verbose=0)
    other, vectorize = text()
    numbers(other, 2)
    other.compile("sgd", "mse")
    other.save(HERE / "folder", zipped=False)
    arrays["fx"] = np.arange(8, dtype="float32").reshape(2, 4)
    arrays["fy"] = other.predict(arrays["fx"], verbose=0)
    np.savez(HERE / "arrays.npz", **arrays)
    uncompiled = nested()
    (HERE / "model.json").write_text(uncompiled.to_json())
    (HERE / "summaries.json").write_text(json.dumps(summaries(uncompiled)))
    (HERE / "clones.json").write_text(json.dumps(clones(uncompiled)))


def check(folder):
    folder = pathlib.Path(folder)
    arrays = np.load(HERE / "arrays.npz")
    for name in ("sharded.weights.json", "single.weights.h5"):
        model = nested()
        model.load_weights(folder / name)
        np.testing.assert_allclose(model.predict(arrays["x"], verbose=0), arrays["y"], rtol=1e-5, atol=1e-6)
    listed = json.loads((folder / "sharded.weights.json").read_text())
    mine = json.loads((HERE / "sharded.weights.json").read_text())
    assert set(listed["weight_map"]) == set(mine["weight_map"]), (listed, mine)
    assert listed["metadata"] == mine["metadata"], (listed["metadata"], mine["metadata"])
    for name, x, y in (("folder", "fx", "fy"), ("model.keras", "x", "y")):
        model = keras.saving.load_model(folder / name)
        assert model.optimizer is not None
        np.testing.assert_allclose(model.predict(arrays[x], verbose=0), arrays[y], rtol=1e-5, atol=1e-6)
    print("all of", folder, "load and predict the same")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--check", metavar="FOLDER")
    chosen = parser.parse_args()
    check(chosen.check) if chosen.check else record()
