"""Runs a model exported with model.export(path, "stablehlo") in Python, with JAX.

usage: python run_stablehlo.py FOLDER/batch-1.mlir [IN.npz OUT.npz]

IN.npz holds the inputs as in0, in1, ...; without it zeros are taken. The results are written as out0, ...
"""
import os
import re
import sys

import jax
import numpy as np
from jax._src import compiler
from jax._src.interpreters import mlir
from jax._src.lib import xla_client
from jax._src.lib.mlir import ir

HEADER = re.compile(r"// (input|weight|output) (?:(\S+) )??(\S+) (\w+)\(([\d, ]*)\)")


def load(path):
    """The text of a module, its inputs as (name, dtype, shape), and its weights in order."""
    text = open(path).read()
    arrays = np.load(os.path.join(os.path.dirname(path) or ".", "weights.npz"))
    inputs, weights = [], []
    for line in text.splitlines():
        if not line.startswith("//"):
            break
        kind, key, name, dtype, dims = HEADER.fullmatch(line).groups()
        shape = tuple(int(d) for d in dims.split(",") if d.strip())
        if kind == "input":
            inputs.append((name, dtype, shape))
        elif kind == "weight":
            weights.append(arrays[key])
    return text, inputs, weights


def run(text, arguments):
    """Compiles a module for the first device and runs it."""
    device = jax.devices()[0]
    with mlir.make_ir_context():
        module = ir.Module.parse(text)
        executable = device.client.compile_and_load(
            module, xla_client.DeviceList((device,)), compiler.get_compile_options(1, 1))
    results = executable.execute_sharded([jax.device_put(a, device) for a in arguments])
    return [np.asarray(r[0]) for r in results.disassemble_into_single_device_arrays()]


def main():
    text, inputs, weights = load(sys.argv[1])
    if len(sys.argv) > 2:
        given = np.load(sys.argv[2])
        values = [given[f"in{i}"] for i in range(len(inputs))]
    else:
        values = [np.zeros(shape, dtype) for _, dtype, shape in inputs]
    outputs = run(text, values + weights)
    if len(sys.argv) > 3:
        np.savez(sys.argv[3], **{f"out{i}": o for i, o in enumerate(outputs)})
    for i, o in enumerate(outputs):
        print(f"out{i}", o.dtype, o.shape, o.ravel()[:8])


if __name__ == "__main__":
    main()
