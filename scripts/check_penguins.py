"""Opens with Python's Keras what the example Penguins saved, and holds what it tells against what the example's server answers.

    java ... org.keras4j.examples.Penguins examples/src/main/resources/org/keras4j/examples/penguins.csv MODEL.keras 8080 &
    usage: KERAS_BACKEND=tensorflow python scripts/check_penguins.py MODEL.keras http://localhost:8080

Needs a Python with Keras 3.15 and TensorFlow, which its lookups of strings run on.
"""

import csv
import pathlib
import sys
import urllib.request

import keras
import numpy as np
import tensorflow as tf

CSV = pathlib.Path(__file__).resolve().parent.parent / "examples/src/main/resources/org/keras4j/examples/penguins.csv"
SPECIES = ["Adelie", "Chinstrap", "Gentoo"]
TYPICAL = {"bill_length_mm": 43.9, "bill_depth_mm": 17.2, "flipper_length_mm": 201.0, "body_mass_g": 4200.0}


def column(name, cells):
    if name in TYPICAL:
        return tf.constant([[TYPICAL[name] if c == "NA" else float(c)] for c in cells], "float32")
    return tf.constant([[c] for c in cells])


def told(row):
    line = ",".join(v for k, v in row.items() if k != "species")
    with urllib.request.urlopen(sys.argv[2], data=line.encode()) as answer:
        return answer.read().decode()


with open(CSV, newline="") as f:
    rows = list(csv.DictReader(f))
model = keras.models.load_model(sys.argv[1])
table = {name: column(name, [r[name] for r in rows]) for name in rows[0] if name != "species"}
found = [SPECIES[i] for i in np.argmax(np.asarray(model(table)), axis=-1)]
right = np.mean([f == r["species"] for f, r in zip(found, rows)])
other = sum(f != told(r) for f, r in zip(found, rows))
print(f"{len(rows)} penguins: {right:.1%} right, {other} told differently by the server in Java")
sys.exit(1 if other or right < 0.9 else 0)
