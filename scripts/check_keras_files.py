"""Exchanges model files with real Keras, both ways, layer by layer.

For each layer a small model is made and saved by Python's Keras. `keras4j predict` must give the same numbers for it;
`keras4j copy` reads and writes it again, and Python's Keras must load that file, predict the same and go on training.

    usage: KERAS_BACKEND=jax python scripts/check_keras_files.py [--backend pytorch] [NAME ...]

Needs a Python with Keras 3.15, and the packaged project: its launcher, or the one that KERAS4J names. Not part of the tests.
"""

import argparse
import os
import pathlib
import subprocess
import sys
import tempfile

import numpy as np

import keras
from keras import layers

ROOT = pathlib.Path(__file__).resolve().parent.parent


def sequential(shape, *stack, dtype="float32"):
    return keras.Sequential([keras.Input(shape, dtype=dtype), *stack])


def merge(layer):
    a, b = keras.Input((4,)), keras.Input((4,))
    return keras.Model([a, b], layer([a, b]))


def attention(layer, **kwargs):
    a, b = keras.Input((5, 8)), keras.Input((3, 8))
    return keras.Model([a, b], layer(a, b, **kwargs))


def shared():
    a, b = keras.Input((4,)), keras.Input((4,))
    dense = layers.Dense(3, activation="tanh")
    both = layers.Concatenate()([dense(a), dense(b)])
    both = keras.ops.expand_dims(keras.ops.relu(both) * 2.0, 1)
    both = keras.ops.mean(both, axis=1)
    return keras.Model([a, b], {"sum": layers.Dense(1, name="sum")(both), "all": both})


def nested():
    inner = sequential((4,), layers.Dense(3, activation="relu"), layers.Dense(2))
    x = keras.Input((4,))
    return keras.Model(x, layers.Dense(1)(inner(x)))


ACTIVATIONS = ["relu", "elu", "selu", "gelu", "silu", "softplus", "softsign", "tanh", "sigmoid", "softmax", "mish",
               "hard_sigmoid", "leaky_relu", "log_softmax", "exponential", "relu6", "hard_silu", "linear"]

MODELS = {
    "dense": lambda: sequential((4,), layers.Dense(3, activation="relu", kernel_regularizer="l2"), layers.Dense(2, use_bias=False)),
    "einsum_dense": lambda: sequential((5, 4), layers.EinsumDense("abc,cd->abd", output_shape=(None, 6), bias_axes="d")),
    "embedding": lambda: sequential((6,), layers.Embedding(10, 4, mask_zero=True), layers.LSTM(3), dtype="int32"),
    "conv1d": lambda: sequential((9, 3), layers.Conv1D(4, 3, padding="causal", dilation_rate=2)),
    "conv2d": lambda: sequential((9, 9, 4), layers.Conv2D(6, 3, strides=2, padding="same", groups=2, activation="relu")),
    "depthwise_conv2d": lambda: sequential((7, 7, 3), layers.DepthwiseConv2D(3, depth_multiplier=2)),
    "separable_conv2d": lambda: sequential((7, 7, 3), layers.SeparableConv2D(4, 3)),
    "conv2d_transpose": lambda: sequential((5, 5, 3), layers.Conv2DTranspose(4, 3, strides=2, padding="same")),
    "conv3d": lambda: sequential((5, 5, 5, 2), layers.Conv3D(3, 2)),
    "max_pooling1d": lambda: sequential((9, 3), layers.MaxPooling1D(2), layers.GlobalMaxPooling1D()),
    "average_pooling1d": lambda: sequential((9, 3), layers.AveragePooling1D(2, padding="same"), layers.GlobalAveragePooling1D()),
    "max_pooling2d": lambda: sequential((9, 9, 3), layers.MaxPooling2D(2, padding="same"), layers.GlobalMaxPooling2D()),
    "average_pooling2d": lambda: sequential((9, 9, 3), layers.AveragePooling2D(2, padding="same"), layers.GlobalAveragePooling2D(keepdims=True)),
    "batch_normalization": lambda: sequential((5, 4), layers.BatchNormalization()),
    "layer_normalization": lambda: sequential((5, 4), layers.LayerNormalization()),
    "group_normalization": lambda: sequential((5, 4), layers.GroupNormalization(2)),
    "rms_normalization": lambda: sequential((5, 4), layers.RMSNormalization()),
    "dropout": lambda: sequential((4,), layers.Dropout(0.5), layers.Dense(2)),
    "flatten": lambda: sequential((3, 4), layers.Flatten(), layers.Reshape((4, 3)), layers.Permute((2, 1)), layers.Identity()),
    "zero_padding2d": lambda: sequential((3, 4, 2), layers.ZeroPadding2D(((1, 2), (0, 1))), layers.Cropping2D(1), layers.UpSampling2D(2)),
    "add": lambda: merge(layers.Add()), "subtract": lambda: merge(layers.Subtract()), "multiply": lambda: merge(layers.Multiply()),
    "average": lambda: merge(layers.Average()), "maximum": lambda: merge(layers.Maximum()), "minimum": lambda: merge(layers.Minimum()),
    "concatenate": lambda: merge(layers.Concatenate()), "dot": lambda: merge(layers.Dot(1)),
    "simple_rnn": lambda: sequential((5, 4), layers.SimpleRNN(3)),
    "lstm": lambda: sequential((5, 4), layers.LSTM(3, return_sequences=True), layers.LSTM(2, go_backwards=True)),
    "gru": lambda: sequential((5, 4), layers.GRU(3, return_sequences=True), layers.GRU(2, reset_after=False)),
    "rnn_cells": lambda: sequential((5, 4), layers.RNN([layers.LSTMCell(3), layers.GRUCell(2)])),
    "bidirectional": lambda: sequential((5, 4), layers.Bidirectional(layers.LSTM(3, return_sequences=True)), layers.Bidirectional(layers.GRU(2), merge_mode="sum")),
    "time_distributed": lambda: sequential((5, 4), layers.TimeDistributed(layers.Dense(3))),
    "multi_head_attention": lambda: attention(layers.MultiHeadAttention(2, 4)),
    "attention": lambda: attention_list(layers.Attention()),
    "masking": lambda: sequential((5, 4), layers.Masking(), layers.LSTM(3)),
    "rescaling": lambda: sequential((4,), layers.Rescaling(0.5, 1.0), layers.Dense(2)),
    "normalization": lambda: sequential((4,), layers.Normalization(mean=[1, 2, 3, 4], variance=[1, 2, 1, 2]), layers.Dense(2)),
    "activations": lambda: sequential((4,), *[layers.Activation(a) for a in ACTIVATIONS[:8]], layers.Dense(2)),
    "activation_layers": lambda: sequential((4,), layers.ReLU(6.0), layers.LeakyReLU(0.1), layers.ELU(0.5), layers.PReLU(), layers.Softmax()),
    "shared": shared, "nested": nested,
}


