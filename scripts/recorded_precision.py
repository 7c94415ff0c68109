#!/usr/bin/env python3
"""How exact recorded gradients are themselves.

Computes the gradients of recorded layer calls again on real Keras, with all layers in float32, and prints by how many
times the tolerance of the replay the recorded ones differ from them. Layers that compute in float16 were recorded with
what float16 lost. Where that is more than the tolerance, no implementation can be held to it; tck's tolerances.tsv
holds such cases, with the numbers printed here.

  KERAS_BACKEND=jax python scripts/recorded_precision.py CONFORMANCE_FOLDER SPLIT ID...

CONFORMANCE_FOLDER is the folder with replay.py and codec.py; SPLIT is dev.
"""

import copy
import pathlib
import sys

folder, split, *ids = sys.argv[1:]
sys.path.insert(0, folder)

import jax  # noqa: E402
import jax.numpy as jnp  # noqa: E402
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


for category, name, case, arrays in replay.load(pathlib.Path(folder) / split):
    if case["id"] not in ids:
        continue
    recorded = restore(case, arrays)
    exact = copy.deepcopy(case)
    exact["config"] = in_float32(case["config"])
    values = replay.tensors(exact, arrays)
    keys = [g["key"] for g in case["grads"]]
    cotangents = [jnp.asarray(c).astype(jnp.float32) for c in decode(case["cotangent"], recorded)]

    def total(chosen):
        out = replay.invoke(category, name, exact, {**values, **chosen})["outputs"]
        floats = [o for o in jax.tree_util.tree_leaves(out) if o.dtype.kind == "f"]
        return sum((o * c).sum() for o, c in zip(floats, cotangents))

    truth = jax.grad(total)({k: values[k] for k in keys})
    worst = {}
    for g in case["grads"]:
        value = np.asarray(decode(g["value"], recorded)).astype(np.float64)
        off = np.abs(np.asarray(truth[g["key"]]) - value)
        worst[g["key"]] = np.max(off / (ABSOLUTE + RELATIVE * np.abs(value)))
    print(case["id"], " ".join(f"{k}:{v:.2f}" for k, v in sorted(worst.items())), name, sep="\t")
