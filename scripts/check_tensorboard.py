"""Reads the event files of the callback TensorBoard with TensorBoard's own reader.

The test class `TensorBoardFiles` trains a model with the callback; TensorBoard's event accumulator must read every tag.
With --keras, Keras's own callback trains the same model, and tags, plugins and steps of both are compared (this needs
TensorFlow), up to the name of the model in the paths of weights, which a Sequential has there in Python.

    usage: python scripts/check_tensorboard.py FOLDER [--keras]

FOLDER holds what the program wrote. Needs a Python with tensorboard 2.21. Not part of the tests.
"""

import pathlib
import sys

import numpy as np
from tensorboard.backend.event_processing import event_accumulator
from tensorboard.plugins.histogram import metadata as histograms
from tensorboard.util import tensor_util


def read(folder):
    runs = {}
    for run in ("train", "validation"):
        acc = event_accumulator.EventAccumulator(
            str(folder / run), size_guidance={event_accumulator.TENSORS: 0}
        )
        acc.Reload()
        runs[run] = acc
    return runs


def plugins(acc):
    return {
        tag: acc.SummaryMetadata(tag).plugin_data.plugin_name
        for tag in acc.Tags()["tensors"]
    }


def tags(runs):
    return {
        run: {
            (tag.removeprefix("board/"), plugin, tuple(e.step for e in acc.Tensors(tag)))
            for tag, plugin in plugins(acc).items()
        }
        for run, acc in runs.items()
    }


def keras_run(folder):
    import keras

    x = np.arange(12, dtype="float32").reshape(6, 2) / 10
    y = x.sum(axis=1, keepdims=True)
    model = keras.Sequential(
        [
            keras.Input((2,)),
            keras.layers.Dense(3, activation="tanh", name="hidden"),
            keras.layers.Dense(1, name="out"),
        ],
        name="board",
    )
    model.compile(keras.optimizers.SGD(0.01), "mse", metrics=["mae"])
    model.fit(
        x,
        y,
        epochs=3,
        batch_size=2,
        verbose=0,
        validation_split=1 / 3,
        callbacks=[
            keras.callbacks.TensorBoard(
                str(folder),
                histogram_freq=1,
                write_images=True,
                update_freq=1,
                write_steps_per_second=True,
            )
        ],
    )


def main():
    folder = pathlib.Path(sys.argv[1])
    runs = read(folder)
    ours = tags(runs)
    for run, acc in runs.items():
        for tag, plugin in sorted(plugins(acc).items()):
            events = acc.Tensors(tag)
            arrays = [tensor_util.make_ndarray(e.tensor_proto) for e in events]
            if plugin == histograms.PLUGIN_NAME:
                assert all(a.shape == (30, 3) for a in arrays), tag
                assert all(
                    (a[:, 2] >= 0).all() and (a[:, 0] <= a[:, 1]).all()
                    for a in arrays
                ), tag
                text = f"{int(arrays[-1][:, 2].sum())} values"
            elif plugin == "scalars":
                assert all(a.shape == () and np.isfinite(a) for a in arrays), tag
                text = f"{float(arrays[-1]):.6g}"
            else:
                text = str(arrays[-1].shape)
            print(f"{run:10} {tag:40} {plugin:18} steps {[e.step for e in events]} last {text}")
    graph = runs["train"].Graph()
    print("graph:", [(n.name, n.op, list(n.input)) for n in graph.node])
    if "--keras" in sys.argv:
        import tempfile

        with tempfile.TemporaryDirectory() as other:
            keras_run(pathlib.Path(other))
            theirs = tags(read(pathlib.Path(other)))
        bad = False
        for run in ours:
            for what, left in (("only here", ours[run] - theirs[run]), ("only Keras", theirs[run] - ours[run])):
                for entry in sorted(left):
                    bad = True
                    print(what, run, *entry)
        print("tags differ" if bad else "all tags, plugins and steps as Keras's callback writes them")
        sys.exit(bad)


main()
