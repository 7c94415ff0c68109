#!/usr/bin/env python3
"""Where a program's time goes: runs texts of StableHLO in JAX's client, and JAX's own step of a workload, under its profiler.

    program_times.py --text FILE.mlir [--text ...] [--workload gpt2_train --batch 32 --policy mixed_bfloat16] [--hlo FOLDER]

Texts are those that `keras4j.xla.dump` writes. For each program: the seconds that its compilation takes, milliseconds a run, and the kernels
that these consist of, those of one kind together. With --hlo what XLA made of each is written there.
"""
import argparse
import collections
import glob
import gzip
import os
import re
import sys
import tempfile
import time

sys.modules["tensorflow"] = None

import jax
import numpy as np
from jax._src import compiler
from jax._src.lib import xla_client

import workloads

PROFILED = 5
DTYPES = {
    "f32": np.float32, "f64": np.float64, "f16": np.float16, "bf16": jax.numpy.bfloat16, "i1": np.bool_,
    "i8": np.int8, "i16": np.int16, "i32": np.int32, "i64": np.int64, "ui8": np.uint8, "ui16": np.uint16,
    "ui32": np.uint32, "ui64": np.uint64}
ARGUMENT = re.compile(r"%\w+\s*:\s*tensor<((?:\d+x)*)(\w+)>\s*(\{[^}]*\})?")


def arguments(text):
    """Shapes and dtypes of the arguments of main, and which result takes the place of which."""
    head = text[text.index("@main("):]
    head = head[:head.index("->")]
    found, places = [], {}
    for k, m in enumerate(ARGUMENT.finditer(head)):
        found.append((tuple(int(d) for d in m[1].split("x") if d), DTYPES[m[2]]))
        alias = re.search(r"tf\.aliasing_output\s*=\s*(\d+)", m[3] or "")
        if alias:
            places[k] = int(alias[1])
    return found, places


class Text:
    """A program of a text on small numbers."""

    def __init__(self, path):
        text = open(path).read()
        device = jax.local_devices()[0]
        options = compiler.get_compile_options(1, 1)
        start = time.perf_counter()
        self.program = device.client.compile_and_load(
            text, xla_client.DeviceList((device,)), options)
        self.compile_s = time.perf_counter() - start
        types, self.places = arguments(text)
        random = np.random.default_rng(0)
        self.values = [
            jax.device_put(
                (random.standard_normal(shape, np.float32) * 0.02).astype(dtype)
                if np.issubdtype(dtype, np.floating) or dtype == jax.numpy.bfloat16
                else np.ones(shape, dtype))
            for shape, dtype in types]

    def optimized(self):
        return "\n".join(m.to_string() for m in self.program.hlo_modules())

    def run(self):
        out = self.program.execute(self.values)
        for argument, result in self.places.items():
            self.values[argument] = out[result]
        return out


class Workload:
    """JAX's own step."""

    def __init__(self, options):
        import plain_jax
        self.step = plain_jax.Step(options)
        start = time.perf_counter()
        lowered = self.step.step.lower(self.step.held, *self.step.batches[0])
        self.lower_s = time.perf_counter() - start
        self.step.step = lowered.compile()
        self.compile_s = time.perf_counter() - start - self.lower_s

    def optimized(self):
        return self.step.step.as_text()

    def run(self):
        return self.step.run(0)


def kind(name):
    return re.sub(r"[._]\d+", "", name)


def kernels(folder):
    """Milliseconds and calls of kernels by their kind."""
    total, calls = collections.Counter(), collections.Counter()
    for file in glob.glob(folder + "/**/*.xplane.pb", recursive=True):
        for plane in jax.profiler.ProfileData.from_file(file).planes:
            if not plane.name.startswith("/device"):
                continue
            for line in plane.lines:
                if not line.name.startswith("Stream"):
                    continue
                for event in line.events:
                    module = dict(event.stats).get("hlo_op")
                    name = kind(event.name) + (f"  <{kind(str(module))}>" if module else "")
                    total[name] += event.duration_ns / 1e6
                    calls[name] += 1
    return total, calls


def show(title, program, folder):
    jax.block_until_ready(program.run())
    start = time.perf_counter()
    jax.block_until_ready(program.run())
    runs = max(PROFILED, min(300, int(0.5 / (time.perf_counter() - start))))
    start = time.perf_counter()
    for _ in range(runs):
        out = program.run()
    jax.block_until_ready(out)
    ms = (time.perf_counter() - start) * 1e3 / runs
    trace = tempfile.mkdtemp()
    with jax.profiler.trace(trace):
        for _ in range(PROFILED):
            out = program.run()
        jax.block_until_ready(out)
    total, calls = kernels(trace)
    lower = getattr(program, "lower_s", None)
    print(f"== {title}: " + (f"traced in {lower:.2f} s, " if lower else "")
          + f"compiled in {program.compile_s:.2f} s, {ms:.3f} ms a run, "
          f"{sum(total.values()) / PROFILED:.3f} ms in {sum(calls.values()) / PROFILED:.0f} kernels", flush=True)
    for name, sum_ms in total.most_common(40):
        print(f"{sum_ms / PROFILED:9.3f} ms {calls[name] / PROFILED:7.1f}  {name[:150]}")
    if folder:
        os.makedirs(folder, exist_ok=True)
        name = re.sub(r"\W+", "_", os.path.basename(title)) + ".hlo.gz"
        with gzip.open(os.path.join(folder, name), "wt") as file:
            file.write(program.optimized())


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--text", action="append", default=[])
    p.add_argument("--workload", choices=sorted(workloads.SIZES))
    p.add_argument("--batch", type=int)
    p.add_argument("--policy", choices=["float32", "mixed_bfloat16"], default="float32")
    p.add_argument("--device", choices=["cpu", "gpu"], default="gpu")
    p.add_argument("--hlo", help="a folder for what XLA made of each")
    options = p.parse_args()
    for path in options.text:
        show(path, Text(path), options.hlo)
    if options.workload:
        options.batch = options.batch or workloads.batch_size(options.workload, options.device)
        show(options.workload + " in JAX", Workload(options), options.hlo)


if __name__ == "__main__":
    main()
