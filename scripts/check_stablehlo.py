"""Runs modules of StableHLO that keras4j exported in JAX: inference with open sizes, and a training loop.

The folder is made by the tests, which train the models on PyTorch:

    ./mvnw -q -B verify -pl tck -am -Dtest=StableHloExportTest -Dkeras4j.stableHlo=/tmp/stablehlo
    python scripts/check_stablehlo.py /tmp/stablehlo

Networks of `applications` and models of `hub` are made by `-pl examples -Dtest=ExportedNetworksTest -Dkeras4j.exported.networks=all
-Dkeras4j.exported.formats=STABLEHLO -Dkeras4j.exported.files=/tmp/networks`, in `/tmp/networks/stablehlo`.

Each module is loaded from its portable artifact, `NAME.mlirbc`, bytes of StableHLO with a version, as `jax.export` does (where that file was not
written, the text is serialized here), with its open sizes as symbolic dimensions, and is called with batches of different sizes. `training/train.mlir` is called in a loop that keeps weights, statistics
and the optimizer's state as JAX arrays; afterwards `training/serve.mlir` has to predict with them what the model does that was
trained by `fit`. Needs a Python with JAX (0.10 and 0.11 were seen to work); not part of the tests.
"""

import dataclasses
import pathlib
import re
import sys

import jax
import jax.numpy as jnp
import numpy as np
from jax import export
from jax._src.interpreters import mlir as jax_mlir
from jax._src.lib import _jax
from jax._src.lib.mlir import ir
from jaxlib.mlir.dialects import stablehlo as hlo

jax.config.update("jax_enable_x64", True)  # or int64 would become int32
HEADER = re.compile(r"// (size|input|weight|output|state) (?:(\S+) )??(\S+)(?: (\w+)\((.*)\))?$")


def exported(**known):
    """An `Exported` of this JAX: of what its versions differ in, modules without shardings and gradients have nothing."""
    absent = {
        "_has_named_shardings": False,
        "_in_named_shardings": (None,) * len(known["in_avals"]),
        "_out_named_shardings": (None,) * len(known["out_avals"]),
        "_get_vjp": None,
    }
    fields = {f.name for f in dataclasses.fields(export.Exported) if f.init}
    unknown = fields - known.keys() - absent.keys()
    if unknown:
        raise SystemExit(f"JAX {jax.__version__}: what are {sorted(unknown)} of jax.export.Exported?")
    return export.Exported(**{k: v for k, v in (absent | known).items() if k in fields})


class Module:
    """One exported function: `call(inputs, weights)` gives its outputs and new values of weights."""

    def __init__(self, file):
        text = file.read_text()
        self.inputs, self.weights, self.outputs, self.states = [], [], [], []
        sizes, specs, results = [], [], []
        for line in text.splitlines():
            if not line.startswith("//"):
                break
            kind, key, name, dtype, dims = HEADER.match(line).groups()
            if kind == "size":
                sizes.append(name)
                continue
            spec = (dims.rstrip(","), jnp.dtype(dtype))
            (results if kind in ("output", "state") else specs).append(spec)
            {"input": self.inputs, "weight": self.weights, "output": self.outputs, "state": self.states}[kind].append(key or name)
        scope = export.SymbolicScope()

        def aval(spec):
            return jax.core.ShapedArray(export.symbolic_shape(f"({spec[0]},)" if spec[0] else "()", scope=scope), spec[1])

        in_avals = tuple(aval(s) for s in specs)
        out_avals = tuple(aval(s) for s in results)
        written = file.with_suffix(".mlirbc")
        if written.exists():
            artifact = written.read_bytes()
            self.version = "written, " + re.search(rb"StableHLO_v([\d.]+)", artifact).group(1).decode()
        else:
            self.version, artifact = self.serialized(text)
        in_tree = jax.tree_util.tree_structure((tuple(in_avals), {}))
        out_tree = jax.tree_util.tree_structure(tuple(out_avals))
        self.exported = exported(
            fun_name=file.stem,
            in_tree=in_tree,
            in_avals=in_avals,
            out_tree=out_tree,
            out_avals=out_avals,
            in_shardings_hlo=(None,) * len(in_avals),
            out_shardings_hlo=(None,) * len(out_avals),
            nr_devices=1,
            platforms=("cpu",),
            ordered_effects=(),
            unordered_effects=(),
            disabled_safety_checks=(),
            mlir_module_serialized=artifact,
            calling_convention_version=export.maximum_supported_calling_convention_version,
            module_kept_var_idx=tuple(range(len(in_avals))),
            uses_global_constants=bool(sizes),
        )
        self.function = jax.jit(self.exported.call)

    @staticmethod
    def serialized(text):
        with jax_mlir.make_ir_context() as context:
            context.allow_unregistered_dialects = False
            module = ir.Module.parse(text)
            # as old as what a month-old JAX reads; chlo's functions stay as they are, as in JAX's own exports
            version = hlo.get_version_from_compatibility_requirement(hlo.StablehloCompatibilityRequirement.WEEK_4)
            return version, _jax.mlir.serialize_portable_artifact(module, version, True)

    def call(self, inputs, weights):
        out = self.function(*inputs, *(weights[w] for w in self.weights))
        return out[: len(self.outputs)], dict(zip(self.states, out[len(self.outputs) :]))


