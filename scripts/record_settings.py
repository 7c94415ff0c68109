"""Records what Keras's settings, folders of files and classes of users give, for SettingsOfKerasTest.

    usage: KERAS_BACKEND=jax python scripts/record_settings.py tck/src/test/resources/org/keras4j/tck/rest/settings.json

Needs a Python with Keras 3.15 on JAX and TensorFlow (for folders). Not part of the tests.
"""

import json
import pathlib
import sys
import tarfile
import tempfile
import zipfile

import keras
import numpy as np
import tensorflow as tf
from keras import layers

CASES = {}


def numbers(x):
    return np.asarray(x, "float64").tolist()


keras.backend.clear_session()
uids = [keras.backend.get_uid(p) for p in ["a", "a", "b", "a", "b"]]
keras.backend.clear_session()
CASES["uids"] = {"prefixes": ["a", "a", "b", "a", "b"], "uids": uids, "cleared": keras.backend.get_uid("a")}

flash = [keras.config.is_flash_attention_enabled()]
keras.config.disable_flash_attention()
flash.append(keras.config.is_flash_attention_enabled())
keras.config.enable_flash_attention()
flash.append(keras.config.is_flash_attention_enabled())
logging = [keras.config.is_interactive_logging_enabled()]
keras.config.disable_interactive_logging()
logging.append(keras.config.is_interactive_logging_enabled())
keras.config.enable_interactive_logging()
logging.append(keras.config.is_interactive_logging_enabled())
CASES["switches"] = {"flash": flash, "logging": logging}

rng = np.random.default_rng(0)
q, k, v = [rng.normal(size=(2, 3, 2, 4)).round(3) for _ in range(3)]
CASES["attention"] = {"query": q.tolist(), "key": k.tolist(), "value": v.tolist(), "plain": numbers(keras.ops.dot_product_attention(*[x.astype("float32") for x in [q, k, v]], is_causal=True, flash_attention=False))}
refused = []
for make in [lambda: layers.MultiHeadAttention(1, 2, dropout=0.1, flash_attention=True), lambda: layers.MultiHeadAttention(1, 2, flash_attention=True)(np.ones((1, 2, 2)), np.ones((1, 2, 2)), return_attention_scores=True)]:
    try:
        make()
        refused.append(False)
    except ValueError:
        refused.append(True)
CASES["attention"]["refused"] = refused


class Counts(keras.callbacks.Callback):
    def __init__(self):
        super().__init__()
        self.seen = dict.fromkeys(["train", "test", "predict", "epochs"], 0)

    def on_train_batch_end(self, batch, logs=None):
        self.seen["train"] += 1

    def on_test_batch_end(self, batch, logs=None):
        self.seen["test"] += 1

    def on_predict_batch_end(self, batch, logs=None):
        self.seen["predict"] += 1

    def on_epoch_end(self, epoch, logs=None):
        self.seen["epochs"] += 1


def counted(epochs, steps):
    keras.config.set_max_epochs(epochs)
    keras.config.set_max_steps_per_epoch(steps)
    told = [keras.config.max_epochs(), keras.config.max_steps_per_epoch()]
    model = keras.Sequential([keras.Input((2,)), layers.Dense(1)])
    model.compile("sgd", "mse")
    x, y = np.ones((20, 2), "float32"), np.ones((20, 1), "float32")
    counts = []
    for run in [lambda c: model.fit(x, y, epochs=5, batch_size=2, verbose=0, callbacks=[c]), lambda c: model.evaluate(x, y, batch_size=2, verbose=0, callbacks=[c]), lambda c: model.predict(x, batch_size=2, verbose=0, callbacks=[c])]:
        c = Counts()
        run(c)
        counts.append(c.seen)
    rows = len(model.predict(x, batch_size=2, verbose=0))
    keras.config.set_max_epochs(None)
    keras.config.set_max_steps_per_epoch(None)
    return {"epochs": epochs, "steps": steps, "told": told, "counts": counts, "rows": rows}


