"""Writes the small files of DatasetsTest, in the forms of Keras's datasets, and what Keras's load_data makes of them.

    usage: KERAS_BACKEND=numpy python scripts/record_datasets.py training/src/test/resources/org/keras4j/training/datasets
"""

import json
import pathlib
import pickle
import struct
import sys

import numpy as np

FOLDER = pathlib.Path(sys.argv[1])
RNG = np.random.default_rng(3)


def texts(n):
    out = np.empty(n, dtype=object)
    for i in range(n):
        out[i] = [int(w) for w in RNG.integers(1, 300 if i % 3 else 40, RNG.integers(1, 12))]
    out[0] = [70000, 3, 130000, 9]
    return out


def python2(data, labels, key):
    """The form in which Python 2 pickled CIFAR: strings without an encoding."""
    def string(b):
        return b"U" + bytes([len(b)]) + b if len(b) < 256 else b"T" + struct.pack("<i", len(b)) + b

    rows, columns = data.shape
    array = (b"cnumpy.core.multiarray\n_reconstruct\nq\x02cnumpy\nndarray\nq\x03K\x00\x85U\x01bq\x04\x87Rq\x05(K\x01"
             + b"M" + struct.pack("<H", rows) + b"M" + struct.pack("<H", columns) + b"\x86"
             + b"cnumpy\ndtype\nq\x06U\x02u1K\x00K\x01\x87Rq\x07(K\x03U\x01|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb\x89"
             + string(data.tobytes()) + b"tb")
    numbers = b"](" + b"".join(b"K" + bytes([n]) for n in labels) + b"e"
    return b"\x80\x02}q\x01(" + string(b"batch_label") + string(b"one of five") + string(b"data") + array + string(key) + numbers + b"u."


def results(golden, name, made):
    (a, b), (c, d) = made
    for part, x, y in ("train", a, b), ("test", c, d):
        if x.dtype == object:
            golden[f"{name}_x_{part}"] = np.array([w for t in x for w in t], "int32")
            golden[f"{name}_n_{part}"] = np.array([len(t) for t in x], "int32")
        else:
            golden[f"{name}_x_{part}"] = x
        golden[f"{name}_y_{part}"] = y


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    golden = {}
    np.savez_compressed(FOLDER / "imdb.npz", x_train=texts(20), y_train=RNG.integers(0, 2, 20), x_test=texts(10), y_test=RNG.integers(0, 2, 10))
    np.savez_compressed(FOLDER / "reuters.npz", x=texts(23), y=RNG.integers(0, 46, 23))
    np.savez_compressed(FOLDER / "housing.npz", x=RNG.normal(size=(31, 4)), y=RNG.normal(size=31))
    (FOLDER / "words.json").write_text(json.dumps({"the": 1, "caf\u00e9": 2, 'a"b\\c': 30}))
    here = lambda name: lambda *a, **k: str(FOLDER / name)
    from keras.src.datasets import boston_housing, california_housing, imdb, reuters

    imdb.get_file, reuters.get_file = here("imdb.npz"), here("reuters.npz")
    boston_housing.get_file = california_housing.get_file = here("housing.npz")
    results(golden, "imdb", imdb.load_data())
    results(golden, "imdb_some", imdb.load_data(num_words=100, skip_top=5, maxlen=10, seed=7, start_char=4, oov_char=None, index_from=2))
    results(golden, "imdb_plain", imdb.load_data(start_char=None, index_from=0))
    results(golden, "reuters", reuters.load_data(num_words=200, test_split=0.3, seed=9))
    results(golden, "reuters_plain", reuters.load_data(start_char=None, oov_char=5, skip_top=10))
    results(golden, "boston", boston_housing.load_data())
    results(golden, "california", california_housing.load_data("small", test_split=0.35, seed=0))
    for i in range(1, 7):
        data, labels = RNG.integers(0, 256, (2, 3072)).astype("uint8"), [int(n) for n in RNG.integers(0, 10, 2)]
        name = f"data_batch_{i}" if i < 6 else "test_batch"
        golden[name], golden[name + "_labels"] = data.reshape(2, 3, 32, 32).transpose(0, 2, 3, 1), np.array(labels)
        if i % 2:
            (FOLDER / name).write_bytes(python2(data, labels, b"labels"))
        else:
            (FOLDER / name).write_bytes(pickle.dumps({b"data": data, b"labels": labels}, protocol=i - 1))
    orders = {(113, 10): None, (0, 100): None, (4294967295, 7): None}
    for seed, n in orders:
        rng = np.random.RandomState(seed)
        a, b = np.arange(n), np.arange(n)
        rng.shuffle(a)
        rng.shuffle(b)
        golden[f"numpy_{seed}_{n}"] = np.stack([a, b])
    import random

    for seed, n in ((5, 20), (10**12, 33)):
        random.seed(seed)
        x = list(range(n))
        random.shuffle(x)
        golden[f"python_{seed}_{n}"] = np.array(x)
    np.savez_compressed(FOLDER / "golden.npz", **golden)


if __name__ == "__main__":
    main()
