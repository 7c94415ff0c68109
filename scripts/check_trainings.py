"""Goes on with trainings of keras4j in real Keras and the other way round, for every optimizer.

    KERAS_BACKEND=jax python scripts/check_trainings.py make FOLDER [NAME ...]
    ./mvnw -q -B verify -pl tck -am -Dtest=TrainingExchangeTest -Dkeras4j.trainings=FOLDER
    KERAS_BACKEND=jax python scripts/check_trainings.py check FOLDER

`make` trains a small model for four epochs with real Keras, with ModelCheckpoint after each, and once more, cut off in the
third epoch, with BackupAndRestore. The test does the same on a backend of keras4j, goes on from real Keras's checkpoint of the
weights, its checkpoint of the model and its backup, and holds weights and the optimizer's state against those that real Keras
came to. `check` goes on from keras4j's files in the same three ways, and prints by how much at most the numbers differ, in
parts of the larger of 1 and the number.

Needs a Python with Keras 3.15; not part of the tests.
"""

import pathlib
import shutil
import sys

import check_optimizer_files
import keras
import numpy as np
import record_optimizer_files

EPOCHS, SEEN = 4, 2
CLOSE = 1e-5


class Cut(keras.callbacks.Callback):
    """Ends the training in the middle of an epoch."""

    def on_epoch_begin(self, epoch, logs=None):
        self.epoch = epoch

    def on_train_batch_end(self, batch, logs=None):
        if self.epoch == SEEN:
            raise InterruptedError


def fit(model, data, start=0, callbacks=()):
    model.fit(data["x"], data["y"], batch_size=4, epochs=EPOCHS, initial_epoch=start, shuffle=False, verbose=0,
              callbacks=list(callbacks))
    return model


def state(model):
    groups = {"weights": model.weights, "optimizer": model.optimizer.variables}
    return {f"{name}/{i}": v for name, group in groups.items()
            for i, v in enumerate(record_optimizer_files.host(group))}


def make(folder, names):
    rng = np.random.default_rng(0)
    data = {"x": rng.normal(size=(8, 4)).astype("float32"), "y": rng.normal(size=(8, 2)).astype("float32")}
    folder.mkdir(parents=True, exist_ok=True)
    np.savez(folder / "data.npz", **data)
    for name in names or sorted(check_optimizer_files.OPTIMIZERS):
        here = folder / name
        files = here / "keras"
        files.mkdir(parents=True)
        keras.utils.set_random_seed(1)
        untrained = here / "untrained.keras"
        model = record_optimizer_files.model(check_optimizer_files.OPTIMIZERS[name]())
        # else real Keras makes the state when it loads the model, before it reads the weights that some of it starts at
        model.optimizer.build(model.trainable_variables)
        model.save(untrained)
        through = fit(keras.saving.load_model(untrained), data, callbacks=[
            keras.callbacks.ModelCheckpoint(files / "{epoch}.weights.h5", save_weights_only=True),
            keras.callbacks.ModelCheckpoint(files / "{epoch}.keras")])
        np.savez(here / "through.npz", **state(through))
        try:
            fit(keras.saving.load_model(untrained), data,
                callbacks=[keras.callbacks.BackupAndRestore(files / "backup"), Cut()])
        except InterruptedError:
            pass
        print(name, flush=True)


def resumed(here, data):
    """What was gone on with, and how it ended."""
    untrained, files = here / "untrained.keras", here / "java"

    model = keras.saving.load_model(untrained)
    # real Keras takes the state into an optimizer that has its variables; a second build would make further ones
    if not model.optimizer.built:
        model.optimizer.build(model.trainable_variables)
    model.load_weights(files / f"{SEEN}.weights.h5")
    yield "weights", fit(model, data, SEEN)

    yield "model", fit(keras.saving.load_model(files / f"{SEEN}.keras"), data, SEEN)

    backup = here / "taken"
    shutil.copytree(files / "backup", backup)
    yield "backup", fit(keras.saving.load_model(untrained), data, callbacks=[keras.callbacks.BackupAndRestore(backup)])


def difference(expected, got):
    if expected.keys() != got.keys():
        return np.inf
    most = 0.0
    for key in expected:
        a, b = expected[key], got[key]
        if a.dtype != b.dtype or a.shape != b.shape:
            return np.inf
        a, b = a.astype("float64"), b.astype("float64")
        most = max(most, np.max(np.abs(a - b) / np.maximum(1, np.abs(a)), initial=0))
    return most


def check(folder):
    data = np.load(folder / "data.npz")
    failed = 0
    names = sorted(p.name for p in folder.iterdir() if p.is_dir())
    for name in names:
        here = folder / name
        expected = dict(np.load(here / "through.npz"))
        found = {how: difference(expected, state(model)) for how, model in resumed(here, data)}
        failed += max(found.values()) > CLOSE
        print(f"{name}: {', '.join(f'from {how} {d:.1e}' for how, d in found.items())}", flush=True)
    print(f"{len(names) - failed} passed, {failed} failed")
    return 1 if failed else 0


def main():
    folder = pathlib.Path(sys.argv[2])
    if sys.argv[1] == "make":
        return make(folder, sys.argv[3:])
    return check(folder)


if __name__ == "__main__":
    sys.exit(main())