CASES["limits"] = [counted(*c) for c in [(None, None), (2, None), (3, 3), (2, 3), (7, 10)]]

with keras.device("cpu:0"):
    CASES["device"] = numbers(keras.ops.add([1.0, 2.0], 3.0))

X, N = keras.KerasTensor((None, 3, 4), "float32"), keras.KerasTensor((2, 3), "int32")
SYMBOLIC = {
    "x + 1": X + 1,
    "1 - x": 1 - X,
    "x[:, 0]": X[:, 0],
    "x > 0": X > 0,
    "-x": -X,
    "abs(x)": abs(X),
    "x ** 2": X**2,
    "x @ w": X @ keras.KerasTensor((None, 4, 5)),
    "n / 2": N / 2,
    "n // 2": N // 2,
    "n + 1.5": N + 1.5,
    "n * n": N * N,
    "sum(x, 1)": keras.ops.sum(X, 1),
    "mean(n)": keras.ops.mean(N),
}
CASES["symbolic"] = {name: {"shape": list(t.shape), "dtype": t.dtype} for name, t in SYMBOLIC.items()}


class Scaled(keras.Operation):
    def __init__(self, by, name=None):
        super().__init__(name=name)
        self.by = by

    def call(self, x):
        return x * self.by

    def compute_output_spec(self, x):
        return keras.KerasTensor(x.shape, x.dtype)


i = keras.Input((3,))
s = Scaled(2.5)(i)
x = np.arange(6, dtype="float32").reshape(2, 3)
CASES["operation"] = {"shape": list(s.shape), "dtype": s.dtype, "eager": numbers(Scaled(2.5)(x)), "model": numbers(keras.Model(i, s).predict(x, verbose=0))}

squares = layers.Lambda(lambda t: keras.ops.sum(t * t, axis=-1) + 1)
CASES["lambda"] = {"eager": numbers(squares(x)), "shape": list(squares(i).shape), "trainable": len(squares.weights)}


@keras.saving.register_keras_serializable(package="mine")
class Own(layers.Layer):
    pass


CASES["custom_objects"] = {"registered": [k for k in keras.saving.get_custom_objects() if k.startswith("mine")], "name": keras.saving.get_registered_name(Own), "found": keras.saving.get_registered_object("mine>Own") is Own, "outside": keras.saving.get_registered_object("mine>Other") is None}
with keras.saving.CustomObjectScope({"Short": Own}):
    CASES["custom_objects"]["within"] = keras.saving.get_registered_object("Short", custom_objects=None, module_objects=None) is Own
CASES["custom_objects"]["after"] = keras.saving.get_registered_object("Short") is Own


class Batches(keras.utils.PyDataset):
    def __len__(self):
        return 3

    def __getitem__(self, n):
        x = np.array([[n, 1.0], [2.0, n]], "float32")
        return x, np.sum(x, 1, keepdims=True)


def fitted(**settings):
    model = keras.Sequential([keras.Input((2,)), layers.Dense(1)])
    model.set_weights([np.array([[0.5], [-0.5]], "float32"), np.zeros(1, "float32")])
    model.compile(keras.optimizers.SGD(0.05), "mse")
    losses = model.fit(Batches(**settings), epochs=3, shuffle=False, verbose=0).history["loss"]
    return {"losses": losses, "weights": [numbers(w) for w in model.get_weights()], "evaluated": model.evaluate(Batches(**settings), verbose=0), "predicted": numbers(model.predict(Batches(**settings), verbose=0))}


# with two workers Keras 3.15 begins with the second batch, whatever shuffle says
CASES["dataset"] = fitted()

FILES = ["b/10.png", "b/2.png", "b/1.png", "a/x.png", "a/deep/y.png", "c d/Z.png", "c d/a.png", "a/notes.txt"]
folder = pathlib.Path(tempfile.mkdtemp())
for n, name in enumerate(FILES):
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    if name.endswith("png"):
        (folder / name).write_bytes(tf.io.encode_png(np.full((4, 6, 3), 20 * n + 5, "uint8")).numpy())
    else:
        (folder / name).write_text("no picture")


