"""Writes what real Keras computes with some of its applications, with weights that a formula gives, and with blocks left out at random.

    usage: KERAS_BACKEND=jax python scripts/record_application_outputs.py

Needs a Python with Keras 3.15. The file lies in the tree; run this to change it.
"""

import json
import math
import pathlib

import keras
import numpy as np

TO = pathlib.Path(__file__).resolve().parent.parent / "tck/src/test/resources/org/keras4j/tck/applications/outputs.jsonl"

# NASNet pools with asymmetric padding, which Keras does not do on PyTorch.
CASES = [
    ("NASNetMobile", {"input_shape": [36, 33, 3]}),
    ("MobileNetV3Small", {"input_shape": [33, 40, 3]}),
    ("EfficientNetV2B0", {"input_shape": [32, 32, 3]}),
]


def numbers(count, stream):
    """Numbers from -0.5 to 0.5, the same in every language: a hash of where they stand."""
    mask = np.uint64(0xFFFFFFFF)
    h = (np.arange(count, dtype="uint64") * np.uint64(2654435761) + np.uint64((stream + 1) * 2246822519)) & mask
    h ^= h >> np.uint64(15)
    h = (h * np.uint64(2246822519)) & mask
    h ^= h >> np.uint64(13)
    return h.astype("float64") / 2**32 - 0.5


def weight(variable, stream):
    """What keeps activations of a size: kernels by their inputs, scales and variances around 1."""
    shape = tuple(variable.shape)
    u = numbers(math.prod(shape), stream)
    if len(shape) > 1:
        inputs = math.prod(shape[:-1] if shape[-1] != 1 else shape[:2])
        u = u * math.sqrt(24 / inputs)
    elif "gamma" in variable.name or "variance" in variable.name:
        u = 1 + u / 2
    else:
        u = u / 5
    return u.reshape(shape).astype("float32")


def drop_paths():
    """A small model with the layers of ConvNeXt, what it gives, and what its random layer does in training."""
    from keras.src.applications import convnext

    keras.utils.set_random_seed(4)
    x = first = keras.Input((5,))
    x = keras.layers.Dense(4, activation="tanh")(x)
    y = convnext.LayerScale(0.5, 4)(keras.layers.Dense(4)(x))
    y = convnext.StochasticDepth(0.3, name="drop")(y)
    model = keras.Model(first, keras.layers.Dense(2)(keras.layers.Add()([x, y])))
    model.compile("sgd", "mse")
    rows = numbers(6 * 5, 7).reshape(6, 5).astype("float32")
    model.save(TO.with_name("stochastic_depth.keras"))
    ones = np.asarray(convnext.StochasticDepth(0.3)(np.ones((2000, 3), "float32"), training=True))
    network = convnext.ConvNeXt(**convnext.MODEL_CONFIGS["tiny"], drop_path_rate=0.3, weights=None, name="convnext_tiny")
    depths = [l for l in network.layers if isinstance(l, convnext.StochasticDepth)]
    np.savez_compressed(
        TO.with_name("stochastic_depth.npz"), x=rows, y=np.asarray(model(rows, training=False)), scales=np.unique(ones),
        kept=np.mean(ones[:, 0] > 0), rates=np.array([l.drop_path_rate for l in depths], "float64"),
        blocks=np.array([int(l.name.split("_")[3]) * 100 + int(l.name.split("_")[5]) for l in depths], "int32"))


def main():
    lines = []
    for name, arguments in CASES:
        given = dict(arguments, input_shape=tuple(arguments["input_shape"]))
        settings = {"classes": 5, "classifier_activation": None, "weights": None}
        model = getattr(keras.applications, name)(**given, **settings)
        for i, v in enumerate(model.weights):
            if "int" not in v.dtype:
                v.assign(weight(v, i))
        images = 255 * (numbers(2 * math.prod(given["input_shape"]), 99) + 0.5).astype("float32")
        module = {"NASNetMobile": keras.applications.nasnet}.get(name)
        images = images.reshape((2, *given["input_shape"]))
        if module:
            images = module.preprocess_input(images)
        outputs = np.asarray(model(images, training=False))
        lines.append(json.dumps({"network": name, "arguments": arguments, "outputs": outputs.tolist()}))
        print(lines[-1])
    TO.parent.mkdir(parents=True, exist_ok=True)
    TO.write_text("\n".join(lines) + "\n")
    drop_paths()


if __name__ == "__main__":
    main()
