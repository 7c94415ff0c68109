"""Exchanges checkpoints of TensorFlow with Python's TensorFlow and Keras.

    KERAS_BACKEND=tensorflow python scripts/check_checkpoints.py record tck/src/test/resources/org/keras4j/tck/checkpoints
    ./mvnw -q -B verify -pl tck -am -Dtest=TensorFlowCheckpointTest -Dkeras4j.checkpoints=/tmp/checkpoints
    KERAS_BACKEND=tensorflow python scripts/check_checkpoints.py check /tmp/checkpoints

`record` trains a model, writes `tf.train.Checkpoint(model=model)` and what the model predicts; the tests read it. `check` reads what the tests
wrote, of the same model further trained, by the paths of the variables and by `tf.train.load_checkpoint`, and compares what it predicts.
"""

import pathlib
import sys

import keras
import numpy as np
import tensorflow as tf

X = np.sin(np.arange(24, dtype="float32")).reshape(8, 3)
Y = X[:, :1] + 1


def model():
    x = keras.Input((3,), name="x")
    h = keras.layers.Dense(4, activation="tanh", name="first")(x)
    h = keras.layers.BatchNormalization(name="norm")(h)
    m = keras.Model(x, keras.layers.Dense(1, name="last")(h))
    m.compile(keras.optimizers.Adam(0.01, name="adam"), "mse")
    m.optimizer.build(m.trainable_variables)
    return m


def record(folder):
    folder.mkdir(parents=True, exist_ok=True)
    keras.utils.set_random_seed(3)
    m = model()
    m.fit(X, Y, epochs=3, batch_size=4, verbose=0)
    tf.train.Checkpoint(model=m).write(str(folder / "keras"))
    np.savez(folder / "keras.npz", x=X, y=Y, predictions=m.predict(X, verbose=0), iteration=m.optimizer.iterations.numpy())


def check(folder):
    prefix = str(folder / "ours")
    reader = tf.train.load_checkpoint(prefix)
    m = model()
    for v in m.variables + m.optimizer.variables:
        v.assign(reader.get_tensor(v.path + "/.ATTRIBUTES/VARIABLE_VALUE"))
    with np.load(folder / "ours.npz") as z:
        x, expected, iteration = z["x"], z["predictions"], z["iteration"]
    got = m.predict(x, verbose=0)
    assert np.allclose(got, expected, 1e-5, 1e-5), np.abs(got - expected).max()
    assert m.optimizer.iterations.numpy() == iteration
    # as objects: variables of TensorFlow's own under the same names
    kernel = tf.Variable(tf.zeros((3, 4)))
    tf.train.Checkpoint(first=tf.train.Checkpoint(kernel=kernel)).read(prefix).assert_existing_objects_matched()
    assert np.array_equal(kernel.numpy(), m.get_layer("first").kernel.numpy())
    print("ok,", len(tf.train.list_variables(prefix)) - 1, "variables")


if __name__ == "__main__":
    {"record": record, "check": check}[sys.argv[1]](pathlib.Path(sys.argv[2]))
