#!/usr/bin/env python3
"""From the start of a Python process to the first prediction of a saved model by Keras.

    cold_start.py --backend jax|tensorflow|torch --times N

Writes the model once; each start is a process of its own. One row of JSON.
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile
import time

import timing

CHILD = """
import os, sys, time
if os.environ["KERAS_BACKEND"] != "tensorflow":
    sys.modules["tensorflow"] = None
import keras
import numpy as np
imported = time.time()
model = keras.saving.load_model(sys.argv[1])
loaded = time.time()
model.predict(np.zeros((1, 784), "float32"), verbose=0)
print("times", imported, loaded, time.time(), keras.__version__)
"""
MAKE = """
import sys
sys.path.insert(0, sys.argv[2])
import keras_networks
keras_networks.perceptron().save(sys.argv[1])
"""


def python(backend, *arguments):
    environment = dict(
        os.environ, KERAS_BACKEND=backend, CUDA_VISIBLE_DEVICES="", JAX_PLATFORMS="cpu",
        TF_CPP_MIN_LOG_LEVEL="3")
    out = subprocess.run(
        [sys.executable, "-c", *arguments], env=environment, check=True, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
    return out


def start(backend, file):
    """Milliseconds until Keras is imported, the model loaded, the prediction there."""
    before = time.time()
    out = python(backend, CHILD, file)
    line = next(l for l in out.splitlines() if l.startswith("times ")).split()
    return [(float(t) - before) * 1e3 for t in line[1:4]], line[4]


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--backend", choices=["jax", "tensorflow", "torch"], required=True)
    p.add_argument("--times", type=int, default=5)
    options = p.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "model.keras")
        python(options.backend, MAKE, file, os.path.dirname(os.path.abspath(__file__)))
        first, version = start(options.backend, file)
        all_starts = [start(options.backend, file)[0] for _ in range(options.times)]
    columns = list(zip(*all_starts))
    total = timing.Times(list(columns[2]), 0.0)
    row = {
        "peer": "keras",
        "backend": options.backend,
        "workload": "cold_start",
        "batch": 1,
        "versions": f"keras {version}",
        "first_ms": round(first[2], 1),
        "backend_ms": round(timing.Times(list(columns[0]), 0.0).median, 1),
        "load_ms": round(timing.Times(list(columns[1]), 0.0).median, 1),
    }
    row.update(total.fields())
    del row["cpu_ms_mean"]
    print(json.dumps(row), flush=True)


if __name__ == "__main__":
    main()
