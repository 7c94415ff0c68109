"""Records what real Keras on TensorFlow makes of sparse tensors, for the tests of sparse tensors.

Writes into tck/src/test/resources/org/keras4j/tck/sparse: layers with sparse=True and functions on sparse tensors with what they give
(cases.json), and models with sparse inputs and codes as .keras, with their predictions, and losses and weights of a training
(models.json).

    usage: KERAS_BACKEND=tensorflow python scripts/record_sparse.py

Needs a Python with Keras 3.15 and TensorFlow. With --check FOLDER it loads what SparseFiles of the module tck made of these models
instead, and of one that was made in Java, and compares what they give:

    java ... org.keras4j.tck.layers.SparseFiles FOLDER
"""

import argparse
import json
import pathlib

import keras
import numpy as np
import tensorflow as tf
from keras import layers

ROOT = pathlib.Path(__file__).resolve().parent.parent
HERE = ROOT / "tck/src/test/resources/org/keras4j/tck/sparse"
WORDS = ["red", "green", "blue"]


def sparse(rows, width, seed, density=0.2):
    rng = np.random.default_rng(seed)
    x = np.where(rng.random((rows, width)) < density, rng.normal(size=(rows, width)), 0).astype("float32")
    return np.round(x, 3)


def tensor(dense):
    return tf.sparse.from_dense(np.asarray(dense))


def written(x):
    """A tensor as JSON: its numbers, dtype, and whether it is sparse."""
    is_sparse = isinstance(x, tf.SparseTensor)
    dense = keras.ops.convert_to_numpy(x)
    return {"sparse": is_sparse, "dtype": str(dense.dtype), "shape": list(dense.shape), "values": dense.reshape(-1).tolist()}


def of_layers():
    ids = [[1, 2, 2], [5, 0, 0], [3, 3, 3]]
    column = [[1], [4], [0]]
    words = [["red", "blue", "red"], ["teal", "green", "green"]]
    word = [["red"], ["violet"], ["green"]]
    texts = ["red red blue", "green and more", "blue"]
    idf = [0.5, 1.5, 2.5]
    out = []

    def case(layer, inputs, **call):
        given = inputs if isinstance(inputs, list) and inputs and isinstance(inputs[0], tf.Tensor) else None
        x = given if given is not None else tf.constant(inputs)
        try:
            y = layer(x, **{k: tf.constant(v) for k, v in call.items()})
        except Exception as e:  # what Keras fails at is no case
            print(type(layer).__name__, type(e).__name__, str(e).splitlines()[2][:100])
            return
        out.append(
            {
                "config": keras.saving.serialize_keras_object(layer) | {"sparse": bool(getattr(layer, "sparse", True))},
                "inputs": [i.numpy().tolist() for i in given] if given is not None else inputs,
                "several": given is not None,
                "call": call,
                "output": written(y),
            }
        )

    for mode in ("multi_hot", "count"):
        case(layers.CategoryEncoding(6, output_mode=mode, sparse=True), ids)
    case(layers.CategoryEncoding(6, output_mode="one_hot", sparse=True), column)
    case(layers.CategoryEncoding(6, output_mode="one_hot", sparse=True), ids)
    case(
        layers.CategoryEncoding(6, output_mode="count", sparse=True),
        ids,
        count_weights=[[0.5, 1.0, 2.0], [1.0, 1.0, 1.0], [0.1, 0.2, 0.3]],
    )
    for mode in ("one_hot", "multi_hot", "count"):
        case(layers.Hashing(7, output_mode=mode, sparse=True), word if mode == "one_hot" else words)
        case(
            layers.StringLookup(vocabulary=WORDS, num_oov_indices=2, output_mode=mode, sparse=True),
            word if mode == "one_hot" else words,
        )
        case(
            layers.IntegerLookup(vocabulary=[1, 3, 5], output_mode=mode, sparse=True),
            column if mode == "one_hot" else ids,
        )
        case(
            layers.Discretization(bin_boundaries=[0.0, 1.0, 2.0], output_mode=mode, sparse=True),
            [[-1.0], [0.5], [7.0]] if mode == "one_hot" else [[-1.0, 0.5, 0.5], [7.0, 1.5, 1.0]],
        )
    case(layers.StringLookup(vocabulary=WORDS, idf_weights=idf, output_mode="tf_idf", sparse=True), words)
    for mode in ("multi_hot", "count"):
        case(layers.TextVectorization(vocabulary=WORDS, output_mode=mode, sparse=True), texts)
    case(layers.TextVectorization(vocabulary=WORDS, idf_weights=idf, output_mode="tf_idf", sparse=True), texts)
    case(
        layers.HashedCrossing(5, output_mode="one_hot", sparse=True),
        [tf.constant([["A"], ["B"], ["A"]]), tf.constant([[101], [102], [103]])],
    )
    return out


