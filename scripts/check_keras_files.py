"""Exchanges model files with real Keras, both ways, layer by layer.

For each model of keras_models.py, Python's Keras makes it, trains it a little and saves it. `keras4j predict` must give
the same numbers for the file; `keras4j copy` reads and writes it, and Python's Keras must load the copy, find the same
weights, optimizer state and compile settings in it, predict the same, and go on training to the same weights as the
original.

With --format h5 the files are of Keras's older kind. There the copy is held against what Keras itself reads out of its own
file, and models are passed over that Keras cannot read from it (functions of keras.ops, classes without a config).

    usage: KERAS_BACKEND=jax python scripts/check_keras_files.py [--backend pytorch] [--format h5] [NAME ...]

Needs a Python with Keras 3.15, and the packaged project: its launcher, or the one that KERAS4J names. Keras runs
layers for strings with KERAS_BACKEND=tensorflow alone. Not part of the tests.
"""

import argparse
import os
import pathlib
import subprocess
import sys
import tempfile

import keras
import keras_models
import numpy as np

ROOT = pathlib.Path(__file__).resolve().parent.parent
WORDS = ["a", "b", "c", "the", "unknown"]


def tree_equal(a, b, path=""):
    """The first place where two configs differ; empty if none does."""
    if isinstance(a, dict) and isinstance(b, dict):
        for k in sorted(set(a) | set(b), key=str):
            if k not in a or k not in b:
                return f"{path}.{k}"
            if found := tree_equal(a[k], b[k], f"{path}.{k}"):
                return found
        return ""
    if isinstance(a, (list, tuple)) and isinstance(b, (list, tuple)) and len(a) == len(b):
        return next(filter(None, (tree_equal(x, y, f"{path}[{i}]") for i, (x, y) in enumerate(zip(a, b)))), "")
    return "" if a == b else f"{path}: {a!r} became {b!r}"


def all_models(suffix):
    # a loss that is a name alone is not found again by Keras 3.15 when it reads its own .h5
    mse = keras.losses.MeanSquaredError() if suffix == "h5" else "mse"
    made = {name: (make, dict(optimizer="adam", loss=mse)) for name, make in keras_models.MODELS.items()}
    for name, optimizer in keras_models.OPTIMIZERS.items():
        make = lambda: keras_models.sequential((4,), keras.layers.Dense(3, activation="tanh"), keras.layers.Dense(2))
        made[f"optimizer_{name}"] = (make, lambda o=optimizer: dict(optimizer=o(), loss=mse))
    for name, (make, settings) in keras_models.COMPILED.items():
        made[f"compiled_{name}"] = (make, dict(optimizer="adam", **settings))
    return made


def data(model, rng):
    made = []
    for t in keras.tree.flatten(model.inputs):
        shape = (6,) + tuple(t.shape[1:])
        if t.dtype == "string":
            made.append(rng.choice(WORDS, shape))
        elif "int" in t.dtype:
            made.append(rng.integers(0, 10, shape).astype(t.dtype))
        else:
            made.append(rng.normal(size=shape).astype("float32"))
    return made


def fed(x):
    """What Keras takes: it has no strings but TensorFlow's."""
    if x.dtype.kind == "U":
        import tensorflow as tf

        return tf.constant(x)
    return x


def predict(model, x):
    if any(v.dtype.kind == "U" for v in keras.tree.flatten(x)):
        return keras.tree.map_structure(keras.ops.convert_to_numpy, model(keras.tree.map_structure(fed, x)))
    return model.predict(x, verbose=0, batch_size=6)


def train(model, x, y, epochs=1):
    model.fit(x, y, verbose=0, epochs=epochs, shuffle=False, batch_size=6)


def loaded(file):
    """With the same seeds of dropout each time: files do not hold those that nobody gave."""
    keras.utils.set_random_seed(2)
    return keras.saving.load_model(file)


def host(variables):
    return [np.asarray(keras.ops.convert_to_numpy(v)) for v in variables]


def close(actual, expected, tolerance=1e-4):
    """Within the tolerance, relative to each array's size."""
    actual, expected = keras.tree.flatten(actual), keras.tree.flatten(expected)
    for a, e in zip(actual, expected):
        a, e = np.asarray(a), np.asarray(e)
        if a.shape != e.shape:
            return False
        a, e = a.astype("float64"), e.astype("float64")
        if not np.allclose(a, e, tolerance, tolerance * max(1e-1, np.abs(e).max(initial=0))):
            return False
    return len(actual) == len(expected)


