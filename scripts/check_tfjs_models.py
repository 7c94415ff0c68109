"""Real trained weights in the layers format of TensorFlow.js: keras4j has to give the probabilities that TensorFlow.js gives.

    usage: python scripts/check_tfjs_models.py NODE_MODULES [--backends pytorch,tensorflow,xla]

NODE_MODULES is a folder into which npm installed nsfwjs@4.4.0 (MobileNetV2 and InceptionV3, MIT), @tensorflow/tfjs@4.22.0, jpeg-js and
@vladmandic/face-api@1.7.15, whose sample photographs are used (MIT): npm install --ignore-scripts --prefix DIR nsfwjs@4.4.0 ...
Needs node, NumPy, and the packaged project: its launcher, or the one that KERAS4J names. TensorFlow.js in plain node takes some
minutes. Not part of the tests. The networks of face-api.js are code there, with weights alone in files: nothing that could be loaded.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parent.parent


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("modules", type=pathlib.Path)
    parser.add_argument("--backends", default="pytorch,tensorflow,xla")
    options = parser.parse_args()
    photos = sorted((options.modules / "@vladmandic/face-api/demo").glob("sample*.jpg"))
    folder = pathlib.Path(tempfile.mkdtemp())
    subprocess.run(["node", ROOT / "scripts/tfjs_models.js", options.modules, folder, *photos], check=True)
    launcher = os.environ.get("KERAS4J", str(ROOT / "bin" / "keras4j"))
    passed = failed = 0
    for shapes in sorted(folder.glob("*.shapes.json")):
        name = shapes.name.removesuffix(".shapes.json")
        of_input, of_output = json.loads(shapes.read_text())
        x = np.fromfile(folder / f"{name}.in.bin", "float32").reshape(of_input)
        expected = np.fromfile(folder / f"{name}.out.bin", "float32").reshape(of_output)
        np.savez(folder / f"{name}.npz", in0=x)
        for backend in options.backends.split(","):
            result = folder / f"{name}.{backend}.npz"
            subprocess.run([launcher, "predict", "--backend", backend, folder / name / "model.json", folder / f"{name}.npz", result], check=True)
            worst = float(np.abs(np.load(result)["out0"] - expected).max())
            (passed, failed) = (passed + 1, failed) if worst <= 1e-4 else (passed, failed + 1)
            print(f"{name} on {backend}: {len(photos)} photographs, probabilities differ by {worst:.2e} at most; first: {np.round(expected[0], 4)}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
