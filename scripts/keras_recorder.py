"""Records what real Keras gives for calls, in the form of the conformance corpus, for `bin/keras4j replay`.

A program of draws imports it and says the calls:

    import keras, numpy as np
    from keras_recorder import Recorder

    r = Recorder("found")
    x = np.float32([[1, 2], [3, 4]])
    r.function("keras.ops.add", [x, 2.0])
    r.call("losses", keras.losses.Huber(0.5), [x, x + 1])  # or initializers, regularizers, constraints, schedules
    r.metric(keras.metrics.Mean(), [([x], {"sample_weight": x}), ([x], {})])
    r.optimizer(keras.optimizers.Adam(), [x], [[x], [2 * x]])
    r.layer(keras.layers.Dense(3), [x], {"training": True})
    r.save()

Run it with real Keras on JAX, the corpus's `codec.py` and `replay.py` on the path:

    KERAS_BACKEND=jax JAX_PLATFORMS=cpu PYTHONPATH=scripts:../shared/conformance python draws.py
    bin/keras4j replay found --backend pytorch

Arrays are NumPy's. Calls that Keras refuses are not kept; `save` prints them with the reason. Gradients are recorded
where all outputs of a layer, or some of a function, are floats.
"""

import collections
import io
import json
import pathlib
import zipfile

import codec
import jax
import keras
import numpy as np
import replay
from keras.src import backend
from keras.src import tree

STEP = 1e-3  # by which inputs are moved to find kinks
BEND = 0.1  # and how much of the largest gradient may change


def is_float(x):
    return jax.numpy.issubdtype(x.dtype, jax.numpy.floating)


def keys_of(part):
    return [v["key"] for _, v in codec.leaves(part) if isinstance(v, dict) and v.get("$") == "array"]