def tolerance(name):
    """Of what the two sides compute with few bits, an ulp or two of these."""
    return 2e-2 if "bfloat16" in name else 2e-3 if "float16" in name else 1e-4


class Exchange:
    """One model on its way."""

    def __init__(self, name, folder, suffix):
        self.name = name
        self.legacy = suffix == "h5"
        self.file, self.copy = folder / f"{name}.{suffix}", folder / f"{name}.copy.{suffix}"
        self.arrays, self.results = folder / f"{name}.npz", folder / f"{name}.out.npz"

    def make(self, build, settings, rng):
        keras.utils.set_random_seed(1)
        self.model = model = build()
        model.compile(**(settings() if callable(settings) else settings))
        x = data(model, rng)
        self.x = x[0] if len(x) == 1 else x
        self.expected = predict(model, self.x)
        self.y = None
        if model.trainable_variables:
            self.y = keras.tree.map_structure(lambda o: rng.random(o.shape).astype("float32"), self.expected)
            train(model, self.x, self.y, 3)
        model.save(self.file)
        np.savez(self.arrays, **{f"in{i}": v for i, v in enumerate(x)})
        self.expected = predict(model, self.x)
        if self.legacy:
            again = loaded(self.file)
            if not close(predict(again, self.x), self.expected, 1e-6):
                raise ValueError("what Keras reads from its own file predicts otherwise")

    def problems(self):
        if not self.results.exists():
            yield "cannot be read"
        else:
            with np.load(self.results) as results:
                got = [results[f"out{i}"] for i in range(len(results.files))]
            if not close(got, self.expected, tolerance(self.name)):
                yield "predicts otherwise"
        if not self.copy.exists():
            return
        try:
            again = loaded(self.copy)
            model = loaded(self.file) if self.legacy else self.model
            if not close(host(again.weights), host(loaded(self.file).weights), 1e-7):
                yield "the copy's weights differ"
            if self.y is not None and not self.legacy:  # Keras does not find the state in a .h5 of its own
                if not close(host(again.optimizer.variables), host(model.optimizer.variables), 1e-7):
                    yield "the copy's optimizer state differs"
            differs = tree_equal(model.get_compile_config(), again.get_compile_config())
            if differs:
                yield f"the copy is compiled otherwise: {differs}"
            if not close(predict(again, self.x), self.expected, 1e-6):
                yield "the copy predicts otherwise"
            if self.y is not None and not self.legacy:
                # both read from files, so that states which files do not hold are alike
                trained = [loaded(self.file), loaded(self.copy)]
                for t in trained:
                    train(t, self.x, self.y, 3)
                if not close(*(host(t.weights) for t in trained), 1e-5):
                    yield "the copy trains otherwise"
        except Exception as error:
            yield f"the copy cannot be used: {type(error).__name__} {str(error)[:600]}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--backend", default="pytorch")
    parser.add_argument("--format", default="keras", choices=["keras", "h5"])
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    models = all_models(options.format)
    folder = pathlib.Path(tempfile.mkdtemp())
    rng = np.random.default_rng(0)
    exchanges, predicted, copied, failed, skipped = [], [], [], 0, 0
    for name in options.names or sorted(models):
        e = Exchange(name, folder, options.format)
        try:
            e.make(*models[name], rng)
        except Exception as error:
            skipped += 1
            print(f"{name}: Keras itself does not do it: {type(error).__name__} {str(error)[:300]!r}", flush=True)
            continue
        exchanges.append(e)
        predicted += [e.file, e.arrays, e.results]
        copied += [e.file, e.copy]
    launcher = os.environ.get("KERAS4J", str(ROOT / "bin" / "keras4j"))
    subprocess.run([launcher, "predict", "--backend", options.backend, *map(str, predicted)])
    subprocess.run([launcher, "copy", *map(str, copied)])
    for e in exchanges:
        problems = "; ".join(e.problems())
        failed += bool(problems)
        print(f"{e.name}: {problems or 'same'}", flush=True)
    print(f"{len(exchanges) - failed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
