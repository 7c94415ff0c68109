"""Real trained weights in the layers format of TensorFlow.js: keras4j has to give the probabilities that TensorFlow.js gives.

    usage: python scripts/check_tfjs_models.py NODE_MODULES [--backend pytorch]

NODE_MODULES is a folder into which npm installed nsfwjs@4.4.0 (MobileNetV2 and InceptionV3, MIT), @tensorflow/tfjs@4.22.0, jpeg-js and
@vladmandic/face-api@1.7.15, whose sample photographs are used (MIT): npm install --ignore-scripts --prefix DIR nsfwjs@4.4.0 ...
Needs node, NumPy, and the packaged project: its launcher, or the one that KERAS4J names. Not part of the tests.
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
    parser.add_argument("--backend", default="pytorch")
    options = parser.parse_args()
    photos = sorted((options.modules / "@vladmandic/face-api/demo").glob("sample*.jpg"))
    folder = pathlib.Path(tempfile.mkdtemp())
    subprocess.run(["node", ROOT / "scripts/tfjs_models.js", options.modules, folder, *photos], check=True)
    launcher = os.environ.get("KERAS4J", str(ROOT / "bin" / "keras4j"))
    failed = 0
    for shapes in sorted(folder.glob("*.shapes.json")):
        name = shapes.name.removesuffix(".shapes.json")
        of_input, of_output = json.loads(shapes.read_text())
        x = np.fromfile(folder / f"{name}.in.bin", "float32").reshape(of_input)
        expected = np.fromfile(folder / f"{name}.out.bin", "float32").reshape(of_output)
        np.savez(folder / f"{name}.npz", in0=x)
        subprocess.run([launcher, "predict", "--backend", options.backend, folder / name / "model.json", folder / f"{name}.npz",
                        folder / f"{name}.result.npz"], check=True)
        got = np.load(folder / f"{name}.result.npz")["out0"]
        worst = float(np.abs(got - expected).max())
        failed += worst > 1e-4
        print(f"{name}: {len(photos)} photographs, probabilities differ by {worst:.2e} at most; first: {np.round(expected[0], 4)}")
    print(f"{2 - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
