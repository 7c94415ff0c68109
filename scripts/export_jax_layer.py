"""Writes a function of JAX, or a module of Flax, as the folder that the layer StableHloLayer reads.

    from export_jax_layer import export
    def call(params, state, key, x, training):    # a key of jax.random in training, else None
        ...
        return outputs, state                     # one array or a tuple; the new state
    export("folder", call, params, state, [jax.ShapeDtypeStruct((None, 8), "float32")])

`params` are trained, `state` is not; both are nested dicts, or other trees, of arrays. Sizes that are None are open, and equal for all inputs'
first axes. A module of Flax:

    variables = module.init(jax.random.key(0), x)
    params = variables.pop("params")
    def call(params, state, key, x, training):
        rngs = {"dropout": key} if training else None
        out = module.apply({"params": params, **state}, x, training, rngs=rngs, mutable=list(state))
        return out

Needs JAX; run without arguments it exports a small network to ./jax-layer.
"""
import pathlib
import re
import sys

import jax
import jax.numpy as jnp
import numpy as np
from jax import export as jax_export

PLACE = re.compile(r'\s*loc\((?:"[^"]*"(?:\(#loc\d*\))?|#loc\d*|unknown)\)')


def _plain(text):
    """Without the places in Python's code, and without checks of sizes, which Java does."""
    lines = [line for line in text.splitlines() if not line.startswith("#loc") and "@shape_assertion" not in line]
    return "\n".join(PLACE.sub("", line) for line in lines) + "\n"


def _floats(x):
    return jnp.issubdtype(x.dtype, jnp.floating)


def _word(path):
    return "/".join(str(getattr(p, "key", getattr(p, "idx", getattr(p, "name", p)))) for p in path).replace(" ", "_")


def _spec(aval):
    return f"{aval.dtype}({', '.join(str(d) for d in aval.shape)})"


def export(folder, call, params, state, inputs):
    """Writes the folder; `inputs` are shapes and dtypes with None for open sizes."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    scope = jax_export.SymbolicScope()
    specs = []
    opened = set()
    for n, s in enumerate(inputs):
        names = ["b" if i == 0 else f"s{n}_{i}" for i in range(len(s.shape))]
        opened |= {name for name, d in zip(names, s.shape) if d is None}
        words = ", ".join(name if d is None else str(d) for name, d in zip(names, s.shape))
        shape = jax_export.symbolic_shape(words, scope=scope) if None in s.shape else s.shape
        specs.append(jax.ShapeDtypeStruct(shape, s.dtype))
    trained, trained_tree = jax.tree_util.tree_flatten_with_path(params)
    kept, kept_tree = jax.tree_util.tree_flatten_with_path(state)
    weights = [("weight", f"w{i}", _word(p), np.asarray(v)) for i, (p, v) in enumerate(trained + kept)]
    weights = [("constant" if i >= len(trained) else kind, key, name, v) for i, (kind, key, name, v) in enumerate(weights)]
    np.savez(folder / "weights.npz", **{key: v for _, key, _, v in weights})
    n, m = len(specs), len(trained)
    key_spec = jax.ShapeDtypeStruct((2,), jnp.uint32)

    def flat(training, *args):
        xs, ws = args[:n], args[n : n + len(weights)]
        key = jax.random.wrap_key_data(args[n + len(weights)], impl="threefry2x32") if training else None
        outputs, after = call(
            jax.tree_util.tree_unflatten(trained_tree, ws[:m]), jax.tree_util.tree_unflatten(kept_tree, ws[m:]), key, *xs, training
        )
        outputs = list(outputs) if isinstance(outputs, (tuple, list)) else [outputs]
        return outputs, jax.tree_util.tree_leaves(after)

    def write(name, training):
        arguments = specs + [jax.ShapeDtypeStruct(v.shape, v.dtype) for _, _, _, v in weights] + ([key_spec] if training else [])
        top = [f"// size {o}" for o in sorted(opened)]
        top += [f"// input x{i} {_spec(s)}" for i, s in enumerate(specs)]
        top += [f"// {kind} {key} {word} {_spec(v)}" for kind, key, word, v in weights]
        top += [f"// seed key {_spec(key_spec)}"] if training else []

        def forward(*args):
            outputs, after = flat(training, *args)
            return outputs + (after if training else [])

        done = jax_export.export(jax.jit(forward, keep_unused=True))(*arguments)
        count = len(done.out_avals) - (len(kept) if training else 0)
        lines = top + [f"// output y{i} {_spec(a)}" for i, a in enumerate(done.out_avals[:count])]
        lines += [f"// state {key} {word} {_spec(v)}" for _, key, word, v in weights[m:]] if training else []
        (folder / f"{name}.mlir").write_text("\n".join(lines) + "\n" + _plain(done.mlir_module()))

        moved = [n + i for i in range(m) if _floats(arguments[n + i])] + [i for i in range(n) if _floats(specs[i])]
        float_outputs = [i for i in range(count) if _floats(done.out_avals[i])]

        def gradient(*args):
            given, cotangents = list(args[: len(arguments)]), args[len(arguments) :]

            def of(*some):
                for i, v in zip(moved, some):
                    given[i] = v
                outputs, _ = flat(training, *given)
                return [outputs[i] for i in float_outputs]

            _, pullback = jax.vjp(of, *[given[i] for i in moved])
            return list(pullback(list(cotangents)))

        cotangents = [jax.ShapeDtypeStruct(done.out_avals[i].shape, done.out_avals[i].dtype) for i in float_outputs]
        back = jax_export.export(jax.jit(gradient, keep_unused=True))(*arguments, *cotangents)
        lines = top + [f"// cotangent y{i} {_spec(c)}" for i, c in zip(float_outputs, cotangents)]
        lines += [f"// gradient g{i} {_spec(a)}" for i, a in enumerate(back.out_avals)]
        prefix = "training-" if training else ""
        (folder / f"{prefix}gradient.mlir").write_text("\n".join(lines) + "\n" + _plain(back.mlir_module()))

    write("module", False)
    write("training", True)


def example():
    """A network with a batch normalization and dropout."""
    key = jax.random.key(0)
    k1, k2 = jax.random.split(key)
    params = {"dense": {"kernel": 0.5 * jax.random.normal(k1, (6, 8))}, "norm": {"scale": jnp.ones(8)}, "out": {"kernel": 0.5 * jax.random.normal(k2, (8, 3)), "bias": jnp.zeros(3)}}
    state = {"norm": {"mean": jnp.zeros(8), "var": jnp.ones(8)}}

    def call(params, state, key, x, training, rate=0.0):
        h = x @ params["dense"]["kernel"]
        mean, var = state["norm"]["mean"], state["norm"]["var"]
        if training:
            m, v = h.mean(0), h.var(0)
            state = {"norm": {"mean": 0.9 * mean + 0.1 * m, "var": 0.9 * var + 0.1 * v}}
            mean, var = m, v
        h = jnp.tanh((h - mean) / jnp.sqrt(var + 1e-3) * params["norm"]["scale"])
        if training and rate > 0:
            h = jnp.where(jax.random.uniform(key, h.shape) < rate, 0.0, h / (1 - rate))
        return h @ params["out"]["kernel"] + params["out"]["bias"], state

    return call, params, state, [jax.ShapeDtypeStruct((None, 6), "float32")]


if __name__ == "__main__":
    target = sys.argv[1] if len(sys.argv) > 1 else "jax-layer"
    export(target, *example())
    print("wrote", target)
