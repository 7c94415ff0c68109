"""Exchanges the networks of keras.applications with real Keras, both ways, at a small input size.

For each network, with and without its classifier, Keras makes it with random weights and saves it as .keras, its weights as
.weights.h5 and as .h5 of older versions. `keras4j predict` must give the same scores for the .keras on each backend;
`keras4j application` builds the network itself, takes each file of weights, and writes a .keras. Both of these must hold the very
same weights, and Keras must load them and find the config and the weights that it made, bit by bit, so that scores follow; with
--all-forms they are computed all the same, by both sides and on each backend.

    usage: KERAS_BACKEND=tensorflow python scripts/check_applications.py [--backends pytorch,tensorflow,xla] [--top yes|no] [NAME ...]

Needs a Python with Keras 3.15, and the packaged project: its launcher, or the command that KERAS4J gives, such as
"java -cp ... org.keras4j.cli.Main". Keras on TensorFlow is the quickest that runs them all: on PyTorch it does not pool as NASNet does, on JAX it compiles for long. The largest network takes 8 GB
of the temporary folder. Not part of the tests: those hold architectures to what record_applications.py wrote, and outputs of
some networks to what record_application_outputs.py wrote.
"""

import argparse
import gc
import io
import json
import os
import pathlib
import shlex
import subprocess
import sys
import tempfile
import time
import zipfile

import h5py
import keras
import numpy as np
from keras.src.legacy.saving import legacy_h5_format

ROOT = pathlib.Path(__file__).resolve().parent.parent
NAMES = sorted(n for n in dir(keras.applications) if n[0].isupper())
FORMS = {"weights.h5": ".weights.h5", "h5": ".h5"}
SMALLEST = {"Xception": 71, "InceptionV3": 75, "InceptionResNetV2": 75}
TOLERANCE = 1e-4


def made(name, top, rng):
    """The network with weights that keep activations of a size."""
    keras.backend.clear_session()
    side = SMALLEST.get(name, 32)
    arguments = dict(include_top=top, input_shape=(side, side, 3))
    if top:
        arguments["classes"] = 10
    model = getattr(keras.applications, name)(weights=None, **arguments)
    # each of the many sums of EfficientNetV2 S, M and L would double what goes through, and with it every rounding
    branch = 0.1 if name in ("EfficientNetV2S", "EfficientNetV2M", "EfficientNetV2L") else 1
    for v in model.weights:
        if v.name in ("moving_mean", "beta", "bias"):
            v.assign(rng.normal(0, 0.1, v.shape))
        elif v.name in ("moving_variance", "gamma"):
            last = v.name == "gamma" and v.path.split("/")[-2].endswith("project_bn")
            v.assign(rng.uniform(0.7, 1.3, v.shape) * (branch if last else 1))
    return model, side


def distance(actual, expected):
    """How far two arrays are apart, relative to the largest number expected; NaN if they have other shapes or NaN in them."""
    if actual.shape != expected.shape:
        return float("nan")
    return float(np.abs(actual - expected).max() / max(1e-6, np.abs(expected).max()))


def host(x):
    return keras.ops.convert_to_numpy(x)


class Exchange:
    """One network on its way."""

    def __init__(self, name, folder, top, rng):
        self.name, self.folder, self.problems, self.worst = name, folder, [], {}
        model, self.side = made(name, top, rng)
        scales = any(isinstance(l, (keras.layers.Rescaling, keras.layers.Normalization)) for l in model.layers[:4])
        self.x = rng.uniform(0, 255 if scales else 1, (2, *model.input_shape[1:])).astype("float32")
        np.savez(folder / f"{name}.npz", in0=self.x)
        model.save(folder / f"{name}.keras")
        model.save_weights(folder / f"{name}.weights.h5")
        with h5py.File(folder / f"{name}.h5", "w") as file:  # Keras 3 reads this kind, and writes it with whole models alone
            legacy_h5_format.save_weights_to_hdf5_group(file, model)
        self.expected = host(model(self.x, training=False))
        self.weights = [host(w) for w in model.weights]
        self.config = model.to_json()

    def source(self, form):
        return self.folder / f"{self.name}.{'keras' if form == 'keras' else form + '.back.keras'}"

    def result(self, form, backend):
        return self.folder / f"{self.name}.{form}.{backend}.npz"

    def compare(self, backend, form):
        out = self.result(form, backend)
        if not out.exists():
            self.problems.append(f"{form} gives nothing on {backend}")
            return
        with np.load(out) as results:
            far = distance(results["out0"], self.expected)
        self.worst[backend] = max(far, self.worst.get(backend, 0))
        if not far <= TOLERANCE:
            self.problems.append(f"{form} gives other scores on {backend}: {far:.1e}")

    def back(self, scores):
        """Looks into the files that the network of ours was written to: they are one model, which is the one that Keras made."""
        there = [self.source(form) for form in FORMS if self.source(form).exists()]
        if len(there) != len(FORMS):
            self.problems.append(f"of {list(FORMS)} only {len(there)} can be read")
            return
        if not all(map(np.array_equal, arrays(there[0]), arrays(there[1]))):
            self.problems.append("the files of ours from .weights.h5 and from .h5 have different weights")
        again = keras.saving.load_model(there[0])
        if again.to_json() != self.config:
            self.problems.append(f"the file of ours has another config: {where(json.loads(self.config), json.loads(again.to_json()))}")
        weights = [host(w) for w in again.weights]
        if len(weights) != len(self.weights) or not all(map(np.array_equal, weights, self.weights)):
            self.problems.append("the file of ours has other weights")
        if scores and not (far := distance(host(again(self.x, training=False)), self.expected)) <= TOLERANCE:
            self.problems.append(f"the file of ours gives other scores: {far:.1e}")


