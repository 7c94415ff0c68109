"""Records what keras.distribution does with layouts: which it gives variables and slots of optimizers, which values inside a
model it asks for, what a LayoutMap answers, and what is refused.

    python scripts/record_layouts.py tck/src/test/resources/org/keras4j/tck/distribution/layouts.json

Needs Keras 3.15 with JAX; no other device than a CPU. The models are those of ShardedModels in the tests.
"""

import json
import os
import sys

os.environ["KERAS_BACKEND"] = "jax"
os.environ["XLA_FLAGS"] = "--xla_force_host_platform_device_count=8"
os.environ["JAX_PLATFORMS"] = "cpu"

import keras  # noqa: E402
import numpy as np  # noqa: E402
from keras import distribution as kd  # noqa: E402
from keras import layers  # noqa: E402


def mlp():
    model = keras.Sequential(
        [
            keras.Input((16,)),
            layers.Dense(32, activation="relu", name="hidden"),
            layers.Dropout(0.25, name="dropout"),
            layers.Dense(8, activation="softmax", name="out"),
        ],
        name="mlp",
    )
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model, np.zeros((16, 16), "float32")


def convnet():
    x = inputs = keras.Input((8, 8, 2), name="image")
    x = layers.Conv2D(8, 3, padding="same", use_bias=False, name="conv1")(x)
    x = layers.BatchNormalization(name="norm1")(x)
    x = layers.Activation("relu", name="relu1")(x)
    x = layers.MaxPooling2D(2, name="pool")(x)
    x = layers.Conv2D(16, 3, name="conv2")(x)
    x = layers.BatchNormalization(name="norm2")(x)
    x = layers.GlobalAveragePooling2D(name="mean")(x)
    outputs = layers.Dense(8, activation="softmax", name="out")(x)
    model = keras.Model(inputs, outputs, name="convnet")
    model.compile(
        keras.optimizers.SGD(0.02, momentum=0.9), "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model, np.zeros((16, 8, 8, 2), "float32")


def transformer():
    inputs = keras.Input((6,), dtype="int32", name="words")
    x = layers.Embedding(24, 16, name="embedding")(inputs)
    y = layers.MultiHeadAttention(4, 4, name="attention")(x, x)
    x = layers.LayerNormalization(name="norm1")(layers.Add(name="add1")([x, y]))
    z = layers.Dense(32, activation="gelu", name="up")(x)
    z = layers.Dense(16, name="down")(z)
    x = layers.LayerNormalization(name="norm2")(layers.Add(name="add2")([x, z]))
    x = layers.GlobalAveragePooling1D(name="mean")(x)
    outputs = layers.Dense(8, activation="softmax", name="out")(x)
    model = keras.Model(inputs, outputs, name="transformer")
    model.compile(
        keras.optimizers.AdamW(1e-3, global_clipnorm=1.0), "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model, np.zeros((16, 6), "int32")


RULES = {
    "mlp": [
        [".*hidden/kernel", [None, "model"]],
        [".*hidden/bias", ["model"]],
        [".*out/kernel", ["model", None]],
        [".*hidden/output", ["batch", "model"]],
    ],
    "convnet": [
        [".*conv[12]/kernel", [None, None, None, "model"]],
        [".*conv2/bias", ["model"]],
        [".*norm./(gamma|beta|moving_.*)", ["model"]],
        [".*relu1/output", ["batch", None, None, "model"]],
    ],
    "transformer": [
        ["embedding/embeddings", [None, "model"]],
        [".*attention/(query|key|value)/kernel", [None, "model", None]],
        [".*attention/(query|key|value)/bias", ["model", None]],
        [".*attention_output/kernel", ["model", None, None]],
        [".*up/kernel", [None, "model"]],
        [".*up/bias", ["model"]],
        [".*down/kernel", ["model", None]],
        [".*add./output", ["batch", None, None]],
    ],
}


def devices(n):
    return [f"cpu:{i}" for i in range(n)]


def mesh22():
    return kd.DeviceMesh((2, 2), ["batch", "model"], devices(4))


def axes(layout):
    return None if layout is None else list(layout.axes)


class Asked:
    """A distribution's layouts of values inside a model, and for which paths it was asked."""

    def __init__(self, inner):
        self.inner, self.paths = inner, []
        self.real = inner.get_tensor_layout
        inner.get_tensor_layout = self.ask

    def ask(self, path):
        if path not in self.paths:
            self.paths.append(path)
        return self.real(path)


def placed(make, distribution):
    keras.utils.clear_session()
    with distribution.scope():
        model, x = make()
        asked = Asked(distribution)
        y = np.zeros((len(x),), "int32")
        model.train_on_batch(x, y)
        return {
            "data": {str(list(a.shape)): axes(distribution.get_data_layout(a.shape)) for a in (x, y)},
            "variables": {
                v.path: list(v._layout.axes)
                for v in model.trainable_variables + model.non_trainable_variables + model.optimizer.variables
                if not v.path.startswith("seed")
            },
            "asked": asked.paths,
        }


def refused():
    mesh = mesh22()

    def full():
        m = kd.LayoutMap(mesh)
        m[".*a"] = ("model",)
        m[".*aa"] = ("batch",)
        return m

    def delete():
        del full()["x"]

    def twice():
        full()[".*a"] = ("batch",)

    def override():
        kd.TensorLayout(("model",), mesh).device_mesh = mesh

    def dense(units, *layout):
        m = kd.LayoutMap(mesh)
        m[".*kernel"] = layout
        with kd.ModelParallel(layout_map=m).scope():
            layers.Dense(units).build((None, 4))

    cases = {
        "mesh without axes": lambda: kd.DeviceMesh((), [], []),
        "mesh with a name too few": lambda: kd.DeviceMesh((2, 2), ["batch"], devices(4)),
        "mesh with a device too few": lambda: kd.DeviceMesh((2, 2), ["batch", "model"], devices(3)),
        "layout of an unknown axis": lambda: kd.TensorLayout(("other",), mesh),
        "layout of an axis twice": lambda: kd.TensorLayout(("model", "model"), mesh).backend_layout,
        "layout without a mesh": lambda: kd.TensorLayout(("model",)).backend_layout,
        "layout whose mesh is not known": lambda: kd.TensorLayout(("other",)),
        "layout gets another mesh": override,
        "key twice": twice,
        "unknown key removed": delete,
        "two keys match": lambda: full()["baa"],
        "one key is the path": lambda: full()[".*aa"],
        "batch axis that is not there": lambda: kd.ModelParallel(layout_map=full(), batch_dim_name="b").num_model_replicas,
        "variable divides": lambda: dense(6, None, "model"),
        "variable does not divide": lambda: dense(5, None, "model"),
        "variable has too few dimensions": lambda: dense(6, None, "model", None),
        "layout of fewer dimensions": lambda: dense(6, "model"),
    }
    out = {}
    for name, case in cases.items():
        try:
            case()
            out[name] = False
        except Exception as e:
            print(f"{name}: {type(e).__name__}: {str(e)[:100]}")
            out[name] = True
    return out


def answers():
    m = kd.LayoutMap(mesh22())
    rules = [
        [".*dense.*kernel", [None, "model"]],
        [".*dense.*bias", ["model"]],
        [".*conv2d.*kernel", [None, None, None, "model"]],
        ["exact/path", ["batch"]],
        ["exact/.*", []],
    ]
    for key, a in rules:
        m[key] = tuple(a)
    paths = [
        "dense_1/kernel", "model/dense/bias", "my_model/conv2d_123/kernel", "my_model/conv3d_1/kernel", "dense/kernel_scale",
        "exact/path", "exact/other", "inexact/path", "",
    ]
    return {"rules": rules, "answers": {p: axes(m[p]) for p in paths}}


def main():
    out = {"map": answers(), "refused": refused(), "models": {}}
    for make in (mlp, convnet, transformer):
        m = kd.LayoutMap(mesh22())
        for key, a in RULES[make.__name__]:
            m[key] = tuple(a)
        out["models"][make.__name__] = {
            "rules": RULES[make.__name__],
            "model": placed(make, kd.ModelParallel(layout_map=m, batch_dim_name="batch")),
            "data": placed(make, kd.DataParallel(devices=devices(8))),
        }
    with open(sys.argv[1], "w") as f:
        json.dump(out, f, indent=1)
        f.write("\n")


if __name__ == "__main__":
    main()