def of_functions():
    a = sparse(4, 6, 1)
    b = sparse(4, 3, 2, 0.4)
    cube = np.stack([sparse(3, 6, 3), sparse(3, 6, 4)])
    w = np.round(np.random.default_rng(5).normal(size=(6, 3)), 3).astype("float32")
    ids = np.array([[0, 2, 0], [3, 0, 1]], "int32")
    left = np.round(np.random.default_rng(6).normal(size=(2, 4)), 3).astype("float32")
    ops = keras.ops
    calls = {
        "one_hot": lambda: ops.one_hot(np.array([2, 0, 3]), 4, sparse=True),
        "one_hot_first": lambda: ops.one_hot(np.array([2, 0, 3]), 4, axis=0, sparse=True),
        "multi_hot": lambda: ops.multi_hot(np.array([[1, 1, 3], [0, 2, 0]]), 4, sparse=True),
        "bincount": lambda: ops.bincount(np.array([[1, 1, 3], [0, 2, 0]]), minlength=5, sparse=True),
        "matmul": lambda: ops.matmul(tensor(a), w),
        "matmul_left": lambda: ops.matmul(left, tensor(a)),
        "sum_0": lambda: ops.sum(tensor(a), axis=0),
        "sum_1": lambda: ops.sum(tensor(a), axis=1, keepdims=True),
        "concatenate": lambda: ops.concatenate([tensor(a), tensor(b)], axis=1),
        "concatenate_rows": lambda: ops.concatenate([tensor(a), tensor(a)], axis=0),
        "concatenate_mixed": lambda: ops.concatenate([tensor(a), b], axis=1),
        "take": lambda: ops.take(w, tensor(ids), axis=0),
        "cast": lambda: ops.cast(tensor(a), "float64"),
        "dense": lambda: ops.convert_to_tensor(tensor(a), sparse=False),
        "matmul_cube": lambda: ops.matmul(tensor(cube), w),
        "mean_1": lambda: ops.mean(tensor(a), axis=1),
    }
    results = {}
    for name, call in calls.items():
        try:
            results[name] = written(call())
        except Exception as e:  # what Keras fails at is no case
            print(name, type(e).__name__, str(e).splitlines()[0][:100])
    arrays = {"a": a, "b": b, "cube": cube, "w": w, "ids": ids, "left": left}
    return {
        "arrays": {k: {"shape": list(v.shape), "values": v.reshape(-1).tolist()} for k, v in arrays.items()},
        "results": results,
    }


def linear():
    keras.utils.set_random_seed(1)
    x = keras.Input((12,), sparse=True, name="words")
    y = layers.Dense(4, activation="tanh", name="hidden")(x)
    return keras.Model(x, layers.Dense(1, name="head")(y), name="linear")


def sequential():
    keras.utils.set_random_seed(2)
    return keras.Sequential([keras.Input((12,), sparse=True), layers.Dense(3, name="only")], name="chain")


