#!/usr/bin/env python3
"""What a call of a compiled program costs in JAX, as `bin/keras4j bench compiled_dispatch_3` measures it here.

Two programs: `tiny` adds one to 64 floats; `state_200` adds them to 200 arrays, which are donated. Calls follow
each other without waiting, 100 a block; the last result of a block is read. Prints a line of JSON a program.
"""
import json
import statistics
import time

import jax
import jax.numpy as jnp
import numpy as np

BLOCK, BLOCKS = 100, 300


def measure(name, call):
    for _ in range(20):
        call()
    times = []
    for _ in range(BLOCKS):
        start = time.perf_counter()
        for _ in range(BLOCK):
            out = call()
        np.asarray(out)
        times.append((time.perf_counter() - start) / BLOCK * 1e6)
    print(json.dumps({"peer": "jax " + jax.__version__, "workload": name, "device": jax.devices()[0].platform,
                      "us_per_call": round(statistics.median(times), 1)}), flush=True)


x = jnp.zeros(64)
tiny = jax.jit(lambda v: v + 1)
measure("tiny", lambda: tiny(x))

step = jax.jit(lambda state, v: ([s + v for s in state], v.sum()), donate_argnums=0)
state = [jnp.zeros(64) for _ in range(200)]


def advance():
    global state
    state, total = step(state, x)
    return total


measure("state_200", advance)
