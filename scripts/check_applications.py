"""Exchanges the networks of keras.applications with real Keras, both ways, at a small input size.

For each network Keras makes it with random weights and saves it as .keras, its weights as .weights.h5 and as .h5 of older
versions. `keras4j predict` must give the same scores for the .keras; `keras4j application` builds the network itself, takes
each file of weights, and writes a .keras, which Keras must load, find the same weights in, and give the same scores for.

    usage: KERAS_BACKEND=jax python scripts/check_applications.py [--backend pytorch] [--no-top] [NAME ...]

Needs a Python with Keras 3.15, and the packaged project: its launcher, or the one that KERAS4J names. Not part of the tests:
those hold architectures to what record_applications.py wrote.
"""

import argparse
import os
import pathlib
import subprocess
import sys
import tempfile

import h5py
import keras
import numpy as np
from keras.src.legacy.saving import legacy_h5_format

ROOT = pathlib.Path(__file__).resolve().parent.parent
NAMES = sorted(n for n in dir(keras.applications) if n[0].isupper())
FORMS = {"weights.h5": ".weights.h5", "h5": ".h5"}
SMALLEST = {"Xception": 71, "InceptionV3": 75, "InceptionResNetV2": 75}


def made(name, top, rng):
    """The network with weights that keep activations of a size."""
    keras.backend.clear_session()
    side = SMALLEST.get(name, 32)
    arguments = dict(include_top=top, input_shape=(side, side, 3))
    if top:
        arguments["classes"] = 10
    model = getattr(keras.applications, name)(weights=None, **arguments)
    for v in model.weights:
        if v.name in ("moving_mean", "beta", "bias"):
            v.assign(rng.normal(0, 0.1, v.shape))
        elif v.name in ("moving_variance", "gamma"):
            v.assign(rng.uniform(0.7, 1.3, v.shape))
    return model, side


def differs(actual, expected):
    """How far two arrays are apart, relative to the largest number expected."""
    if actual.shape != expected.shape:
        return f"shape {actual.shape} in place of {expected.shape}"
    far = float(np.abs(actual - expected).max() / max(1e-6, np.abs(expected).max()))
    return "" if far <= 1e-4 else f"{far:.1e}"


class Exchange:
    def __init__(self, name, folder, top, rng):
        self.name, self.folder = name, folder
        model, self.side = made(name, top, rng)
        self.x = rng.uniform(0, 255 if model.layers[1].name.startswith(("rescaling", "conv")) else 1, (2, *model.input_shape[1:]))
        self.x = self.x.astype("float32")
        np.savez(folder / f"{name}.npz", in0=self.x)
        model.save(folder / f"{name}.keras")
        model.save_weights(folder / f"{name}.weights.h5")
        with h5py.File(folder / f"{name}.h5", "w") as file:
            legacy_h5_format.save_weights_to_hdf5_group(file, model)
        self.expected = np.asarray(model(self.x, training=False))
        self.weights = [np.asarray(keras.ops.convert_to_numpy(w)) for w in model.weights]

    def triples(self):
        for form in ("keras", *FORMS):
            source = self.folder / (f"{self.name}.keras" if form == "keras" else f"{self.name}.{form}.back.keras")
            yield from (source, self.folder / f"{self.name}.npz", self.folder / f"{self.name}.{form}.out.npz")

    def problems(self):
        for form in ("keras", *FORMS):
            out = self.folder / f"{self.name}.{form}.out.npz"
            if not out.exists():
                yield f"{form} cannot be read"
                continue
            with np.load(out) as results:
                if found := differs(results["out0"], self.expected):
                    yield f"{form} gives other scores: {found}"
        for form in FORMS:
            back = self.folder / f"{self.name}.{form}.back.keras"
            if back.exists():
                again = keras.saving.load_model(back)
                weights = [np.asarray(keras.ops.convert_to_numpy(w)) for w in again.weights]
                if not all(np.array_equal(a, b) for a, b in zip(weights, self.weights, strict=True)):
                    yield f"the file of ours from {form} has other weights"
                if found := differs(np.asarray(again(self.x, training=False)), self.expected):
                    yield f"the file of ours from {form} gives other scores: {found}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--backend", default="pytorch")
    parser.add_argument("--no-top", action="store_true")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    launcher = os.environ.get("KERAS4J", str(ROOT / "bin" / "keras4j"))
    failed, names = 0, options.names or NAMES
    rng = np.random.default_rng(0)
    sides = {}
    for name in names:
        sides.setdefault(SMALLEST.get(name, 32), []).append(name)
    for side, group in sides.items():
        with tempfile.TemporaryDirectory() as f:
            folder = pathlib.Path(f)
            exchanges = [Exchange(n, folder, not options.no_top, rng) for n in group]
            for form, suffix in FORMS.items():
                pairs = [a for e in exchanges for a in (e.name, folder / f"{e.name}.{form}.back.keras")]
                settings = ["--input-shape", f"{side},{side},3", "--weights", folder / f"NAME{suffix}"]
                settings += ["--no-top"] if options.no_top else ["--classes", "10"]
                subprocess.run([launcher, "application", *map(str, settings), *map(str, pairs)])
            files = [str(t) for e in exchanges for t in e.triples()]
            subprocess.run([launcher, "predict", "--backend", options.backend, *files])
            for e in exchanges:
                problems = "; ".join(e.problems())
                failed += bool(problems)
                print(f"{e.name}: {problems or 'same'}", flush=True)
    print(f"{len(names) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