def joined():
    keras.utils.set_random_seed(3)
    a = keras.Input((12,), sparse=True, name="a")
    b = keras.Input((12,), sparse=True, name="b")
    ids = keras.Input((3,), sparse=True, dtype="int32", name="ids")
    both = layers.Dense(2, name="both")(layers.Concatenate(name="side_by_side")([a, b]))
    vectors = layers.Flatten(name="flat")(layers.Embedding(5, 2, name="table")(ids))
    return keras.Model([a, b, ids], layers.Dense(1, name="head")(layers.Concatenate(name="all")([both, vectors])), name="joined")


def coded():
    keras.utils.set_random_seed(4)
    x = keras.Input((2,), dtype="string", name="tags")
    codes = layers.StringLookup(vocabulary=WORDS, output_mode="multi_hot", sparse=True, name="lookup")(x)
    return keras.Model(x, layers.Dense(2, name="head")(codes), name="coded")


X = sparse(8, 12, 7)
IDS = np.array([[0, 2, 0], [3, 0, 1], [4, 4, 0], [0, 0, 0]], "int32")
TAGS = [["red", "blue"], ["green", "green"], ["teal", "red"]]


def predictions(name, model):
    if name in ("linear", "chain"):
        return np.asarray(model(tensor(X)))
    if name == "joined":
        return np.asarray(model([tensor(X[:4]), tensor(X[4:]), tensor(IDS)]))
    return np.asarray(model(tf.constant(TAGS)))


def record():
    HERE.mkdir(parents=True, exist_ok=True)
    cases = {"layers": of_layers(), "functions": of_functions()}
    (HERE / "cases.json").write_text(json.dumps(cases, ensure_ascii=False, default=bytes.decode) + "\n")
    out = {"x": X.tolist(), "ids": IDS.tolist(), "tags": TAGS, "predictions": {}}
    for model in (linear(), sequential(), joined(), coded()):
        model.save(HERE / f"{model.name}.keras")
        try:
            out["predictions"][model.name] = predictions(model.name, model).tolist()
        except Exception as e:
            print(model.name, type(e).__name__, str(e)[:500])
        if model.name == "joined":
            print({layer.name: getattr(layer.output, "sparse", None) for layer in model.layers})
    model = linear()
    model.compile(keras.optimizers.Adam(0.05), "mse")
    y = (X.sum(axis=1, keepdims=True) > 0).astype("float32")
    out["losses"] = [float(model.train_on_batch(tensor(X), y)) for _ in range(4)]
    out["weights"] = {v.path: np.asarray(v).tolist() for v in model.weights}
    (HERE / "models.json").write_text(json.dumps(out, ensure_ascii=False, default=bytes.decode) + "\n")


def check(folder):
    expected = json.loads((HERE / "models.json").read_text())["predictions"]
    failed = False
    for name, e in expected.items():
        model = keras.models.load_model(folder / f"copied_{name}.keras")
        kinds = [bool(getattr(i, "sparse", False)) for i in model.inputs]
        wanted = [bool(getattr(i, "sparse", False)) for i in keras.models.load_model(HERE / f"{name}.keras").inputs]
        same = np.allclose(predictions(name, model), e, rtol=1e-5, atol=1e-6) and kinds == wanted
        print(name, "agrees" if same else "DIFFERS", kinds)
        failed |= not same
    made = json.loads((folder / "made.json").read_text())
    model = keras.models.load_model(folder / "made.keras")
    x = tf.sparse.reorder(tf.SparseTensor(np.asarray(made["indices"], "int64"), np.asarray(made["values"], "float32"), made["shape"]))
    same = np.allclose(np.asarray(model(x)), made["predictions"], rtol=1e-5, atol=1e-6)
    print("made", "agrees" if same else "DIFFERS")
    raise SystemExit(1 if failed or not same else 0)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--check", type=pathlib.Path)
    arguments = parser.parse_args()
    if arguments.check:
        check(arguments.check)
    else:
        record()
