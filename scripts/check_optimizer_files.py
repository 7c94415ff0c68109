"""Exchanges weights files with optimizer state with real Keras, both ways.

For each optimizer of keras_models.py and of record_optimizer_files.py, Python's Keras makes a model, saves it before
training, trains it and saves its weights. `keras4j copy --model` reads the untrained model, takes the weights file and
writes another. Python's Keras must find the same weights and the same optimizer state in that one, group by group,
without a warning, and go on training from it to the same weights as the original.

    usage: KERAS_BACKEND=jax python scripts/check_optimizer_files.py [NAME ...]

Needs a Python with Keras 3.15, and the packaged project: its launcher, or the one that KERAS4J names. Not part of the
tests.
"""

import os
import pathlib
import subprocess
import sys
import tempfile
import warnings

import h5py
import keras
import keras_models
import numpy as np
import record_optimizer_files

ROOT = pathlib.Path(__file__).resolve().parent.parent


def several():
    chosen = keras.optimizers.OptimizerMap(keras.optimizers.SGD(0.1, momentum=0.9))
    chosen[".*bias"] = keras.optimizers.Adam(0.01)
    return keras.optimizers.MultiOptimizer(chosen)


OPTIMIZERS = {
    **keras_models.OPTIMIZERS,
    **{f"recorded_{name}": made for name, made in record_optimizer_files.OPTIMIZERS.items()},
    "several": several,
    "scaled_average": lambda: keras.optimizers.LossScaleOptimizer(
        keras.optimizers.SGD(0.1, momentum=0.5, use_ema=True, ema_momentum=0.5)),
}


def datasets(file):
    found = {}
    with h5py.File(file) as h5:
        h5.visititems(lambda name, o: found.update({name: np.asarray(o)}) if isinstance(o, h5py.Dataset) else None)
    return found


def train(model, x, y):
    for _ in range(3):
        model.train_on_batch(x, y)


def problems(model, optimizer, weights, copy, x, y):
    if not copy.exists():
        yield "cannot be read"
        return
    before, after = datasets(weights), datasets(copy)
    if before.keys() != after.keys():
        yield f"other datasets: {sorted(before.keys() ^ after.keys())}"
    for name in before.keys() & after.keys():
        if before[name].dtype != after[name].dtype or not np.array_equal(before[name], after[name]):
            yield f"{name} differs"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        again = record_optimizer_files.model(optimizer())
        again.optimizer.build(again.trainable_variables)
        again.load_weights(copy)
    train(model, x, y)
    train(again, x, y)
    for a, b in zip(record_optimizer_files.host(model.variables), record_optimizer_files.host(again.variables)):
        if not np.array_equal(a, b):
            yield "trains otherwise"
            return


def main():
    folder = pathlib.Path(tempfile.mkdtemp())
    launcher = os.environ.get("KERAS4J", str(ROOT / "bin" / "keras4j"))
    rng = np.random.default_rng(0)
    x = rng.normal(size=(8, 4)).astype("float32")
    y = rng.normal(size=(8, 2)).astype("float32")
    names = sys.argv[1:] or sorted(OPTIMIZERS)
    failed = 0
    for name in names:
        keras.utils.set_random_seed(1)
        model = record_optimizer_files.model(OPTIMIZERS[name]())
        plain, weights, copy = (folder / f"{name}{end}" for end in (".keras", ".weights.h5", ".copy.weights.h5"))
        model.save(plain)
        train(model, x, y)
        model.save_weights(weights)
        subprocess.run([launcher, "copy", "--model", plain, weights, copy])
        found = "; ".join(problems(model, OPTIMIZERS[name], weights, copy, x, y))
        failed += bool(found)
        print(f"{name}: {found or 'same'}", flush=True)
    print(f"{len(names) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
