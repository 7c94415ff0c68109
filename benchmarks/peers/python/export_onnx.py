#!/usr/bin/env python3
"""Writes the image networks of the workloads as ONNX files, as Keras on PyTorch traces them, and checks what they give.

    KERAS_BACKEND=torch export_onnx.py benchmarks/peers/jvm/onnxruntime/target/models [NAME..]

Weights are random, as everywhere in the comparison. ConvNeXtTiny, of which PyTorch's exporter makes no file, is written
by keras4j (KERAS4J: the command, or else bin/keras4j). Needs onnx and onnxruntime besides Keras.
"""
import os
import pathlib
import subprocess
import sys
import tempfile

import keras
import numpy as np
import onnx
import onnxruntime
import torch

from keras_networks import IMAGES


BY_KERAS4J = {"convnexttiny"}
LAUNCHER = os.environ.get("KERAS4J", str(pathlib.Path(__file__).parents[3] / "bin" / "keras4j"))


def traced(model, x, file):
    torch.onnx.export(
        model.eval(), (x,), str(file), dynamo=False, opset_version=18, do_constant_folding=True,
        input_names=["images"], output_names=["scores"],
        dynamic_axes={"images": {0: "batch"}, "scores": {0: "batch"}})


def converted(model, file):
    with tempfile.TemporaryDirectory() as folder:
        saved = pathlib.Path(folder) / "network.keras"
        model.save(saved)
        subprocess.run([LAUNCHER, "export", str(saved), str(file)], check=True)


def export(name, file):
    keras.utils.set_random_seed(1)
    model = getattr(keras.applications, IMAGES[name])(weights=None)
    x = torch.rand(2, 224, 224, 3)
    # oneDNN in PyTorch ends the process on some processors where windows have one element
    with torch.no_grad(), torch.backends.mkldnn.flags(enabled=False):
        if name in BY_KERAS4J:
            converted(model, file)
        else:
            traced(model, x, file)
        expected = model(x).numpy()
    written = onnx.load(file)
    onnx.helper.set_model_props(written, {"params": str(model.count_params())})
    onnx.save(written, file)
    session = onnxruntime.InferenceSession(str(file), providers=["CPUExecutionProvider"])
    images = session.get_inputs()[0].name
    for rows in (1, 2):
        found = session.run(None, {images: x[:rows].numpy()})[0]
        far = np.abs(found - expected[:rows]).max() / expected.max()
        assert far < 1e-3, (name, rows, far)
    print(name, model.count_params(), "parameters,", file.stat().st_size >> 20, "MiB", flush=True)


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name in sys.argv[2:] or IMAGES:
        export(name, folder / f"{name}.onnx")


if __name__ == "__main__":
    main()
