"""The example TransferLearning in Python, on Fashion-MNIST: for the accuracies in docs/guides/transfer-learning.md.

    usage: KERAS_BACKEND=torch python scripts/transfer_learning.py FOLDER [--images 10] [--seeds 7,8,9]

FOLDER holds the four files of the set, such as /usr/share/datasets/fashion-mnist of Debian's dataset-fashion-mnist.
"""

import argparse
import gzip
import pathlib

import keras
import numpy as np
from keras import layers

CLASSES = 5


def read(file):
    data = gzip.decompress(file.read_bytes())
    rank = data[3]
    shape = np.frombuffer(data, ">i4", rank, 4)
    return np.frombuffer(data, "uint8", offset=4 + 4 * rank).reshape(shape)


def part(x, y, first, most):
    """The images of five classes, so many of each at most."""
    rows, taken = [], np.zeros(CLASSES, int)
    for i, c in enumerate(y.astype(int) - first):
        if 0 <= c < CLASSES and taken[c] < most:
            taken[c] += 1
            rows.append(i)
    return x[rows].astype("float32")[..., None] / 255, y[rows].astype("int32") - first


def network():
    return keras.Sequential([
        keras.Input((28, 28, 1)),
        layers.Conv2D(32, 3, padding="same", activation="relu"),
        layers.BatchNormalization(momentum=0.9),
        layers.MaxPooling2D(2),
        layers.Conv2D(64, 3, padding="same", activation="relu"),
        layers.BatchNormalization(momentum=0.9),
        layers.MaxPooling2D(2),
        layers.Conv2D(64, 3, padding="same", activation="relu", name="maps"),
        layers.GlobalAveragePooling2D(name="features"),
        layers.Dense(CLASSES, activation="softmax", name="head"),
    ])


def train(model, rate, data, epochs):
    model.compile(keras.optimizers.Adam(rate), "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(*data, epochs=epochs, batch_size=32, verbose=0)


def accuracy(model, data):
    return model.evaluate(*data, verbose=0, return_dict=True)["accuracy"]


def run(folder, images, seed):
    keras.utils.set_random_seed(seed)
    x, y = read(folder / "train-images-idx3-ubyte.gz"), read(folder / "train-labels-idx1-ubyte.gz")
    old, few = part(x, y, 0, 10**9), part(x, y, CLASSES, images)
    test = part(read(folder / "t10k-images-idx3-ubyte.gz"), read(folder / "t10k-labels-idx1-ubyte.gz"), CLASSES, 10**9)
    learned = network()
    train(learned, 1e-3, old, 2)
    base = keras.Model(learned.inputs, learned.get_layer("features").output, name="base")
    base.trainable = False
    image = keras.Input((28, 28, 1))
    x = layers.Dropout(0.2)(base(image))
    model = keras.Model(image, layers.Dense(CLASSES, activation="softmax", name="head")(x))
    train(model, 1e-2, few, 60)
    head = accuracy(model, test)
    base.trainable = True
    for layer in base.layers:
        if isinstance(layer, layers.BatchNormalization):
            layer.trainable = False
    train(model, 3e-4, few, 40)
    return head, accuracy(model, test)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--images", type=int, default=10)
    parser.add_argument("--seeds", default="7")
    options = parser.parse_args()
    for seed in options.seeds.split(","):
        head, tuned = run(options.folder, options.images, int(seed))
        print(f"seed {seed}: accuracy with a new head {head:.3f}, fine-tuned {tuned:.3f}", flush=True)


if __name__ == "__main__":
    main()
