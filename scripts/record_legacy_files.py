"""Writes the small .h5 files that LegacyFilesTest reads: of Keras 3 by Keras itself, of Keras 2 in its form by hand.

    usage: KERAS_BACKEND=jax python scripts/record_legacy_files.py tck/src/test/resources/org/keras4j/tck/saving/legacy

Beside each NAME.h5 goes NAME.npz with inputs in0, in1, ... and outputs out0, out1, ... of Python's Keras. The files of
Keras 2 have the configs that Keras 2.2 and tf.keras 2.x wrote (inbound nodes as lists, batch_input_shape, policies and
settings that are no more); their outputs are those of the same network made with Keras 3.
"""

import json
import pathlib
import sys

import h5py
import keras
import numpy as np
from keras import layers
from keras.src.legacy.saving import legacy_h5_format

FOLDER = pathlib.Path(sys.argv[1])
RNG = np.random.default_rng(7)


def record(name, model, inputs):
    out = keras.tree.flatten(model.predict(inputs if len(inputs) > 1 else inputs[0], verbose=0))
    arrays = {f"in{i}": x for i, x in enumerate(inputs)} | {f"out{i}": np.asarray(y) for i, y in enumerate(out)}
    np.savez_compressed(FOLDER / f"{name}.npz", **arrays)


def randomize(model):
    model.set_weights([np.abs(RNG.normal(size=w.shape)).astype(w.dtype) * 0.3 + 0.1 for w in model.get_weights()])


def convolutional():
    return keras.Sequential([
        keras.Input((6, 6, 3)), layers.Conv2D(4, 3, activation="relu", name="conv"), layers.BatchNormalization(name="norm"),
        layers.Flatten(name="flat"), layers.Dense(2, activation="softmax", kernel_regularizer="l2", name="top")], name="small")


def branched():
    a, b = keras.Input((4,), name="a"), keras.Input((4,), name="b")
    shared = layers.Dense(4, activation="tanh", name="shared")
    inner_in = keras.Input((8,), name="inner_in")
    inner = keras.Model(inner_in, layers.Dense(3, name="deep")(layers.BatchNormalization(name="deep_norm")(inner_in)), name="inner")
    p, q = shared(a), shared(b)
    both = layers.Concatenate(name="both")([p, q])
    return keras.Model([a, b], [inner(both), layers.Add(name="sum")([p, q])], name="branched")


def sequence():
    x = keras.Input((5,), dtype="int32", name="tokens")
    y = layers.Embedding(10, 4, name="embed")(x)
    y = layers.Bidirectional(layers.LSTM(3, return_sequences=True), name="both_ways")(y)
    y = layers.TimeDistributed(layers.Dense(2), name="each")(y)
    return keras.Model(x, layers.MultiHeadAttention(2, 3, name="attention")(y, y), name="sequence")


def keras3():
    images = RNG.normal(size=(8, 6, 6, 3)).astype("float32")
    m = convolutional()
    m.compile(keras.optimizers.Adam(0.01), keras.losses.CategoricalCrossentropy(), metrics=[keras.metrics.CategoricalAccuracy()])
    m.fit(images, np.eye(2)[RNG.integers(0, 2, 8)], verbose=0, batch_size=4)
    m.save(FOLDER / "keras3_sequential.h5")
    record("keras3_sequential", m, [images])
    np.savez(FOLDER / "keras3_optimizer.npz", **{f"v{i}": np.asarray(v) for i, v in enumerate(m.optimizer.variables)})
    m = branched()
    randomize(m)
    m.save(FOLDER / "keras3_functional.h5")
    record("keras3_functional", m, [RNG.normal(size=(3, 4)).astype("float32") for _ in range(2)])
    with h5py.File(FOLDER / "weights.h5", "w") as f:
        legacy_h5_format.save_weights_to_hdf5_group(f, m)
    legacy_h5_format.HDF5_OBJECT_HEADER_LIMIT = 40
    with h5py.File(FOLDER / "split_weights.h5", "w") as f:
        legacy_h5_format.save_weights_to_hdf5_group(f, m)
    legacy_h5_format.HDF5_OBJECT_HEADER_LIMIT = 64512
    m = sequence()
    randomize(m)
    m.save(FOLDER / "keras3_sequence.h5")
    record("keras3_sequence", m, [RNG.integers(0, 10, (2, 5)).astype("int32")])


