"""Runs a model that keras4j exported as StableHLO, on JAX's runtime and without keras4j.

    python run_exported.py FOLDER [BATCH]

FOLDER is what `model.export(folder, "stablehlo")` made, BATCH one of those it holds (32). Where there are input.npy and
expected.npy, as the example ExportStableHlo writes them, the results are compared with them; otherwise the inputs are
zeros. Needs jax and numpy; tried with jax 0.10.
"""

import re
import sys
from pathlib import Path

import jax
import numpy as np
from jax.extend.backend import get_backend
from jaxlib import _jax

LINE = re.compile(r"// (input|weight|output) (?:(\S+) )??(\S+) (\w+)\(([\d, ]*)\)$")


def load(folder, batch):
    """The program's text, the shapes and dtypes of its inputs, and its weights in order."""
    path = folder / f"batch-{batch}.mlir"
    if not path.exists():
        path = folder / "module.mlir"
    text = path.read_text()
    arrays = np.load(folder / "weights.npz")
    inputs, weights = [], []
    for line in text.splitlines():
        found = LINE.match(line)
        if not found:
            break
        kind, key, _, dtype, shape = found.groups()
        if kind == "weight":
            weights.append(arrays[key])
        elif kind == "input":
            inputs.append(([int(d) for d in shape.split(",") if d.strip()], jax.numpy.dtype(dtype)))
    return text, inputs, weights


def main():
    folder = Path(sys.argv[1])
    batch = int(sys.argv[2]) if len(sys.argv) > 2 else 32
    text, inputs, weights = load(folder, batch)

    device = jax.devices()[0]
    options = _jax.CompileOptions()
    options.num_replicas = 1
    options.num_partitions = 1
    program = get_backend().compile_and_load(text, _jax.DeviceList((device,)), options)

    arguments = [np.zeros(s, d) for s, d in inputs]
    given = folder / "input.npy"
    known = given.exists() and np.load(given).shape == arguments[0].shape
    if known:
        arguments = [np.load(given)]
    buffers = [jax.device_put(a, device) for a in arguments + weights]
    result = program.execute_sharded(buffers).disassemble_into_single_device_arrays()
    outputs = [np.asarray(shards[0]) for shards in result]
    for o in outputs:
        print(f"{o.dtype}{o.shape} on {device}")

    if known:
        worst = np.abs(outputs[0] - np.load(folder / "expected.npy")).max()
        print(f"largest difference: {worst}")
        sys.exit(0 if worst < 1e-5 else 1)


if __name__ == "__main__":
    main()