def load(file):
    with np.load(file) as z:
        return {k: z[k] for k in z.files}


def arrays(z, prefix):
    return [z[f"{prefix}{i}"] for i in range(sum(k.startswith(prefix) for k in z))]


def check(folder):
    module = Module(folder / "module.mlir")
    weights = load(folder / "weights.npz")
    wrong = []
    files = sorted(folder.parent.glob(f"{folder.name}_[0-9]*.npz"))
    for file in files:
        z = load(file)
        got, _ = module.call(arrays(z, "in"), weights)
        for i, (g, e) in enumerate(zip(got, arrays(z, "out"), strict=True)):
            g = np.asarray(g)
            if g.dtype != e.dtype or g.shape != e.shape:
                wrong.append(f"{file.stem} output {i}: {g.dtype}{g.shape}, expected {e.dtype}{e.shape}")
            elif not np.allclose(g, e, 1e-4, 1e-5):
                wrong.append(f"{file.stem} output {i}: differs by {np.abs(g - e).max()}")
    if not files:
        wrong.append("has no arrays")
    return wrong, f"{len(files)} batches, StableHLO {module.version}"


def check_training(folder):
    train, serve = Module(folder / "train.mlir"), Module(folder / "serve.mlir")
    z = load(folder.parent / "training.npz")
    weights = load(folder / "start.npz")
    batch = 4
    for i in range(0, len(z["x"]), batch):
        logs, changed = train.call((z["x"][i : i + batch], z["y"][i : i + batch]), weights)
        weights |= changed
    loss = float(logs[train.outputs.index("loss")])
    (got,), _ = serve.call((z["x"],), weights)
    wrong = []
    if abs(loss - float(z["loss"])) > 1e-4:
        wrong.append(f"loss {loss}, expected {z['loss']}")
    if not np.allclose(got, z["predictions"], 1e-3, 1e-4):
        wrong.append(f"predictions differ by {np.abs(got - z['predictions']).max()}")
    return wrong, f"{len(z['x']) // batch} steps of training, loss {loss:.6f}"


def main():
    folder = pathlib.Path(sys.argv[1])
    failed = 0
    names = sorted(p.parent for p in folder.glob("*/weights.npz"))
    for name in names:
        wrong, said = check_training(name) if (name / "train.mlir").exists() else check(name)
        failed += bool(wrong)
        print(f"{name.name:14}", "; ".join(wrong) or f"ok, {said}", flush=True)
    print(f"{len(names) - failed} of {len(names)} agree")
    sys.exit(failed > 0 or not names)


if __name__ == "__main__":
    main()