def initializer(name, **config):
    return {"class_name": name, "config": config}


def write_keras2(name, config, model, training=None, version="2.2.4"):
    """As Keras 2 does: names end in :0, texts are byte strings."""
    with h5py.File(FOLDER / f"{name}.h5", "w") as f:
        f.attrs["keras_version"] = version.encode()
        f.attrs["backend"] = b"tensorflow"
        f.attrs["model_config"] = json.dumps(config).encode()
        if training:
            f.attrs["training_config"] = json.dumps(training).encode()
        g = f.create_group("model_weights")
        g.attrs["layer_names"] = np.array([l.name.encode() for l in model.layers])
        g.attrs["backend"] = b"tensorflow"
        g.attrs["keras_version"] = version.encode()
        for l in model.layers:
            lg = g.create_group(l.name)
            weights = l.trainable_weights + l.non_trainable_weights
            names = [f"{l.name}/{w.path.split('/', 1)[-1]}:0".encode() for w in weights]
            lg.attrs["weight_names"] = np.array(names) if names else np.array([], "S1")
            for n, w in zip(names, weights):
                lg[n.decode()] = np.asarray(w)


GLOROT = initializer("VarianceScaling", scale=1.0, mode="fan_avg", distribution="uniform", seed=None)
ZEROS, ONES = initializer("Zeros"), initializer("Ones")
NONE = {k: None for k in ["kernel_regularizer", "bias_regularizer", "activity_regularizer", "kernel_constraint", "bias_constraint"]}
CONV = {"padding": "same", "data_format": "channels_last", "dilation_rate": [1, 1], "use_bias": True, "bias_initializer": ZEROS,
        "bias_regularizer": None, "activity_regularizer": None, "bias_constraint": None, "trainable": True}
KERNEL = {"kernel_initializer": GLOROT, "kernel_regularizer": None, "kernel_constraint": None}


def old_sequential():
    """Keras 2.0 to 2.2: a list of layers, the first with the input's shape."""
    config = {"class_name": "Sequential", "config": [
        {"class_name": "Conv2D", "config": CONV | KERNEL | {"name": "c", "batch_input_shape": [None, 6, 6, 3], "dtype": "float32", "filters": 4,
                                                      "kernel_size": [3, 3], "strides": [2, 2], "activation": "linear"}},
        {"class_name": "BatchNormalization", "config": {
            "name": "bn", "trainable": True, "axis": -1, "momentum": 0.99, "epsilon": 0.001, "center": True, "scale": True,
            "beta_initializer": ZEROS, "gamma_initializer": ONES, "moving_mean_initializer": ZEROS, "moving_variance_initializer": ONES,
            "beta_regularizer": None, "gamma_regularizer": None, "beta_constraint": None, "gamma_constraint": None}},
        {"class_name": "LeakyReLU", "config": {"name": "l", "trainable": True, "alpha": 0.30000001192092896}},
        {"class_name": "Flatten", "config": {"name": "f", "trainable": True, "data_format": "channels_last"}},
        {"class_name": "Dense", "config": NONE | {"name": "d", "trainable": True, "units": 2, "activation": "softmax", "use_bias": True,
                                           "kernel_initializer": GLOROT, "bias_initializer": ZEROS,
                                           "kernel_regularizer": initializer("L1L2", l1=0.0, l2=0.009999999776482582)}}]}
    training = {"optimizer_config": {"class_name": "Adam", "config": {"lr": 0.002, "beta_1": 0.9, "beta_2": 0.999, "decay": 0.5,
                                                                    "epsilon": 1e-07, "amsgrad": False}},
                "loss": "categorical_crossentropy", "metrics": ["accuracy"], "sample_weight_mode": None, "loss_weights": None}
    m = keras.Sequential([
        keras.Input((6, 6, 3)), layers.Conv2D(4, 3, 2, padding="same", name="c"), layers.BatchNormalization(name="bn"),
        layers.LeakyReLU(0.3, name="l"), layers.Flatten(name="f"), layers.Dense(2, activation="softmax", name="d")])
    randomize(m)
    write_keras2("keras2_sequential", config, m, training, "2.1.6")
    record("keras2_sequential", m, [RNG.normal(size=(3, 6, 6, 3)).astype("float32")])


