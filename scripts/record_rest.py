"""Records what small parts of Keras's public surface give, for RestOfKerasTest: names, scopes, specs, trees, pictures, limits, stateless calls.

    usage: KERAS_BACKEND=numpy python scripts/record_rest.py tck/src/test/resources/org/keras4j/tck/rest

Needs a Python with Keras 3.15 and Pillow. Not part of the tests.
"""

import json
import pathlib
import sys

import keras
import numpy as np
from keras import layers

CASES = {}
ARRAYS = {}


def kept(name, value):
    ARRAYS[name] = np.asarray(value)
    return name


def names():
    made = [layers.Dense(1), layers.Dense(1), layers.Conv2D(1, 1), layers.LSTM(1), layers.MultiHeadAttention(1, 1), layers.GlobalAveragePooling1D(), layers.ReLU(), layers.PReLU(), layers.Conv2D(1, 1), layers.UnitNormalization()]
    return [layer.name for layer in made]


keras.backend.clear_session()
CASES["names"] = {"first": names(), "second": names()}
keras.backend.clear_session()
CASES["names"]["cleared"] = names()

with keras.name_scope("a"):
    with keras.name_scope("b"):
        inner = keras.Variable(np.zeros(1, "float32"), name="v")
    outer = keras.Variable(np.zeros(1, "float32"), name="w")
CASES["paths"] = [inner.path, outer.path, keras.Variable(np.zeros(1, "float32"), name="x").path]

v = keras.Variable(np.array([1.0, 2.0], "float32"))
v.assign_add([1, 2])
v.assign_sub(np.array([0.5, 0.25]))
kept("variable", v)
n = keras.Variable(np.array([1, 2]), dtype="int32")
n.assign_add(np.array([2, 2], "int32"))
kept("variable_int", n)

SPECS = [{"ndim": 2}, {"min_ndim": 2}, {"max_ndim": 3}, {"shape": [None, 4]}, {"axes": {"1": 4}}, {"axes": {"-1": 4}}, {"dtype": "float32"}, {"ndim": 3, "axes": {"2": 4}}, {"shape": [None, 4], "allow_last_axis_squeeze": True}]
SHAPES = [[2], [2, 4], [None, 4], [2, 5], [2, 3, 4], [2, 3, 4, 4], [None, None], [2, 4, 1]]
fits = []
for s in SPECS:
    settings = dict(s)
    if "axes" in s:
        settings["axes"] = {int(k): v for k, v in s["axes"].items()}
    if "shape" in s:
        settings["shape"] = tuple(s["shape"])
    row = []
    for shape in SHAPES:
        for dtype in ["float32", "int32"]:
            layer = layers.Activation("linear")
            layer.input_spec = keras.InputSpec(**settings)
            try:
                layer(keras.KerasTensor(tuple(shape), dtype=dtype))
                row.append(True)
            except (ValueError, IndexError):
                row.append(False)
    fits.append({"spec": s, "fits": row})
CASES["specs"] = {"shapes": SHAPES, "rows": fits}

tree = {"a": [1, 2, {"b": 3}], "c": 4, "d": [[5, 2], 6]}


def visit(x):
    if x == 2:
        return keras.tree.MAP_TO_NONE
    if isinstance(x, int):
        return 10 * x
    return None


CASES["tree"] = {"of": tree, "down": keras.tree.traverse(visit, tree), "up": keras.tree.traverse(visit, tree, top_down=False)}

rng = np.random.default_rng(0)
pictures = []
for channels in [1, 3, 4]:
    for scale in [True, False]:
        for form in ["channels_last", "channels_first"]:
            x = rng.uniform(-3 if scale else 0, 255, (3, 5, channels)).astype("float32")
            x = np.moveaxis(x, -1, 0) if form == "channels_first" else x
            img = keras.utils.array_to_img(x, data_format=form, scale=scale)
            n = len(pictures)
            kept(f"picture_{n}_x", x)
            kept(f"picture_{n}_back", keras.utils.img_to_array(img, data_format=form))
            pictures.append({"scale": scale, "format": form})
CASES["pictures"] = pictures

keras.backend.clear_session()
model = keras.Sequential([keras.Input((3,)), layers.Dense(4, kernel_regularizer=keras.regularizers.L2(0.01), name="dense"), layers.BatchNormalization(name="norm"), layers.Dense(2, activity_regularizer=keras.regularizers.L1(0.1), name="out")])
model.set_weights([rng.normal(size=w.shape).astype("float32") ** 2 for w in model.weights])
for i, w in enumerate(model.weights):
    kept(f"stateless_weight_{i}", w)
x = rng.normal(size=(5, 3)).astype("float32")
kept("stateless_x", x)
for training in [True, False]:
    out, after, losses = model.stateless_call(model.trainable_variables, model.non_trainable_variables, x, training=training, return_losses=True)
    kept(f"stateless_{training}_out", out)
    for i, a in enumerate(after):
        kept(f"stateless_{training}_after_{i}", a)
    kept(f"stateless_{training}_losses", sorted(float(l) for l in losses))

a, b = keras.Input((2,), name="a"), keras.Input((2,), name="b")
h = layers.Dense(2)(a)
s = layers.Add()([h, b])
CASES["sources"] = {"sum": [t.name for t in keras.utils.get_source_inputs(s)], "one": [t.name for t in keras.utils.get_source_inputs(h)]}
function = keras.Function([a, b], [keras.ops.relu(a - b), a * b])
p, q = rng.normal(size=(3, 2)).astype("float32"), rng.normal(size=(3, 2)).astype("float32")
kept("function_a", p)
kept("function_b", q)
for i, r in enumerate(function([p, q])):
    kept(f"function_{i}", r)

quantizer = keras.quantizers.AbsMaxQuantizer(axis=0)
w = rng.normal(size=(4, 3)).astype("float32")
kept("quantizer_x", w)
values, scale = quantizer(w)
kept("quantizer_values", values)
kept("quantizer_scale", scale)

# weights that are uniform: the limit, by many samples
LIMITS = []
for cls in ["GlorotUniform", "HeUniform", "LecunUniform"]:
    for shape in [(40, 50), (3, 3, 20, 30)]:
        w = np.asarray(getattr(keras.initializers, cls)(seed=1)(shape))
        LIMITS.append({"class": cls, "shape": shape, "limit": float(np.abs(w).max()), "deviation": float(w.std())})
for cls in ["GlorotNormal", "HeNormal", "LecunNormal"]:
    for shape in [(40, 50), (3, 3, 20, 30)]:
        w = np.asarray(getattr(keras.initializers, cls)(seed=1)(shape))
        LIMITS.append({"class": cls, "shape": shape, "limit": float(np.abs(w).max()), "deviation": float(w.std())})
CASES["initializers"] = LIMITS

config = keras.utils.Config(b=1, a="x")
config.c = [1, {"d": None}]
config.update({"a": True})
config.pop("b")
CASES["config"] = {"json": config.to_json(), "size": len(config), "keys": list(config.keys())}

folder = pathlib.Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
np.savez_compressed(folder / "arrays.npz", **ARRAYS)
(folder / "cases.json").write_text(json.dumps(CASES, indent=1) + "\n")