def where(expected, found, path=""):
    """The first place where two configs differ."""
    if type(expected) is type(found) and isinstance(expected, dict) and list(expected) == list(found):
        return next(filter(None, (where(v, found[k], f"{path}.{k}") for k, v in expected.items())), "")
    if type(expected) is type(found) and isinstance(expected, list) and len(expected) == len(found):
        return next(filter(None, (where(a, b, f"{path}[{i}]") for i, (a, b) in enumerate(zip(expected, found)))), "")
    return "" if expected == found else f"{path} is {str(found)[:200]} in place of {str(expected)[:200]}"


def arrays(file):
    """All weights in a .keras, in the order of their paths."""
    found = {}
    with zipfile.ZipFile(file) as z, h5py.File(io.BytesIO(z.read("model.weights.h5"))) as h5:
        h5.visititems(lambda path, item: found.update({path: item[()]}) if isinstance(item, h5py.Dataset) else None)
    return [found[path] for path in sorted(found)]


def check(names, top, options, launcher, rng):
    start = time.time()
    with tempfile.TemporaryDirectory() as f:
        folder, exchanges, failed = pathlib.Path(f), [], []
        for name in names:
            try:
                exchanges.append(Exchange(name, folder, top, rng))
            except Exception as error:
                failed.append(f"{name}: {type(error).__name__} {str(error)[:300]}")
            gc.collect()
        for side in {e.side for e in exchanges}:
            group = [e for e in exchanges if e.side == side]
            for form, suffix in FORMS.items():
                settings = ["--input-shape", f"{side},{side},3", "--weights", folder / f"NAME{suffix}"]
                settings += ["--classes", "10"] if top else ["--no-top"]
                pairs = [a for e in group for a in (e.name, e.source(form))]
                subprocess.run([*launcher, "application", *map(str, settings + pairs)])
        forms = ["keras", *(FORMS if options.all_forms else ())]
        for backend in options.backends.split(","):
            files = [a for e in exchanges for form in forms for a in (e.source(form), folder / f"{e.name}.npz", e.result(form, backend))]
            subprocess.run([*launcher, "predict", "--backend", backend, *map(str, files)])
            for e in exchanges:
                for form in forms:
                    e.compare(backend, form)
        for e in exchanges:
            e.back(options.all_forms)
            gc.collect()
            worst = ", ".join(f"{b} {far:.1e}" for b, far in e.worst.items())
            print(f"{e.name} {'with' if top else 'without'} top: {'; '.join(e.problems) or 'same'} (at most {worst})", flush=True)
        for line in failed:
            print(line, flush=True)
    print(f"  {time.time() - start:.0f} s", flush=True)
    return sum(not e.problems for e in exchanges)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--backends", default="pytorch,tensorflow,xla")
    parser.add_argument("--top", choices=["yes", "no"], help="both if not given")
    parser.add_argument("--all-forms", action="store_true")
    parser.add_argument("--group", type=int, default=1, help="so many networks a process of ours")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    launcher = shlex.split(os.environ.get("KERAS4J", str(ROOT / "bin" / "keras4j")))
    rng = np.random.default_rng(0)
    names, tops, passed = options.names or NAMES, {"yes": [True], "no": [False]}.get(options.top, [True, False]), 0
    for i in range(0, len(names), options.group):
        for top in tops:
            passed += check(names[i : i + options.group], top, options, launcher, rng)
    failed = len(names) * len(tops) - passed
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