def attention_list(layer):
    a, b = keras.Input((5, 8)), keras.Input((3, 8))
    return keras.Model([a, b], layer([a, b]))


def data(model, rng):
    made = []
    for t in keras.tree.flatten(model.inputs):
        shape = (6,) + tuple(t.shape[1:])
        made.append(rng.integers(0, 10, shape).astype("int32") if "int" in t.dtype else rng.normal(size=shape).astype("float32"))
    return made


def count(model):
    return int(keras.ops.convert_to_numpy(model.optimizer.iterations))


def close(actual, expected):
    actual, expected = keras.tree.flatten(actual), keras.tree.flatten(expected)
    return len(actual) == len(expected) and all(np.allclose(a, e, 1e-4, 1e-5) for a, e in zip(actual, expected))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--backend", default="pytorch")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    names = options.names or sorted(MODELS)
    folder = pathlib.Path(tempfile.mkdtemp())
    rng = np.random.default_rng(0)
    predict, copy, expected, inputs, steps = [], [], {}, {}, {}
    for name in names:
        keras.utils.set_random_seed(1)
        model = MODELS[name]()
        model.compile("adam", "mse")
        x = data(model, rng)
        x1 = x[0] if len(x) == 1 else x
        y = keras.tree.map_structure(lambda o: np.zeros(o.shape, "float32"), model.predict(x1, verbose=0))
        model.fit(x1, y, verbose=0, epochs=2)
        model.save(folder / f"{name}.keras")
        steps[name] = count(model)
        np.savez(folder / f"{name}.npz", **{f"in{i}": v for i, v in enumerate(x)})
        expected[name], inputs[name] = model.predict(x1, verbose=0), (x1, y)
        predict += [folder / f"{name}.keras", folder / f"{name}.npz", folder / f"{name}.out.npz"]
        copy += [folder / f"{name}.keras", folder / f"{name}.copy.keras"]
    launcher = os.environ.get("KERAS4J", str(ROOT / "bin" / "keras4j"))
    subprocess.run([launcher, "predict", "--backend", options.backend, *map(str, predict)])
    subprocess.run([launcher, "copy", *map(str, copy)])
    failed = 0
    for name in names:
        problem = ""
        out = folder / f"{name}.out.npz"
        if not out.exists():
            problem = "cannot be read"
        else:
            with np.load(out) as results:
                if not close([results[f"out{i}"] for i in range(len(results.files))], expected[name]):
                    problem = "predicts otherwise"
        try:
            again = keras.saving.load_model(folder / f"{name}.copy.keras")
            x, y = inputs[name]
            if not close(again.predict(x, verbose=0), expected[name]):
                problem += " the copy predicts otherwise"
            before = count(again)
            again.fit(x, y, verbose=0)
            if before != steps[name]:
                problem += f" the copy's optimizer made {before} steps"
        except Exception as error:
            problem += f" the copy cannot be used: {type(error).__name__} {str(error)[:300]}"
        failed += bool(problem)
        print(f"{name}: {problem or 'same'}")
    print(f"{len(names) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
