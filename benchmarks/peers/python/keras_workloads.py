"""Keras through its public methods, one function for each kind of workload."""
import numpy as np

import keras
import timing
import workloads as w
from keras_networks import network


def wait(result, backend):
    """Until the device has computed it."""
    if backend == "jax":
        import jax

        jax.block_until_ready(result)
    elif backend == "tensorflow":
        keras.tree.map_structure(lambda t: t.numpy(), result)
    elif str(getattr(result, "device", "cpu")).startswith("cuda"):
        import torch

        torch.cuda.synchronize()


def on_device(arrays):
    return keras.tree.map_structure(
        lambda a: keras.ops.convert_to_tensor(a, dtype=str(a.dtype)), arrays)


def measure(options, rows):
    name = options.workload
    model = None

    def build():
        nonlocal model
        model = network(name)

    rows.common["build_s"] = round(timing.first_call(build), 3)
    rows.common["params"] = model.count_params()
    if name.startswith("eager_overhead"):
        eager(model, options, rows)
    elif name.startswith("compiled_dispatch"):
        dispatch(model, options, rows)
    elif name == "fit_loop":
        loop(model, options, rows)
    elif name == "predict_latency":
        latency(model, options, rows)
    else:
        steps(model, options, rows)


def eager(model, options, rows):
    x = on_device(w.data(options.workload, options.batch)[0])
    block = 20 if options.workload.endswith("_3") else 1

    def calls(_, count=block):
        for _ in range(count):
            out = model(x)
        wait(out, options.backend)

    first = timing.first_call(lambda: calls(0, 1))
    times = timing.steady(calls, block, options.steps, options.max_seconds)
    rows.emit(times, us_per_call=timing.micros(times), compile_s=round(first, 3))


def loop(model, options, rows):
    x, y = w.data("fit_loop", w.FIT_ROWS)
    n = -(-w.FIT_ROWS // options.batch)

    def epoch(_=0):
        model.fit(x, y, batch_size=options.batch, epochs=1, verbose=0)

    first = timing.first_call(epoch)
    times = timing.take(epoch, n, options.steps, options.max_seconds)
    per_second = round(w.FIT_ROWS * 1e3 / (times.median * n), 1)
    rows.emit(
        times,
        us_per_step=timing.micros(times),
        rows_per_s=per_second,
        compile_s=timing.compile_seconds(first, times, n))


def latency(model, options, rows):
    """One thread only: Keras says nothing of predict from several."""
    x = w.data(options.workload, options.batch)[0]
    model.predict(x, verbose=0)
    times = timing.steady(
        lambda _: model.predict(x, verbose=0), 1, options.steps, options.max_seconds)
    rows.emit(
        times,
        "1",
        threads=1,
        step_ms_p50=round(times.median, 4),
        step_ms_p99=round(float(np.quantile(times.ms, 0.99)), 4),
        us_per_call=timing.micros(times),
        calls_per_s=round(len(times.ms) * 1e3 / sum(times.ms), 1))


def steps(model, options, rows):
    batch = options.batch
    x, y = w.data(options.workload, w.POOL * batch)
    batches = [(w.part(x, batch, k), w.part(y, batch, k)) for k in range(w.POOL)]
    if options.device == "gpu":
        batches = [(on_device(a), on_device(b)) for a, b in batches]
    training = w.trains(options.workload)

    def one(k=0):
        a, b = batches[k % w.POOL]
        return model.train_on_batch(a, b) if training else model.predict_on_batch(a)

    first = timing.first_call(one)
    times = timing.take(one, 1, options.steps, options.max_seconds)
    more = {}
    if training:
        more["loss"] = round(float(np.asarray(one())), 4)
        if options.fit:
            more.update(fit(model, x, y, batch, times.median, options))
    else:
        out = one()
        out = out[0] if isinstance(out, list) else out
        more["finite"] = bool(np.isfinite(np.asarray(out)).all())
    rows.emit(times, compile_s=timing.compile_seconds(first, times), **more)


def fit(model, x, y, batch, step_ms, options):
    n = w.fit_steps(options, x, step_ms)
    many_x, many_y = w.fit_rows(x, y, n * batch)
    model.fit(x[:2 * batch], y[:2 * batch], batch_size=batch, verbose=0)
    times = timing.take(
        lambda _: model.fit(many_x, many_y, batch_size=batch, verbose=0),
        n, 5, options.max_seconds, 1)
    return {
        "fit_step_ms": round(times.median, 4),
        "fit_cpu_ms": round(times.cpu_ms, 4),
        "fit_steps_per_epoch": n,
    }


def dispatch(model, options, rows):
    x, y = w.data(options.workload, options.batch)
    small = options.workload.endswith("_3")
    block = 50 if small else 5
    report(rows, options, "predict_on_batch", 1, lambda: model.predict_on_batch(x))
    report(rows, options, "predict", 1, lambda: model.predict(x, verbose=0))
    report(rows, options, "train_on_batch", 1, lambda: model.train_on_batch(x, y))
    for name, call in bare(model, on_device(x), options.backend, small):
        def repeated(call=call):
            for _ in range(block):
                out = call()
            wait(out, options.backend)
        report(rows, options, name, block, repeated)


def bare(model, x, backend, small):
    """The forward pass as the engine itself compiles it: each way that a user has."""
    if backend == "jax":
        import jax

        trained = [jax.numpy.array(v.value) for v in model.trainable_variables]
        other = [jax.numpy.array(v.value) for v in model.non_trainable_variables]

        def forward(a, b, x):
            return model.stateless_call(a, b, x, training=False)[0]

        jitted = jax.jit(forward)
        yield "jit_stateless_call", lambda: jitted(trained, other, x)
        ahead = jax.jit(lambda x: forward(trained, other, x)).lower(x).compile()
        yield "aot_closed_over", lambda: ahead(x)
    elif backend == "tensorflow":
        import tensorflow as tf

        graph = tf.function(lambda x: model(x, training=False)).get_concrete_function(x)
        yield "tf_function", lambda: graph(x)
        xla = tf.function(lambda x: model(x, training=False), jit_compile=True)
        yield "tf_function_xla", lambda: xla(x)
    elif small:  # 500 layers take torch.compile many minutes
        import torch

        compiled = torch.compile(model)

        def call():
            with torch.no_grad():
                return compiled(x)

        yield "torch_compile", call


def report(rows, options, part, calls, run):
    try:
        first = timing.first_call(run)
        times = timing.steady(lambda _: run(), calls, options.steps, options.max_seconds / 2)
    except Exception as e:  # one way that fails does not take the others along
        rows.emit(part=part, error=f"{type(e).__name__}: {e}"[:300])
        return
    rows.emit(
        times,
        part,
        us_per_call=timing.micros(times),
        compile_s=timing.compile_seconds(first, times, calls))
