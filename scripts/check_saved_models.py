"""Loads SavedModels that keras4j exported with Python's TensorFlow, and compares what they predict.

The folder is made by the tests, which train the models on PyTorch:

    ./mvnw -q -B verify -pl tck -am -Dtest='ServedModelsTest,ExportArchiveTest' -Dkeras4j.savedModels=/tmp/saved
    KERAS_BACKEND=tensorflow python scripts/check_saved_models.py /tmp/saved

Networks of `applications` and models of `hub`, which are deeper, so that more is lost by rounding, are made by `-pl examples
-Dtest=ExportedNetworksTest -Dkeras4j.exported.networks=all -Dkeras4j.exported.formats=SAVED_MODEL -Dkeras4j.exported.files=/tmp/networks`, and
checked by `python scripts/check_saved_models.py /tmp/networks/saved_model 1e-4`. On some processors TensorFlow 2.21 ends by a
division by zero in convolutions of 1x1, in Keras's own MobileNet too: `TF_ENABLE_ONEDNN_OPTS=0` avoids it.

Each model is called by `serve`, by the signature `serving_default` and, where it has one input and gives one output, as
Keras's `TFSMLayer`. `archive` is an archive of several endpoints, `trainable` one with a training step, which is run here. Needs a Python with TensorFlow and Keras 3; not part of the tests.
"""

import pathlib
import sys

import keras
import numpy as np
import tensorflow as tf

TOLERANCE = float(sys.argv[2]) if len(sys.argv) > 2 else 1e-5


def arrays(file, prefix):
    with np.load(file) as z:
        return [z[f"{prefix}{i}"] for i in range(sum(k.startswith(prefix) for k in z.files))]


def flat(nested):
    return [np.asarray(x) for x in tf.nest.flatten(nested)]


def differences(name, got, expected):
    if len(got) != len(expected):
        return [f"{name}: {len(got)} outputs, expected {len(expected)}"]
    out = []
    for i, (g, e) in enumerate(zip(got, expected)):
        if g.dtype != e.dtype or g.shape != e.shape:
            out.append(f"{name} output {i}: {g.dtype}{g.shape}, expected {e.dtype}{e.shape}")
        elif not np.allclose(g, e, TOLERANCE, TOLERANCE):
            out.append(f"{name} output {i}: differs by {np.abs(g - e).max()}")
    return out


def check(model):
    loaded = tf.saved_model.load(str(model))
    wrong = []
    trainable = len(loaded.trainable_variables)
    if len(loaded.variables) != trainable + len(loaded.non_trainable_variables):
        wrong.append("the lists of variables do not fit together")
    files = sorted(model.parent.glob(f"{model.name}_[0-9]*.npz"))
    if not files:
        wrong.append("has no arrays")
    for file in files:
        inputs, expected = arrays(file, "in"), arrays(file, "out")
        # the nested inputs of serve, whose leaves know their names
        nested = loaded.serve.input_signature[0]
        specs = tf.nest.flatten(nested)
        serve = loaded.serve(tf.nest.pack_sequence_as(nested, [tf.constant(x) for x in inputs]))
        wrong += differences(f"{file.stem} serve", flat(serve), expected)
        named = {s.name: tf.constant(x) for s, x in zip(specs, inputs)}
        signature = loaded.signatures["serving_default"](**named)
        wrong += differences(f"{file.stem} serving_default", [np.asarray(signature[k]) for k in sorted(signature)], expected)
        if len(inputs) == 1 and len(expected) == 1:
            layer = keras.layers.TFSMLayer(str(model), call_endpoint="serve")
            wrong += differences(f"{file.stem} TFSMLayer", flat(layer(inputs[0])), expected)
    return wrong, trainable, len(files)


def check_archive(model):
    """Endpoints with arguments by name and position, that share weights, and a list of variables."""
    loaded = tf.saved_model.load(str(model))
    with np.load(model.parent / "archive.npz") as z:
        x, z, embed, serve = (z[k] for k in ("x", "z", "embed", "serve"))
    wrong = differences("embed", flat(loaded.embed(x)), [embed])
    wrong += differences("serving_default", flat(loaded.signatures["serving_default"](args_0=tf.constant(x))), [embed])
    wrong += differences("serve", flat(loaded.serve(x)), [serve])
    other = flat(loaded.serve(z))[0]
    for got in (loaded.compare(z, x), loaded.compare(right=z, left=x), loaded.signatures["compare"](right=tf.constant(z), left=tf.constant(x))):
        wrong += differences("compare", [np.asarray(got["difference"]), np.asarray(got["sum"])], [other - serve, z + x])
    if len(loaded.optimizer_variables) < 2 + 2 * len(loaded.trainable_variables):
        wrong.append("the optimizer's variables are not all there")
    loaded.trainable_variables[0].assign_add(tf.ones_like(loaded.trainable_variables[0]))
    if np.allclose(loaded.embed(x), embed):
        wrong.append("endpoints do not read the variables")
    return wrong, len(loaded.trainable_variables), 1


def check_training(model):
    """Steps in a loop of TensorFlow's learn what fit learned."""
    loaded = tf.saved_model.load(str(model))
    with np.load(model.parent / "trainable.npz") as z:
        x, y, expected = z["x"], z["y"], z["predictions"]
    for i in range(0, len(x), 6):
        loaded.train(tf.constant(x[i : i + 6]), tf.constant(y[i : i + 6]))
    return differences("after training", flat(loaded.serve(x)), [expected]), len(loaded.trainable_variables), 1


def main():
    folder = pathlib.Path(sys.argv[1])
    failed = 0
    models = sorted(p.parent for p in folder.glob("*/saved_model.pb"))
    for model in models:
        how = {"archive": check_archive, "trainable": check_training}.get(model.name, check)
        wrong, trainable, files = how(model)
        failed += bool(wrong)
        print(f"{model.name:14}", "; ".join(wrong) or f"ok, {trainable} trainable variables, {files} batches")
    print(f"{len(models) - failed} of {len(models)} models predict the same")
    sys.exit(failed > 0 or not models)


if __name__ == "__main__":
    main()
