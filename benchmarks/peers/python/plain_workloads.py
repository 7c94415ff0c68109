"""Steps of networks written for an engine itself: each ends with its value on the host."""
import numpy as np

import timing
import workloads as w

SUPPORTED = (
    "mlp_train", "cnn_train", "resnet50_infer", "resnet50_train",
    "lstm_train", "transformer_train", "gpt2_train", "decoder_1b_train",
    "bert_large_train", "bert_base_infer")


def measure(options, rows):
    if options.workload not in SUPPORTED:
        raise SystemExit(f"{options.workload} is not written for {options.backend} itself")
    if options.backend == "jax":
        import plain_jax as engine
    else:
        import plain_torch as engine
    step = None

    def build():
        nonlocal step
        step = engine.Step(options)

    rows.common["build_s"] = round(timing.first_call(build), 3)
    rows.common["params"] = step.params
    first = timing.first_call(lambda: step.host(step.run(0)))
    times = timing.take(
        lambda k: step.host(step.run(k)), 1, options.steps, options.max_seconds)
    value = step.host(step.run(0))
    more = {}
    if w.trains(options.workload):
        more["loss"] = round(float(value), 4)
        more.update(block(step, options, times.median))
        more["fit_mfu"] = w.utilization(options, step.params, more["fit_step_ms"])
        more["fit_tokens_per_s"] = w.tokens_a_second(options, more["fit_step_ms"])
        more["fit_samples_per_s"] = round(1e3 * options.batch / more["fit_step_ms"], 1)
        if options.fit and hasattr(step, "epoch"):
            more.update(fit(step, options, times.median))
    else:
        more["finite"] = bool(np.isfinite(value).all())
    if options.device == "gpu":
        more["device_peak_mb"] = round(step.peak() / 1048576, 1)
    rows.emit(times, compile_s=timing.compile_seconds(first, times), **more)


def block(step, options, step_ms):
    """Steps that nobody waits for, as a loop does whose losses are read at its end."""
    n = 4 if 16 * step_ms > options.max_seconds * 500 else 16

    def many(_):
        for k in range(n):
            out = step.run(k)
        step.host(out)

    times = timing.take(many, n, 5, options.max_seconds, 1)
    return {"fit_step_ms": round(times.median, 4), "fit_steps_per_epoch": n}


def fit(step, options, step_ms):
    """Epochs in shuffled batches of arrays that lie on the host, as the fit of Keras runs."""
    x, y = w.data(options.workload, w.POOL * options.batch)
    n = w.fit_steps(options, x, step_ms)
    x, y = w.fit_rows(x, y, n * options.batch)
    times = timing.take(
        lambda _: step.host(step.epoch(x, y, options.batch)), n, 5, options.max_seconds, 1)
    return {
        "fit_host_step_ms": round(times.median, 4),
        "fit_host_cpu_ms": round(times.cpu_ms, 4),
        "fit_host_steps_per_epoch": n,
    }
