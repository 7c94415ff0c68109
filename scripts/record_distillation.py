"""Records with real Keras what students learn from teachers.

For each case a Distiller is saved before training; its logs in three steps and evaluated, the student's weights after
them, and its predictions go into an npz. `names` shows what Keras makes of the name "kl_divergence".

    usage: KERAS_BACKEND=jax python scripts/record_distillation.py tck/src/test/resources/org/keras4j/tck/distillation

Needs a Python with Keras 3.15. With `check FILE NPZ` it opens a Distiller that Java saved, and compares. Not part of the tests.
"""

import pathlib
import sys

import keras
import numpy as np
from keras import distillation, layers, losses


def models(outputs):
    inputs = keras.Input((5,), name="in")
    x = layers.Dense(8, activation="relu", name="t_first")(inputs)
    x = layers.Dense(4, activation="tanh", name="t_mid")(x)
    heads = [layers.Dense(3, name=f"t_out{i}")(x) for i in range(outputs)]
    teacher = keras.Model(inputs, heads if outputs > 1 else heads[0], name="teacher")
    if outputs == 1:
        student = keras.Sequential(
            [keras.Input((5,)), layers.Dense(4, activation="tanh", name="s_mid"), layers.Dense(3, name="s_out0")],
            name="student",
        )
    else:
        inputs = keras.Input((5,), name="small")
        x = layers.Dense(4, activation="tanh", name="s_mid")(inputs)
        student = keras.Model(inputs, [layers.Dense(3, name=f"s_out{i}")(x) for i in range(outputs)], name="student")
    return teacher, student


def cases():
    sparse = losses.SparseCategoricalCrossentropy(from_logits=True)
    yield "logits", 1, distillation.LogitsDistillation(temperature=2.5, loss=losses.KLDivergence()), {}, sparse
    yield "features", 1, [
        distillation.LogitsDistillation(loss=losses.CategoricalCrossentropy(from_logits=True)),
        distillation.FeatureDistillation("mse", teacher_layer_name="t_mid", student_layer_name="s_mid"),
        distillation.FeatureDistillation(losses.CosineSimilarity()),
    ], dict(distillation_loss_weights=[0.25, 1.5, 0.5], student_loss_weight=0.3), sparse
    yield "outputs", 2, [
        distillation.LogitsDistillation(loss=[losses.KLDivergence(), None]),
        distillation.FeatureDistillation([None, losses.MeanAbsoluteError()]),
    ], dict(student_loss_weight=0.75), [sparse, losses.MeanSquaredError()]


def record(folder):
    folder.mkdir(parents=True, exist_ok=True)
    arrays = {}
    rng = np.random.default_rng(7)
    for name, outputs, distilled, settings, loss in cases():
        keras.utils.set_random_seed(11)
        teacher, student = models(outputs)
        d = distillation.Distiller(teacher, student, distilled, **settings)
        d.compile(keras.optimizers.SGD(0.2), loss=loss)
        if outputs > 1:  # Keras 3.15 makes a list of its own kind of it, which does not go with lists of targets
            object.__setattr__(d, "_student_loss", list(loss))
        x = rng.normal(size=(6, 5)).astype("float32")
        y = rng.integers(0, 3, size=(6,)).astype("int32")
        if outputs > 1:
            y = [y, rng.normal(size=(6, 3)).astype("float32")]
        d.predict(x, verbose=0)
        d.save(folder / f"{name}.keras")
        arrays[f"{name}_x"] = x
        for i, a in enumerate(y if outputs > 1 else [y]):
            arrays[f"{name}_y{i}"] = a
        keys = ["loss", "student_loss", "distillation_loss", "total_loss"]
        logs = [d.train_on_batch(x, y, return_dict=True) for _ in range(3)]
        d.reset_metrics()
        logs.append(d.evaluate(x, y, return_dict=True, verbose=0))
        print(name, logs)
        arrays[f"{name}_logs"] = np.asarray([[float(l[k]) for k in keys] for l in logs], "float32")
        for i, w in enumerate(student.get_weights()):
            arrays[f"{name}_w{i}"] = w
        p = d.predict(x, verbose=0)
        for i, a in enumerate(p if outputs > 1 else [p]):
            arrays[f"{name}_p{i}"] = a
    np.savez_compressed(folder / "expected.npz", **arrays)


def names():
    t, s = np.array([[2.0, 1.0, -1.0]], "float32"), np.array([[1.0, 1.5, 0.0]], "float32")
    for loss in ["kl_divergence", losses.KLDivergence()]:
        d = distillation.LogitsDistillation(loss=loss)
        print("LogitsDistillation of", loss, float(d.compute_loss(t, s)), d.get_config())


def check(file, npz):
    d = keras.saving.load_model(file)
    e = np.load(npz)
    name = pathlib.Path(file).stem
    p = d.predict(e[f"{name}_x"], verbose=0)
    for i, a in enumerate(p if isinstance(p, list) else [p]):
        print(name, "predictions differ by", float(np.abs(a - e[f"{name}_p{i}"]).max()))
    for i, w in enumerate(d.student.get_weights()):
        print(name, "weights differ by", float(np.abs(w - e[f"{name}_w{i}"]).max()))
    print([type(l).__name__ for l in d.distillation_losses], d.distillation_loss_weights, d.student_loss_weight,
          d.teacher.trainable, [l.get_config() for l in d.distillation_losses])


if sys.argv[1] == "check":
    check(sys.argv[2], sys.argv[3])
else:
    record(pathlib.Path(sys.argv[1]))
    names()