def old_functional():
    """tf.keras 2.x: class Functional, calls as lists, policies, settings that Keras 3 has no more."""
    policy = {"class_name": "Policy", "config": {"name": "float32"}}
    base = {"trainable": True, "dtype": policy}
    config = {"class_name": "Functional", "config": {"name": "model", "trainable": True, "layers": [
        {"class_name": "InputLayer", "name": "x", "inbound_nodes": [],
         "config": {"batch_input_shape": [None, 6, 6, 3], "dtype": "float32", "sparse": False, "ragged": False, "name": "x"}},
        {"class_name": "DepthwiseConv2D", "name": "dw", "inbound_nodes": [[["x", 0, 0, {}]]],
         "config": CONV | base | {"name": "dw", "kernel_size": [3, 3], "strides": [1, 1], "groups": 1, "activation": "relu", "depth_multiplier": 2,
                                  "depthwise_initializer": GLOROT | {"shared_object_id": 3}, "depthwise_regularizer": None,
                                  "depthwise_constraint": None}},
        {"class_name": "SeparableConv2D", "name": "sep", "inbound_nodes": [[["dw", 0, 0, {}]]],
         "config": CONV | KERNEL | base | {
             "name": "sep", "filters": 5, "kernel_size": [3, 3], "strides": [1, 1], "groups": 1, "activation": "linear", "depth_multiplier": 1,
             "depthwise_initializer": GLOROT, "pointwise_initializer": GLOROT, "depthwise_regularizer": None,
             "pointwise_regularizer": None, "depthwise_constraint": None, "pointwise_constraint": None}},
        {"class_name": "BatchNormalization", "name": "bn", "inbound_nodes": [[["sep", 0, 0, {"training": False}]]],
         "config": base | {
             "name": "bn", "axis": [3], "momentum": 0.99, "epsilon": 0.001, "center": True, "scale": True, "beta_initializer": ZEROS,
             "gamma_initializer": ONES, "moving_mean_initializer": ZEROS, "moving_variance_initializer": ONES, "beta_regularizer": None,
             "gamma_regularizer": None, "beta_constraint": None, "gamma_constraint": None}},
        {"class_name": "Conv2DTranspose", "name": "up", "inbound_nodes": [[["bn", 0, 0, {}]]],
         "config": CONV | KERNEL | base | {"name": "up", "filters": 3, "kernel_size": [2, 2], "strides": [2, 2], "groups": 1, "activation": "swish",
                                           "output_padding": None}},
        {"class_name": "SpatialDropout2D", "name": "drop", "inbound_nodes": [[["up", 0, 0, {}]]],
         "config": base | {"name": "drop", "rate": 0.5, "noise_shape": None, "seed": None}},
        {"class_name": "Reshape", "name": "rows", "inbound_nodes": [[["drop", 0, 0, {}]]],
         "config": base | {"name": "rows", "target_shape": {"class_name": "__tuple__", "items": [12, 36]}}},
        {"class_name": "Bidirectional", "name": "bi", "inbound_nodes": [[["rows", 0, 0, {}]]],
         "config": base | {"name": "bi", "merge_mode": "concat", "layer": {"class_name": "LSTM", "config": base | {
             "name": "lstm", "return_sequences": True, "return_state": False, "go_backwards": False, "stateful": False, "unroll": False,
             "time_major": False, "units": 3, "activation": "tanh", "recurrent_activation": "sigmoid", "use_bias": True,
             "kernel_initializer": initializer("GlorotUniform", seed=None, dtype="float32"),
             "recurrent_initializer": initializer("Orthogonal", gain=1.0, seed=None), "bias_initializer": ZEROS, "unit_forget_bias": True,
             "kernel_regularizer": None, "recurrent_regularizer": None, "bias_regularizer": None, "activity_regularizer": None,
             "kernel_constraint": None, "recurrent_constraint": None, "bias_constraint": None, "dropout": 0.0, "recurrent_dropout": 0.0,
             "implementation": 2}}}},
        {"class_name": "GRU", "name": "gru", "inbound_nodes": [[["bi", 0, 0, {}]]],
         "config": base | {
             "name": "gru", "return_sequences": False, "return_state": False, "go_backwards": False, "stateful": False, "unroll": False,
             "units": 4, "activation": "tanh", "recurrent_activation": "sigmoid", "use_bias": True, "kernel_initializer": GLOROT,
             "recurrent_initializer": initializer("Orthogonal", gain=1.0, seed=None), "bias_initializer": ZEROS,
             "kernel_regularizer": None, "recurrent_regularizer": None, "bias_regularizer": None, "activity_regularizer": None,
             "kernel_constraint": None, "recurrent_constraint": None, "bias_constraint": None, "dropout": 0.0, "recurrent_dropout": 0.0,
             "implementation": 1}},
        {"class_name": "Model", "name": "inner", "inbound_nodes": [[["gru", 0, 0, {}]], [["join", 0, 0, {}]]],
         "config": {"name": "inner", "layers": [
             {"class_name": "InputLayer", "name": "i", "inbound_nodes": [],
              "config": {"batch_input_shape": [None, 4], "dtype": "float32", "sparse": False, "name": "i"}},
             {"class_name": "Dense", "name": "deep", "inbound_nodes": [[["i", 0, 0, {}]]],
              "config": NONE | base | {"name": "deep", "units": 4, "activation": "hard_sigmoid", "use_bias": True, "kernel_initializer": GLOROT,
                                       "bias_initializer": ZEROS}}],
             "input_layers": [["i", 0, 0]], "output_layers": [["deep", 0, 0]]}},
        {"class_name": "Add", "name": "join", "inbound_nodes": [[["gru", 0, 0, {}], ["inner", 1, 0, {}]]], "config": base | {"name": "join"}},
    ], "input_layers": [["x", 0, 0]], "output_layers": [["join", 0, 0], ["inner", 2, 0]]}}
    x = keras.Input((6, 6, 3), name="x")
    y = layers.DepthwiseConv2D(3, padding="same", depth_multiplier=2, activation="relu", name="dw")(x)
    y = layers.SeparableConv2D(5, 3, padding="same", name="sep")(y)
    y = layers.BatchNormalization(name="bn")(y, training=False)
    y = layers.Conv2DTranspose(3, 2, 2, padding="same", activation="swish", name="up")(y)
    y = layers.Reshape((12, 36), name="rows")(layers.SpatialDropout2D(0.5, name="drop")(y))
    y = layers.Bidirectional(layers.LSTM(3, return_sequences=True), name="bi")(y)
    y = layers.GRU(4, reset_after=False, name="gru")(y)
    i = keras.Input((4,), name="i")
    inner = keras.Model(i, layers.Dense(4, activation="hard_sigmoid", name="deep")(i), name="inner")
    joined = layers.Add(name="join")([y, inner(y)])
    m = keras.Model(x, [joined, inner(joined)])
    randomize(m)
    training = {"loss": [{"class_name": "MeanSquaredError", "config": {"reduction": "auto", "name": "mean_squared_error", "fn": "mean_squared_error"}},
                         "mae"],
                "metrics": [[{"class_name": "MeanMetricWrapper", "config": {"name": "error", "dtype": "float32", "fn": "mean_absolute_error"}}], []],
                "weighted_metrics": None, "loss_weights": [1.0, 0.5],
                "optimizer_config": {"class_name": "RMSprop", "config": {
                    "name": "RMSprop", "learning_rate": 0.0010000000474974513, "decay": 0.0, "rho": 0.9, "momentum": 0.0, "epsilon": 1e-07,
                    "centered": False}}}
    write_keras2("keras2_functional", config, m, training, "2.9.0")
    record("keras2_functional", m, [RNG.normal(size=(2, 6, 6, 3)).astype("float32")])


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    keras.utils.set_random_seed(1)
    keras3()
    old_sequential()
    old_functional()
