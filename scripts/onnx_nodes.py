#!/usr/bin/env python3
"""Writes ONNX's own tests of its operators into a folder, for OnnxNodesTest.

    pip install onnx
    python scripts/onnx_nodes.py FOLDER

Each test becomes a folder with model.onnx and test_data_set_0/{input,output}_N.pb. What has inputs or outputs
that are no tensors (sequences, optionals) is left out and counted.
"""
import pathlib
import shutil
import sys

import numpy as np
import onnx
from onnx import numpy_helper
from onnx.backend.test.loader import load_model_tests


def cases():
    for kind in ("node", "simple", "pytorch-operator", "pytorch-converted"):
        yield from load_model_tests(kind=kind)


def tensor(value, name):
    if isinstance(value, onnx.TensorProto):
        return value
    return numpy_helper.from_array(np.asarray(value), name)


def write(case, folder):
    folder.mkdir(parents=True)
    if getattr(case, "model_dir", None):
        shutil.copytree(case.model_dir, folder, dirs_exist_ok=True)
        return
    (folder / "model.onnx").write_bytes(case.model.SerializeToString())
    graph = case.model.graph
    for k, (inputs, outputs) in enumerate(case.data_sets):
        data = folder / f"test_data_set_{k}"
        data.mkdir()
        for what, values, infos in (("input", inputs, graph.input), ("output", outputs, graph.output)):
            for i, value in enumerate(values):
                (data / f"{what}_{i}.pb").write_bytes(tensor(value, infos[i].name).SerializeToString())


def plain(case):
    if case.model is None:
        return True
    values = list(case.model.graph.input) + list(case.model.graph.output)
    return all(v.type.HasField("tensor_type") for v in values)


def main():
    target = pathlib.Path(sys.argv[1])
    written = left_out = 0
    for case in cases():
        if not plain(case):
            left_out += 1
            continue
        folder = target / case.kind / case.name
        if folder.exists():
            continue
        write(case, folder)
        written += 1
    print(f"{written} tests written, {left_out} without tensors alone left out, onnx {onnx.__version__}")


if __name__ == "__main__":
    main()
