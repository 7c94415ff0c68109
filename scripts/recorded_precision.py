#!/usr/bin/env python3
"""How exact recorded gradients are themselves, and how closely Keras agrees with them elsewhere.

Layers that compute in float16 were recorded with what float16 lost. For recorded calls of layers this prints, gradient by
gradient (KEY:DISTANCE), by how many times the tolerance of the replay the recorded one differs

- on JAX, from the same gradient with the whole layer in float32;
- on TensorFlow and PyTorch, from the gradient that Keras itself computes there, in float16.

tck's tolerances.tsv holds the largest of the three for gradients that no implementation can be held to.

  KERAS_BACKEND=jax|tensorflow|torch python scripts/recorded_precision.py CONFORMANCE_FOLDER SPLIT ID...

CONFORMANCE_FOLDER is the folder with replay.py and codec.py; SPLIT is dev.
"""

import copy
import pathlib
import sys

folder, split, *ids = sys.argv[1:]
sys.path.insert(0, folder)

import keras  # noqa: E402
import numpy as np  # noqa: E402
import replay  # noqa: E402
from codec import decode, restore  # noqa: E402

RELATIVE, ABSOLUTE = 1e-3, 1e-4  # of a float32 gradient


def in_float32(config):
    if isinstance(config, dict):
        return {k: in_float32(v) if k != "dtype" else "float32" for k, v in config.items()}
    if isinstance(config, list):
        return [in_float32(v) for v in config]
    return config


def exact(case, arrays, cotangents):
    """The gradients by key, from a layer that computes in float32."""
    import jax
    import jax.numpy as jnp

    wide = copy.deepcopy(case)
    wide["config"] = in_float32(case["config"])
    values = replay.tensors(wide, arrays)

    def total(chosen):
        out = jax.tree_util.tree_leaves(replay.invoke("layers", case["name"], wide, {**values, **chosen})["outputs"])
        floats = [o for o in out if o.dtype.kind == "f"]
        return sum((o * jnp.asarray(c).astype(jnp.float32)).sum() for o, c in zip(floats, cotangents))

    return jax.grad(total)({g["key"]: values[g["key"]] for g in case["grads"]})


def by_tensorflow(case, arrays, cotangents):
    import tensorflow as tf

    layer, args, kwargs = replay.prepare_layer(case, replay.tensors(case, arrays))
    with tf.GradientTape() as tape:
        tape.watch(args[0])
        outputs = tf.nest.flatten(layer(*args, **kwargs))
    given = [tf.cast(c, o.dtype) for c, o in zip(cotangents, outputs)]
    found = tape.gradient(outputs, [args[0], *(v.value for v in layer.trainable_variables)], output_gradients=given)
    return keyed(case, layer, found)


def by_torch(case, arrays, cotangents):
    import torch

    layer, args, kwargs = replay.prepare_layer(case, replay.tensors(case, arrays))
    x = args[0].detach().requires_grad_(True)
    outputs = keras.tree.flatten(layer(x, *args[1:], **kwargs))
    given = [torch.as_tensor(np.asarray(c)).to(o.dtype) for c, o in zip(cotangents, outputs)]
    found = torch.autograd.grad(outputs, [x, *(v.value for v in layer.trainable_variables)], grad_outputs=given)
    return keyed(case, layer, [g.detach() for g in found])


def keyed(case, layer, found):
    """By the key of the input and of each weight in the record."""
    keys = [case["args"][0]["key"], *(w["value"]["key"] for w in case["weights"] if w["trainable"])]
    return dict(zip(keys, found))


gradients = {"jax": exact, "tensorflow": by_tensorflow, "torch": by_torch}[keras.backend.backend()]
for category, name, case, arrays in replay.load(pathlib.Path(folder) / split):
    if case["id"] not in ids:
        continue
    recorded = restore(case, arrays)
    found = gradients(case, arrays, decode(case["cotangent"], recorded))
    distances = []
    for g in sorted(case["grads"], key=lambda g: g["key"]):
        value = np.asarray(decode(g["value"], recorded)).astype(np.float64)
        off = np.abs(np.asarray(found[g["key"]]) - value) / (ABSOLUTE + RELATIVE * np.abs(value))
        distances.append(f"{g['key']}:{np.max(off):.1f}")
    print(case["id"], " ".join(distances), name, sep="\t")
