"""Opens the classifier that MiniLmFineTuningTest saved with -Dkeras4j.hub.classifier=FOLDER with Python's Keras.

    python scripts/open_classifier.py FOLDER     compares its logits, and tells how many unseen texts it gets right

It needs keras, one of its backends, and safetensors.
"""

import pathlib
import sys

import keras
import numpy as np
from safetensors.numpy import load_file


def main(folder):
    model = keras.saving.load_model(folder / "model.keras")
    checked = load_file(folder / "checked.safetensors")
    inputs = {k: checked[k] for k in ("token_ids", "padding_mask", "segment_ids")}
    logits = model.predict(inputs, verbose=0)
    far = float(np.abs(logits - checked["logits"]).max())
    right = float((logits.argmax(-1) == checked["classes"]).mean())
    print(f"Keras {keras.__version__} on {keras.backend.backend()}: logits within {far:.2g}, accuracy {right:.4f}")
    return 0 if far < 1e-4 else 1


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
