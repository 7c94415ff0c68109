"""Records the paths that Keras gives the weights of models in models, for WeightPathsTest.

    usage: KERAS_BACKEND=jax python scripts/record_paths.py > tck/src/test/resources/org/keras4j/tck/models/paths.json

Needs a Python with Keras 3.15. Not part of the tests.
"""

import json
import pathlib
import tempfile

import keras
import numpy as np
from keras import layers

X = np.ones((2, 3), "float32")
CASES = {}


def case(f):
    keras.backend.clear_session()
    model = f()
    CASES[f.__name__] = {
        "weights": [v.path for v in model.weights],
        "layers": {layer.name: getattr(layer, "path", None) for layer in model._flatten_layers(include_self=False)},
    }
    try:
        path = pathlib.Path(tempfile.mkdtemp()) / "model.keras"
        model.save(path)
        keras.backend.clear_session()
        loaded = keras.models.load_model(path)
    except (NotImplementedError, TypeError, ValueError):
        return f  # has a class of its own
    CASES[f.__name__]["loaded"] = [v.path for v in loaded.weights]
    keras.backend.clear_session()
    CASES[f.__name__]["of_config"] = [v.path for v in type(model).from_config(model.get_config()).weights]
    keras.backend.clear_session()
    CASES[f.__name__]["cloned"] = [v.path for v in keras.models.clone_model(model).weights]
    keras.backend.clear_session()
    CASES[f.__name__]["cloned_of_loaded"] = [v.path for v in keras.models.clone_model(loaded).weights]
    return f


def dense(name, units=2):
    return layers.Dense(units, name=name)


@case
def chain():
    return keras.Sequential([keras.Input((3,)), dense("a"), dense("b")], name="s")


@case
def chain_called():
    model = keras.Sequential([dense("a"), dense("b")], name="s")
    model(X)
    return model


@case
def chain_built():
    model = keras.Sequential([dense("a")], name="s")
    model.build((None, 3))
    return model


@case
def chain_added():
    model = keras.Sequential(name="s")
    model.add(keras.Input((3,)))
    model.add(dense("a"))
    model.add(dense("b"))
    return model


@case
def chain_in_chain():
    inner = keras.Sequential([dense("a")], name="inner")
    return keras.Sequential([keras.Input((3,)), inner, dense("b")], name="outer")


@case
def built_chain_in_chain():
    inner = keras.Sequential([keras.Input((3,)), dense("a")], name="inner")
    return keras.Sequential([keras.Input((3,)), inner, dense("b")], name="outer")


@case
def chain_in_graph():
    inner = keras.Sequential([dense("a")], name="inner")
    x = keras.Input((3,))
    return keras.Model(x, dense("b")(inner(x)), name="graph")


@case
def graph():
    x = keras.Input((3,))
    return keras.Model(x, dense("b")(dense("a")(x)), name="graph")


@case
def graph_in_chain():
    x = keras.Input((3,))
    inner = keras.Model(x, dense("a")(x), name="inner")
    return keras.Sequential([keras.Input((3,)), inner, dense("b")], name="outer")


@case
def graph_in_graph():
    x = keras.Input((3,))
    inner = keras.Model(x, dense("a")(x), name="inner")
    y = keras.Input((3,))
    return keras.Model(y, dense("b")(inner(y)), name="outer")


class Block(layers.Layer):
    def __init__(self, name):
        super().__init__(name=name)
        self.built_one = dense("of_build", 3)
        self.called_one = dense("of_call", 3)

    def build(self, shape):
        self.own = self.add_weight(shape=(3,), name="own")
        self.built_one.build(shape)

    def call(self, x):
        return self.called_one(self.built_one(x)) + self.own


class Net(keras.Model):
    def __init__(self):
        super().__init__(name="net")
        self.first = dense("first", 3)
        self.chain = keras.Sequential([dense("a", 3)], name="chain")
        x = keras.Input((3,))
        self.graph = keras.Model(x, dense("g", 3)(x), name="graph")
        self.block = Block("block")

    def call(self, x):
        return self.block(self.graph(self.chain(self.first(x))))


@case
def subclassed():
    model = Net()
    model(X)
    return model


@case
def block_in_chain():
    return keras.Sequential([keras.Input((3,)), Block("block")], name="s")


@case
def block_in_graph():
    x = keras.Input((3,))
    return keras.Model(x, Block("block")(x), name="graph")


@case
def wrappers():
    return keras.Sequential(
        [
            keras.Input((4, 3)),
            layers.Bidirectional(layers.LSTM(2, name="lstm"), name="both"),
            layers.RepeatVector(2, name="again"),
            layers.RNN(layers.StackedRNNCells([layers.GRUCell(2, name="g1"), layers.GRUCell(2, name="g2")], name="cells"), return_sequences=True, name="rnn"),
            layers.TimeDistributed(dense("d"), name="each"),
        ],
        name="s",
    )


@case
def wrappers_in_graph():
    x = keras.Input((4, 3))
    y = layers.Bidirectional(layers.LSTM(2, name="lstm", return_sequences=True), name="both")(x)
    y = layers.TimeDistributed(dense("d"), name="each")(y)
    return keras.Model(x, layers.MultiHeadAttention(2, 2, name="attention")(y, y), name="graph")


@case
def attention_in_chain_layers():
    return keras.Sequential(
        [
            keras.Input((4, 3, 2)),
            layers.ConvLSTM1D(2, 2, name="conv_lstm"),
            layers.BatchNormalization(name="norm"),
            layers.SpectralNormalization(layers.Conv1D(2, 1, name="conv"), name="spectral"),
            layers.Flatten(name="flat"),
            layers.Dropout(0.5, name="drop"),
        ],
        name="s",
    )


print(json.dumps(CASES, indent=1))
