"""Records with real Keras what GPTQ and AWQ make of kernels, and exchanges files of them.

For each setting, the layers of two small models (Dense; EinsumDense with kernels of three axes) are quantized one after the
other, each by what its inputs are once the ones before it are quantized. Kernels before, integers, scales, zero points,
groups, and predictions go into an npz.

    usage: KERAS_BACKEND=jax python scripts/record_calibrated.py tck/src/test/resources/org/keras4j/tck/quantization
           KERAS_BACKEND=jax python scripts/record_calibrated.py check FOLDER tck/.../quantization/calibrated.npz

`check` opens what Java saved (the tests do so with -Dkeras4j.quantization.files=FOLDER), and compares predictions.
Needs a Python with Keras 3.15. Not part of the tests.
"""

import pathlib
import sys
import tempfile

import keras
import numpy as np
from keras import layers
from keras.quantizers import AWQConfig, GPTQConfig
from keras.src.quantizers.awq import AWQ
from keras.src.quantizers.gptq import GPTQ

SETTINGS = {
    "gptq": lambda: GPTQConfig(None, None, group_size=8),
    "gptq_whole": lambda: GPTQConfig(None, None, group_size=-1, hessian_damping=0.1),
    "gptq_order": lambda: GPTQConfig(None, None, group_size=16, activation_order=True),
    "gptq_8": lambda: GPTQConfig(None, None, weight_bits=8, symmetric=True, group_size=6),
    "gptq_3": lambda: GPTQConfig(None, None, weight_bits=3, group_size=8),
    "gptq_2": lambda: GPTQConfig(None, None, weight_bits=2, per_channel=False, group_size=8),
    "awq": lambda: AWQConfig(None, None, group_size=8),
    "awq_whole": lambda: AWQConfig(None, None, group_size=-1, num_grid_points=10),
}


def models():
    yield "dense", (16,), lambda: [
        layers.Dense(10, activation="tanh", name="a"),
        layers.Dense(7, use_bias=False, name="b"),
    ]
    yield "einsum", (3, 16), lambda: [
        layers.EinsumDense("abc,cde->abde", (None, 4, 3), bias_axes="de", name="a"),
        layers.EinsumDense("abde,def->abf", (None, 7), name="b"),
    ]


def both_signs(w):
    """Weights whose signs take turns along the inputs: of groups of one sign Keras makes zero points below 0."""
    if w.ndim < 2:
        return w
    rows = w.reshape(16 if w.shape[0] == 16 else w.size // w.shape[-1], -1)
    return (np.abs(rows) * np.where(np.arange(len(rows)) % 2, 1, -1)[:, None]).reshape(w.shape).astype("float32")


def quantized(model, config, x):
    for layer in model.layers:
        layer.quantize(config.mode, config=config)
        seen = x
        for before in model.layers[: model.layers.index(layer)]:
            seen = before(seen)
        made = (GPTQ if config.mode == "gptq" else AWQ)(layer, config)
        seen = keras.ops.reshape(seen, (-1, made.rows))
        if config.mode == "gptq":
            made.update_hessian_with_batch(seen)
            made.quantize_and_correct_layer()
        else:
            made.update_activation_magnitudes(seen)
            made.quantize_layer()


def record(folder):
    arrays = {}
    for kind, shape, make in models():
        rng = np.random.default_rng(17)
        x = (rng.normal(size=(48, *shape)) * np.linspace(0.1, 3, 16)).astype("float32")
        arrays[f"{kind}_x"] = x
        for name, config in SETTINGS.items():
            keras.utils.set_random_seed(5)
            model = keras.Sequential([keras.Input(shape), *make()], name=kind)
            model.set_weights([both_signs(w) for w in model.get_weights()])
            for i, w in enumerate(model.get_weights()):
                arrays[f"{kind}_w{i}"] = w
            arrays[f"{kind}_y"] = np.asarray(model(x))
            quantized(model, config(), x)
            for layer in model.layers:
                key = f"{kind}_{name}_{layer.name}"
                arrays[f"{key}_kernel"] = np.asarray(layer.quantized_kernel)
                arrays[f"{key}_scale"] = np.asarray(layer.kernel_scale)
                arrays[f"{key}_zero"] = np.asarray(layer.kernel_zero)
                arrays[f"{key}_groups"] = np.asarray(layer.g_idx)
                if config().mode == "awq":
                    arrays[f"{key}_factors"] = np.asarray(layer.awq_scales)
            arrays[f"{kind}_{name}_y"] = np.asarray(model(x))
            print(kind, name, np.abs(arrays[f"{kind}_{name}_y"] - arrays[f"{kind}_y"]).max())
            try:  # whether Keras reads its own file
                with tempfile.TemporaryDirectory() as t:
                    model.save(f"{t}/m.keras")
                    again = keras.saving.load_model(f"{t}/m.keras")
                    print("  its own file:", np.abs(np.asarray(again(x)) - arrays[f"{kind}_{name}_y"]).max())
            except Exception as e:
                print("  its own file:", type(e).__name__, str(e).replace("\n", " ")[:300])
    lora(arrays)
    np.savez_compressed(folder / "calibrated.npz", **arrays)


def lora(arrays):
    """Trainings of LoRA on integers."""
    rng = np.random.default_rng(23)
    x = rng.normal(size=(12, 16)).astype("float32")
    y = rng.normal(size=(12, 6)).astype("float32")
    arrays["lora_x"], arrays["lora_y"] = x, y
    configs = {
        "int8": keras.quantizers.Int8QuantizationConfig(),
        "int4": keras.quantizers.Int4QuantizationConfig(block_size=None),
        "groups": keras.quantizers.Int4QuantizationConfig(block_size=4),
    }
    for name, config in configs.items():
        keras.utils.set_random_seed(8)
        layer = layers.Dense(6, name="a")
        model = keras.Sequential([keras.Input((16,)), layer])
        arrays[f"lora_{name}_kernel"] = np.asarray(layer.kernel)
        model.quantize(config=config)
        layer.enable_lora(2, lora_alpha=3)
        arrays[f"lora_{name}_a0"] = np.asarray(layer.lora_kernel_a)
        model.compile(keras.optimizers.SGD(0.1), "mse")
        arrays[f"lora_{name}_losses"] = np.asarray([model.train_on_batch(x, y) for _ in range(5)], "float32")
        arrays[f"lora_{name}_a"] = np.asarray(layer.lora_kernel_a)
        arrays[f"lora_{name}_b"] = np.asarray(layer.lora_kernel_b)
        print("lora", name, arrays[f"lora_{name}_losses"], [w.path for w in model.trainable_weights])


def check(folder, npz):
    e = np.load(npz)
    for file in sorted(folder.glob("*.keras")):
        kind = file.stem.split("_")[0]
        model = keras.saving.load_model(file)
        y = np.asarray(model.predict(e[f"{kind}_x"], verbose=0))
        print(file.name, [l.dtype_policy.name for l in model.layers], float(np.abs(y - e[f"{file.stem}_y"]).max()))


if sys.argv[1] == "check":
    check(pathlib.Path(sys.argv[2]), sys.argv[3])
else:
    record(pathlib.Path(sys.argv[1]))
