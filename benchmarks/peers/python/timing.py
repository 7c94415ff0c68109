"""Times of steps, taken as the Java side takes them, and rows of JSON."""
import json
import os
import resource
import time

import numpy as np

LEAST = 5
WARM_UP_STEPS = 3
WARM_UP_SECONDS = 2


class Times:
    """Milliseconds of single steps, and the processor time of a step."""

    def __init__(self, ms, cpu_ms):
        self.ms = ms
        self.cpu_ms = cpu_ms

    @property
    def median(self):
        return float(np.median(self.ms))

    def fields(self):
        return {
            "cpu_ms_mean": round(self.cpu_ms, 4),
            "step_ms_median": round(self.median, 4),
            "step_ms_p10": round(float(np.quantile(self.ms, 0.1)), 4),
            "step_ms_p90": round(float(np.quantile(self.ms, 0.9)), 4),
            "n": len(self.ms),
        }


def steady(step, calls, steps, max_seconds):
    """take() for very short calls: warmed up for two seconds, whatever the time."""
    return take(step, calls, steps, max_seconds, warm=WARM_UP_SECONDS)


def take(step, calls, steps, max_seconds, least=LEAST, warm=None):
    """Runs step(k), which waits for its result; one step is so many calls, and so many are timed at least."""
    start = time.perf_counter()
    if warm is None:
        warm = min(max_seconds / 3, WARM_UP_SECONDS)
    k = 0
    while k < min(WARM_UP_STEPS, least) or time.perf_counter() - start < warm:
        step(k)
        k += 1
        if time.perf_counter() - start > warm:
            break
    ms = []
    cpu = time.process_time()
    start = time.perf_counter()
    while len(ms) < steps:
        before = time.perf_counter()
        step(len(ms))
        after = time.perf_counter()
        ms.append((after - before) * 1e3 / calls)
        if len(ms) >= least and after - start > max_seconds:
            break
    return Times(ms, (time.process_time() - cpu) * 1e3 / len(ms) / calls)


def first_call(step):
    """Seconds of the first call, which compiles."""
    start = time.perf_counter()
    step()
    return time.perf_counter() - start


class Rows:
    """Prints rows that have some fields in common."""

    def __init__(self, **common):
        self.common = common

    def emit(self, times=None, part="", **fields):
        row = dict(self.common)
        if part:
            row["workload"] += ":" + part
        if times is not None:
            row.update(times.fields())
            row["samples_per_s"] = round(row["batch"] * 1e3 / times.median, 2)
        row.update({k: v for k, v in fields.items() if v is not None})
        row["peak_rss_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)
        row["cores"] = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
        row["load1"] = round(os.getloadavg()[0], 1)
        print(json.dumps(row), flush=True)


def micros(times):
    return round(times.median * 1e3, 1)


def compile_seconds(first, times, calls=1):
    return round(first - times.median * calls / 1e3, 3)
