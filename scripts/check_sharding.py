"""Runs steps that keras4j wrote for several devices, and compares them with one device's numbers.

The folder is made by the tests:

    ./mvnw -q -B verify -pl tck -am -Dtest=StepExportTest -Dsurefire.failIfNoSpecifiedTests=false \
        -Dkeras4j.sharding=/tmp/sharding
    python scripts/check_sharding.py /tmp/sharding

It holds FOLDER/MODEL/STEP/LAYOUT with module.mlir, weights.npz and batch.npz, where the layout `one` is the step for one
device, and FOLDER/MODEL/STEP/expected.npz with what the library itself computed on one. Each step runs three times, on the
state that it left before; all results and all state are compared, and of each array that every device has the part that its
layout says. Needs a Python with JAX (0.10); eight virtual CPU devices are made. Not part of the tests.
"""

import os
import pathlib
import re
import sys

os.environ["XLA_FLAGS"] = "--xla_force_host_platform_device_count=8"
os.environ["JAX_PLATFORMS"] = "cpu"

import jax  # noqa: E402
import numpy as np  # noqa: E402
from jax._src import compiler  # noqa: E402
from jax._src.interpreters import mlir  # noqa: E402
from jax._src.lib import xla_client  # noqa: E402
from jax._src.lib.mlir import ir  # noqa: E402

STEPS = 3
HEADER = re.compile(r"// (input|weight|output|state) (?:(\S+) )??(\S+) (\w+)\(([\d, ]*)\)")
SHARDING = re.compile(r"sdy\.sharding=#sdy\.sharding<@mesh,\[(.*?)\]>")
COLLECTIVES = ("all-reduce", "all-gather", "reduce-scatter", "all-to-all", "collective-permute")


def spec(text):
    """The axes of one argument or result; none is given where the program is for one device."""
    found = SHARDING.search(text)
    if not found:
        return jax.sharding.PartitionSpec()
    axes = re.findall(r'\{(?:"([^"]*)")?\}', found.group(1))
    return jax.sharding.PartitionSpec(*[a or None for a in axes])


class Step:
    """A program, with the arrays that it begins with."""

    def __init__(self, folder):
        text = (folder / "module.mlir").read_text()
        sizes, self.inputs, self.outputs = {}, [], []
        for line in text.splitlines():
            if not line.startswith("//"):
                break
            if line.startswith("// mesh "):
                sizes = {k: int(v) for k, v in (p.split("=") for p in line.split()[2:])}
                continue
            kind, key, name, dtype, dims = HEADER.fullmatch(line).groups()
            shape = tuple(int(d) for d in dims.split(",") if d.strip())
            (self.inputs if kind in ("input", "weight") else self.outputs).append((kind, key, name, dtype, shape))
        count = int(np.prod(list(sizes.values()))) if sizes else 1
        self.mesh = jax.sharding.Mesh(
            np.array(jax.devices()[:count]).reshape(list(sizes.values()) or [1]), list(sizes) or ["one"])
        signature = text[text.index("@main("):].split("\n", 1)[0]
        arguments, results = signature.split(")->(")
        layouts = [spec(a) for a in re.split(r"%a\d+:", arguments)[1:]]
        self.argument_layouts = [self.named(s) for s in layouts]
        self.result_layouts = [self.named(spec(r)) for r in re.findall(r"tensor<[^>]*>(?:\{(?:[^{}]|\{[^{}]*\})*\})?", results)]
        assert len(self.argument_layouts) == len(self.inputs), folder
        assert len(self.result_layouts) == len(self.outputs), folder
        weights, batch = np.load(folder / "weights.npz"), np.load(folder / "batch.npz")
        self.values = [
            weights[key] if kind == "weight" else batch[name] for kind, key, name, _, _ in self.inputs]
        with mlir.make_ir_context():
            options = compiler.get_compile_options(
                num_replicas=1,
                num_partitions=count,
                device_assignment=np.arange(count).reshape(1, count),
            )
            options.executable_build_options.use_spmd_partitioning = count > 1
            options.executable_build_options.use_shardy_partitioner = count > 1
            self.program = jax.devices()[0].client.compile_and_load(
                ir.Module.parse(text), xla_client.DeviceList(tuple(self.mesh.devices.flat)), options)
        hlo = self.program.hlo_modules()[0].to_string()
        self.collectives = {c: n for c in COLLECTIVES if (n := len(re.findall(rf" {c}(?:-start)?\(", hlo)))}
        self.divided = sum(1 for s in self.argument_layouts if not s.is_fully_replicated)
        self.constraints = text.count("sdy.sharding_constraint")

    def named(self, s):
        return jax.sharding.NamedSharding(self.mesh, s)

    def run(self):
        """The results of some steps, and the state after the last, by name."""
        state, out = list(self.values), []
        for _ in range(STEPS):
            given = [jax.device_put(v, s) for v, s in zip(state, self.argument_layouts)]
            parts = self.program.execute_sharded(given).disassemble_into_single_device_arrays()
            named = {}
            for (kind, key, name, dtype, shape), shards, layout in zip(self.outputs, parts, self.result_layouts):
                whole = jax.make_array_from_single_device_arrays(shape, layout, shards)
                value = np.asarray(whole)
                assert str(value.dtype) == dtype, (name, value.dtype)
                for shard in whole.addressable_shards:  # what is whole on several devices is equal there
                    assert np.array_equal(np.asarray(shard.data), value[shard.index], equal_nan=True), name
                named[name] = value
                if kind == "state":
                    at = [i for i, x in enumerate(self.inputs) if x[0] == "weight" and x[1] == key]
                    state[at[0]] = value
            out.append(named)
        return out


def differences(got, expected):
    if set(got) != set(expected):
        return [f"results {sorted(set(got) ^ set(expected))}"]
    wrong = []
    for name, value in expected.items():
        if got[name].dtype != value.dtype or got[name].shape != value.shape:
            wrong.append(f"{name}: {got[name].dtype}{got[name].shape}, expected {value.dtype}{value.shape}")
        elif not np.allclose(got[name], value, rtol=1e-5, atol=1e-6, equal_nan=True):
            wrong.append(f"{name}: differs by {np.abs(got[name].astype(float) - value).max()}")
    return wrong


def main():
    failed = checked = 0
    for folder in sorted(p.parent.parent for p in pathlib.Path(sys.argv[1]).glob("*/*/one/module.mlir")):
        one = Step(folder / "one").run()
        expected = np.load(folder / "expected.npz")
        wrong = differences({k: v for k, v in one[0].items() if k in expected.files}, dict(expected))
        failed += bool(wrong)
        print(f"{folder.parent.name} {folder.name} one", *wrong, sep="\n  ")
        for other in sorted(p.parent for p in folder.glob("*/module.mlir") if p.parent.name != "one"):
            step = Step(other)
            wrong = [f"step {i} {w}" for i, (a, b) in enumerate(zip(step.run(), one)) for w in differences(a, b)]
            if not step.divided:
                wrong.append("nothing is divided")
            failed += bool(wrong)
            checked += 1
            print(
                f"{folder.parent.name} {folder.name} {other.name}: {step.mesh.size} devices, {step.divided} of"
                f" {len(step.inputs)} arguments divided, {step.constraints} constraints, {step.collectives}",
                *wrong,
                sep="\n  ",
            )
    print(f"{checked} programs for several devices, {failed} wrong")
    sys.exit(1 if failed or not checked else 0)


if __name__ == "__main__":
    main()