class Recorder:
    def __init__(self, folder, seed=0, gradients=True):
        self.folder = pathlib.Path(folder)
        self.random = np.random.default_rng(seed)
        self.gradients = gradients
        self.cases = collections.defaultdict(dict)
        self.refused = collections.defaultdict(list)

    def function(self, name, args, kwargs=None, category=None):
        """A call of a public function by its full name."""
        spaces = {"keras.ops.": "ops", "keras.activations.": "activations"}
        category = category or next((c for s, c in spaces.items() if name.startswith(s)), "functions")
        self._record(category, name, {"dtype_strict": True}, args, kwargs or {})

    def call(self, category, made, args, kwargs=None):
        """A call of an object that is made from its config."""
        space = "optimizers.schedules" if category == "schedules" else category
        config = keras.saving.serialize_keras_object(made)
        self._record(category, f"keras.{space}.{type(made).__name__}", {"config": config}, args, kwargs or {})

    def _record(self, category, name, more, args, kwargs):
        arrays = []
        try:
            record = {"name": name, **more, "stochastic": False, **encoded(args, kwargs, arrays)}
            values = replay.tensors(record, arrays, name)

            def outputs(given):
                return replay.invoke(category, name, record, given)["outputs"]

            record["outputs"] = codec.encode(outputs(values), arrays)
            if category in ("ops", "activations", "functions", "losses"):
                self._differentiate(record, arrays, values, outputs, keys_of([record["args"], record["kwargs"]]))
        except Exception as e:
            self._refuse(name, e)
        else:
            self._keep(category, record, arrays)

    def metric(self, metric, updates):
        """A metric after updates, each a pair of positional and named arguments."""
        name, arrays = f"keras.metrics.{type(metric).__name__}", []
        try:
            record = {
                "name": name,
                "config": keras.saving.serialize_keras_object(metric),
                "updates": [encoded(args, kwargs, arrays) for args, kwargs in updates],
                "stochastic": False,
            }
            result = replay.invoke("metrics", name, record, replay.tensors(record, arrays))["outputs"]
            record["outputs"] = codec.encode(result, arrays)
        except Exception as e:
            self._refuse(name, e)
        else:
            self._keep("metrics", record, arrays)

    def optimizer(self, optimizer, variables, steps):
        """An optimizer that is given gradients of the variables step by step."""
        name, arrays = f"keras.optimizers.{type(optimizer).__name__}", []
        try:
            record = {"name": name, "config": keras.saving.serialize_keras_object(optimizer), "stochastic": False}
            record["variables"] = codec.encode(list(variables), arrays)
            optimizer = replay.instance(record)
            held = [keras.Variable(v, dtype=v.dtype) for v in variables]
            record["steps"] = []
            for grads in steps:
                optimizer.apply([backend.convert_to_tensor(g) for g in grads], held)
                after = [np.asarray(v.value) for v in held]
                record["steps"].append({"grads": codec.encode(grads, arrays), "after": codec.encode(after, arrays)})
            record["optimizer_variables"] = [
                {"path": v.path, "value": codec.encode(v, arrays)} for v in optimizer.variables
            ]
        except Exception as e:
            self._refuse(name, e)
        else:
            self._keep("optimizers", record, arrays)

    def layer(self, layer, args, kwargs=None, adapt=None, masks=None):
        """A layer's or model's call, with float weights drawn anew unless the layer is adapted to data."""
        space = "models" if isinstance(layer, keras.Model) else "layers"
        name, arrays = f"keras.{space}.{type(layer).__name__}", []
        try:
            record = {"name": name, "stochastic": False, **encoded(args, kwargs or {}, arrays)}
            record["input_masks"] = codec.encode(list(masks or []), arrays)
            if adapt is not None:
                record["adapt"] = [codec.encode(list(adapt), arrays), {}]
                layer.adapt(*adapt)
            values = replay.tensors(record, arrays, name)
            if not layer.built:
                layer(*codec.decode(record["args"], values), **codec.decode(record["kwargs"], values))
            record["config"] = keras.saving.serialize_keras_object(layer)
            record["weights"] = [
                {"path": w.path, "trainable": bool(w.trainable), "value": codec.encode(self._drawn(w, adapt), arrays)}
                for w in layer.weights
            ]
            values = replay.tensors(record, arrays, name)
            self._call_layer(record, arrays, values)
        except Exception as e:
            self._refuse(name, e)
        else:
            self._keep("layers", record, arrays)

    def _drawn(self, weight, adapt):
        value = np.asarray(weight.value)
        if adapt is not None or not is_float(value):
            return value
        drawn = self.random.normal(0, 0.5, value.shape)
        return (np.abs(drawn) + 0.3 if "variance" in weight.path else drawn).astype(value.dtype)

    def _call_layer(self, record, arrays, values):
        layer, args, kwargs = replay.prepare_layer(record, values)
        before = [np.asarray(w.value) for w in layer.weights]
        out = layer(*args, **kwargs)
        record["outputs"] = codec.encode(out, arrays)
        after = [np.asarray(w.value) for w in layer.weights]
        record["weights_after"] = {
            str(i): codec.encode(b, arrays) for i, (a, b) in enumerate(zip(before, after)) if a.tobytes() != b.tobytes()
        }
        record["output_masks"] = codec.encode(replay.masks_of(out), arrays)
        record["losses"] = codec.encode(list(layer.losses), arrays)
        if not all(is_float(o) for o in tree.flatten(out)):
            return
        fresh, _, _ = replay.prepare_layer(record, values)
        places = {id(w): r["value"]["key"] for w, r in zip(fresh.weights, record["weights"])}

        def outputs(given):
            a, k = codec.decode(record["args"], given), codec.decode(record["kwargs"], given)
            replay.set_masks((a, k), codec.decode(record["input_masks"], values))
            state = [[given[places[id(v)]] for v in vs] for vs in (fresh.trainable_variables, fresh.non_trainable_variables)]
            return fresh.stateless_call(*state, *a, **k)[0]

        trained = [places[id(v)] for v in fresh.trainable_variables]
        self._differentiate(record, arrays, values, outputs, keys_of([record["args"], record["kwargs"]]) + trained)

    def _differentiate(self, record, arrays, values, outputs, keys):
        keys = [k for k in keys if is_float(values[k])]
        if not (self.gradients and keys):
            return

        def floats(xs):
            out = tree.flatten(outputs({**values, **dict(zip(keys, xs))}))
            return [o for o in out if hasattr(o, "dtype") and is_float(o)]

        xs = [values[k] for k in keys]
        try:
            out, pull = jax.vjp(floats, xs)
        except Exception:
            return  # JAX has no gradient of it
        if not out:
            return
        cotangent = [jax.numpy.asarray(self.random.normal(size=o.shape), o.dtype) for o in out]
        (grads,) = pull(cotangent)
        bends = False
        for sign in (STEP, -STEP):
            moved = [x + jax.numpy.asarray(sign * self.random.uniform(0.5, 1, x.shape), x.dtype) for x in xs]
            (near,) = jax.vjp(floats, moved)[1](cotangent)
            bends = bends or any(differs(a, b) for a, b in zip(grads, near))
        record["kink"] = bends
        record["cotangent"] = codec.encode(cotangent, arrays)
        record["grads"] = [{"key": k, "value": codec.encode(g, arrays)} for k, g in zip(keys, grads)]

    def _refuse(self, name, error):
        self.refused[name].append(f"{type(error).__name__}: {error}"[:200])

    def _keep(self, category, record, arrays):
        case = codec.digest(record, arrays)
        self.cases[category][case] = ({"id": case, **record}, arrays)

    def save(self):
        """Writes the folder and prints what it holds, and what Keras refused."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for category, cases in self.cases.items():
            with zipfile.ZipFile(self.folder / f"{category}.npz", "w", zipfile.ZIP_DEFLATED) as archive:
                for case, (_, arrays) in cases.items():
                    for key, array in enumerate(arrays):
                        member = io.BytesIO()
                        np.lib.format.write_array(member, array)
                        archive.writestr(f"{case}/{key}.npy", member.getvalue())
            lines = "".join(json.dumps(record) + "\n" for record, _ in cases.values())
            (self.folder / f"{category}.jsonl").write_text(lines)
            print(category, len(cases))
        for name, reasons in sorted(self.refused.items()):
            print("refused", name, len(reasons), reasons[0])


def encoded(args, kwargs, arrays):
    return {
        "args": [codec.encode(a, arrays) for a in args],
        "kwargs": {k: codec.encode(v, arrays) for k, v in kwargs.items()},
    }


def differs(a, b):
    a, b = np.asarray(a, np.float64), np.asarray(b, np.float64)
    largest = max(1e-3, np.abs(a).max(initial=0))
    return not (np.isfinite(a).all() and (np.abs(a - b) <= BEND * largest).all())