def listed(data, of=folder):
    batches = [(np.asarray(x), np.asarray(y)) for x, y in data.as_numpy_iterator()]
    return {"classes": data.class_names, "files": [str(pathlib.Path(f).relative_to(of)) for f in data.file_paths], "sizes": [len(x) for x, _ in batches], "values": [float(r.mean()) if r.dtype != object else None for x, _ in batches for r in x], "labels": [numbers(y) for _, y in batches], "shape": list(batches[0][0].shape)}


IMAGES = [{"batch_size": 3, "image_size": [2, 3]}, {"label_mode": "categorical", "image_size": [4, 6]}, {"class_names": ["b", "a"], "label_mode": "binary", "image_size": [4, 6]}, {"class_names": ["c d", "a", "b"], "color_mode": "grayscale", "image_size": [4, 6], "batch_size": 4}]
CASES["images"] = {"files": FILES, "cases": [{"settings": s, "got": listed(keras.utils.image_dataset_from_directory(folder, shuffle=False, verbose=False, **{**s, "image_size": tuple(s["image_size"])}))} for s in IMAGES]}
parts = keras.utils.image_dataset_from_directory(folder, shuffle=False, seed=1, validation_split=0.3, subset="both", image_size=(2, 2), verbose=False)
CASES["images"]["split"] = [len(p.file_paths) for p in parts]

TEXTS = {"pos/2.txt": "good one", "pos/10.txt": "better", "neg/1.txt": "bad\nlines", "neg/b.txt": "", "neg/a.png": "none"}
texts = pathlib.Path(tempfile.mkdtemp())
for name, text in TEXTS.items():
    (texts / name).parent.mkdir(parents=True, exist_ok=True)
    (texts / name).write_text(text)


def read(**settings):
    data = keras.utils.text_dataset_from_directory(texts, shuffle=False, verbose=False, **settings)
    return {"classes": data.class_names, "texts": [t.decode() for x, _ in data.as_numpy_iterator() for t in x], "labels": [numbers(y) for _, y in data.as_numpy_iterator()]}


CASES["texts"] = {"files": TEXTS, "all": read(batch_size=3), "short": read(max_length=4, label_mode="categorical")}

source = pathlib.Path(tempfile.mkdtemp())
(source / "in").mkdir()
(source / "in" / "one.txt").write_text("one")
with tarfile.open(source / "data.tar.gz", "w:gz") as t:
    t.add(source / "in" / "one.txt", "in/one.txt")
with zipfile.ZipFile(source / "data.zip", "w") as z:
    z.write(source / "in" / "one.txt", "in/one.txt")
FETCHED = [{"of": "in/one.txt"}, {"of": "in/one.txt", "fname": "other.txt"}, {"of": "in/one.txt", "cache_subdir": "deep/er"}, {"of": "data.zip", "extract": True}, {"of": "data.tar.gz", "extract": True}, {"of": "data.tar.gz", "extract": True, "fname": "name"}, {"of": "data.zip", "extract": True, "fname": "n.zip", "archive_format": "zip"}, {"of": "data.zip"}]
fetched = []
for f in FETCHED:
    cache = pathlib.Path(tempfile.mkdtemp())
    settings = {k: v for k, v in f.items() if k != "of"}
    got = pathlib.Path(keras.utils.get_file(origin=(source / f["of"]).as_uri(), cache_dir=cache, **settings))
    fetched.append({"settings": f, "path": str(got.relative_to(cache)), "files": sorted(str(p.relative_to(got)) for p in got.rglob("*") if p.is_file()) if got.is_dir() else None})
CASES["fetched"] = fetched

pathlib.Path(sys.argv[1]).write_text(json.dumps(CASES, indent=1) + "\n")
