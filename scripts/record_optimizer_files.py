"""Writes weights files with optimizer state with real Keras, and how training goes on from them.

For each optimizer below a small model is trained for three steps and saved as NAME.weights.h5; then it is trained for
three more. The data, and the weights and the optimizer's variables after that, go into optimizer_files.npz: the tests
load the files into freshly compiled models and must arrive at the same numbers.

    usage: KERAS_BACKEND=jax python scripts/record_optimizer_files.py [FOLDER]

Needs a Python with Keras 3.15.
"""

import pathlib
import sys

import keras
import numpy as np

ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDER = ROOT / "tck/src/test/resources/org/keras4j/tck/saving"
K = keras.optimizers

OPTIMIZERS = {
    "adam": lambda: K.Adam(0.01),
    "momentum": lambda: K.SGD(0.1, momentum=0.9),
    "rmsprop": lambda: K.RMSprop(0.01, momentum=0.5, centered=True),
    "adamw": lambda: K.AdamW(K.schedules.ExponentialDecay(0.05, 2, 0.5), weight_decay=0.1),
    "loss_scale": lambda: K.LossScaleOptimizer(K.Adam(0.01), initial_scale=64.0, dynamic_growth_steps=2),
    "ema": lambda: K.Adam(0.01, use_ema=True, ema_momentum=0.8, ema_overwrite_frequency=4),
    "accumulation": lambda: K.SGD(0.1, momentum=0.9, gradient_accumulation_steps=2),
    "adamax": lambda: K.Adamax(0.05),
    "nadam": lambda: K.Nadam(0.05),
    "adagrad": lambda: K.Adagrad(0.1),
    "adadelta": lambda: K.Adadelta(0.5),
    "adafactor": lambda: K.Adafactor(0.05),
    "ftrl": lambda: K.Ftrl(0.05, l1_regularization_strength=0.01),
    "lion": lambda: K.Lion(0.01),
    "lamb": lambda: K.Lamb(0.01),
    "muon": lambda: K.Muon(0.01),
    "schedule_free": lambda: K.ScheduleFreeAdamW(0.01),
}


def model(optimizer):
    made = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, activation="tanh"), keras.layers.Dense(2)])
    made.compile(optimizer, "mse")
    return made


def host(variables):
    return [np.asarray(keras.ops.convert_to_numpy(v)) for v in variables]


def main():
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(0)
    x = rng.normal(size=(8, 4)).astype("float32")
    y = rng.normal(size=(8, 2)).astype("float32")
    arrays = {"x": x, "y": y}
    for name, optimizer in OPTIMIZERS.items():
        keras.utils.set_random_seed(1)
        made = model(optimizer())
        for _ in range(3):
            made.train_on_batch(x, y)
        made.save_weights(folder / f"{name}.weights.h5")
        for _ in range(3):
            made.train_on_batch(x, y)
        for i, v in enumerate(host(made.weights)):
            arrays[f"{name}/weights/{i}"] = v
        for i, v in enumerate(host(made.optimizer.variables)):
            arrays[f"{name}/optimizer/{i}"] = v
    np.savez(folder / "optimizer_files.npz", **arrays)


if __name__ == "__main__":
    main()
