"""Records with real Keras what training on floats of eight bits comes to, and files of policies by path.

For each policy, a model of Dense and EinsumDense is quantized to float8, saved, and trained; its predictions before,
losses and all weights after go into an npz: scales and histories of magnitudes are weights. `policies.keras` is a model
made under a DTypePolicyMap.

    usage: KERAS_BACKEND=jax python scripts/record_float8.py tck/src/test/resources/org/keras4j/tck/quantization

Needs a Python with Keras 3.15. Not part of the tests. With --check FOLDER it loads what Float8Files of the module tck wrote into the folder
instead (these files again, and some that were made in Java) and compares what they give:

    java ... org.keras4j.tck.layers.Float8Files FOLDER
"""

import pathlib
import sys

import keras
import numpy as np
from keras import layers

POLICIES = ["float32", "mixed_bfloat16"]


def float8(folder, policy, arrays):
    keras.utils.set_random_seed(3)
    keras.config.set_dtype_policy(policy)
    model = keras.Sequential(
        [
            keras.Input((6,)),
            layers.Dense(5, activation="tanh", name="dense"),
            layers.EinsumDense("ab,bc->ac", 3, bias_axes="c", name="einsum"),
        ],
        name="narrow",
    )
    model.quantize("float8")
    model.compile(keras.optimizers.SGD(0.05), "mse")
    model.save(folder / f"float8_{policy}.keras")
    rng = np.random.default_rng(5)
    x = rng.normal(size=(8, 6)).astype("float32")
    y = rng.normal(size=(8, 3)).astype("float32")
    arrays[f"{policy}_x"] = x
    arrays[f"{policy}_y"] = y
    arrays[f"{policy}_before"] = np.asarray(model.predict(x, verbose=0), "float32")
    losses = [model.train_on_batch(x, y) for _ in range(4)]
    arrays[f"{policy}_losses"] = np.asarray(losses, "float32")
    for v in model.weights:
        value = np.asarray(v.value, "float32")
        arrays[f"{policy}_{v.path.split('/', 1)[1].replace('/', '_')}"] = (
            value[-8:] if "history" in v.path else value
        )
        if "history" in v.path:
            arrays[f"{policy}_{v.path.split('/', 1)[1].replace('/', '_')}_first"] = value[:1]
    keras.config.set_dtype_policy("float32")


def policies(folder, arrays):
    keras.utils.set_random_seed(4)
    table = keras.dtype_policies.DTypePolicyMap(keras.DTypePolicy("float32"))
    table["narrow"] = keras.DTypePolicy("mixed_bfloat16")
    table["heads/.*"] = keras.DTypePolicy("mixed_float16")
    table["half"] = keras.DTypePolicy("float16")
    inputs = keras.Input((4, 6), name="in")
    x = layers.Dense(6, name="narrow", dtype=table)(inputs)
    x = layers.MultiHeadAttention(2, 3, name="heads", dtype=table)(x, x)
    x = layers.Dense(5, name="whole", dtype=table)(x)
    model = keras.Model(inputs, x, name="mapped")
    x = np.random.default_rng(6).normal(size=(2, 4, 6)).astype("float32")
    for layer in model._flatten_layers():
        print(layer.path, layer.compute_dtype, layer.variable_dtype)
    model.save(folder / "policies.keras")
    arrays["mapped_x"] = x
    arrays["mapped_y"] = np.asarray(model.predict(x, verbose=0), "float32")


def check(folder):
    """Loads what Float8Files of the module tck wrote, and compares what it gives."""
    import json

    here = pathlib.Path(__file__).resolve().parent.parent / "tck/src/test/resources/org/keras4j/tck/quantization"
    expected = dict(np.load(here / "expected.npz"))
    made = json.loads((folder / "made.json").read_text())
    failed = False

    def compare(name, model, x, e, tolerance):
        nonlocal failed
        found = np.asarray(model.predict(x, verbose=0), "float32")
        e = np.asarray(e, "float32").reshape(found.shape)
        same = np.allclose(found, e, rtol=tolerance, atol=tolerance / 10)
        print(name, "agrees" if same else f"DIFFERS by {abs(found - e).max()}")
        failed |= not same

    for policy in POLICIES:
        model = keras.models.load_model(folder / f"copied_float8_{policy}.keras")
        x, y = expected[f"{policy}_x"], expected[f"{policy}_y"]
        tolerance = 1e-5 if policy == "float32" else 1.5e-2
        compare(f"float8 {policy}", model, x, expected[f"{policy}_before"], tolerance)
        losses = [model.train_on_batch(x, y) for _ in range(4)]
        same = np.allclose(losses, expected[f"{policy}_losses"], rtol=2 * tolerance)
        print("  training", "agrees" if same else f"DIFFERS: {losses}")
        failed |= not same
    compare("policies", keras.models.load_model(folder / "copied_policies.keras"), expected["mapped_x"], expected["mapped_y"], 1e-2)
    x = expected["float32_x"]
    compare("float8 made in Java", keras.models.load_model(folder / "made_float8.keras"), x, made["float8"], 1e-5)
    model = keras.models.load_model(folder / "made_policies.keras")
    compare("policies made in Java", model, x, made["policies"], 1e-2)
    narrow = model.get_layer("narrow").compute_dtype
    failed |= narrow != made["narrow"]
    print("  the narrow layer computes in", narrow, "and in Java in", made["narrow"])
    raise SystemExit(1 if failed else 0)


def main():
    if sys.argv[1] == "--check":
        check(pathlib.Path(sys.argv[2]))
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    arrays = {}
    for policy in POLICIES:
        float8(folder, policy, arrays)
    policies(folder, arrays)
    np.savez_compressed(folder / "expected.npz", **arrays)
    for k, v in arrays.items():
        print(k, v.shape, v.ravel()[:4])


main()
