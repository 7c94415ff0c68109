#!/usr/bin/env python3
"""Measures a workload with another library, and prints a row of JSON for each measurement.

    measure.py --library keras --backend jax|tensorflow|torch --workload NAME
    measure.py --library plain --backend jax|torch --workload NAME
    measure.py --library transformers --backend torch --workload decoder_1b_train|llama_1b_decode|llama_8b_decode

`plain` is the same network written for the engine itself, without Keras; `transformers` is Hugging Face's.
"""
import argparse
import os
import sys
import time

import timing
import workloads


def parse():
    p = argparse.ArgumentParser()
    p.add_argument("--library", choices=["keras", "plain", "transformers"], default="keras")
    p.add_argument("--backend", choices=["jax", "tensorflow", "torch"], required=True)
    p.add_argument("--workload", choices=sorted(workloads.SIZES), required=True)
    p.add_argument("--batch", type=int)
    p.add_argument("--steps", type=int, help="the most timed steps")
    p.add_argument("--device", choices=["cpu", "gpu"], default="cpu")
    p.add_argument("--policy", choices=["float32", "mixed_bfloat16", "bfloat16"], default="float32")
    p.add_argument("--max-seconds", type=float, default=12, help="roughly, for each timed part")
    p.add_argument("--devices", type=int, default=1, help="plain JAX alone: devices that share a step")
    p.add_argument("--division", choices=["data", "zero", "model2", "model4"], default="data")
    p.add_argument("--no-fit", dest="fit", action="store_false")
    options = p.parse_args()
    if options.devices > 1 and (options.library, options.backend) != ("plain", "jax"):
        p.error("only plain JAX divides a step among devices")
    options.batch = options.batch or workloads.batch_size(options.workload, options.device)
    options.steps = options.steps or workloads.most_steps(options.workload)
    return options


def prepare(options):
    """What has to be set before a library is imported."""
    os.environ["KERAS_BACKEND"] = options.backend
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    if options.device == "cpu":
        os.environ["CUDA_VISIBLE_DEVICES"] = ""
        os.environ["JAX_PLATFORMS"] = "cpu"
    if options.backend != "tensorflow":
        # Keras imports it wherever it is installed, which the others need not pay for
        sys.modules["tensorflow"] = None


def main():
    options = parse()
    prepare(options)
    start = time.perf_counter()
    if options.library == "keras":
        import keras

        import keras_workloads as program

        keras.utils.set_random_seed(workloads.SEED)
        keras.mixed_precision.set_global_policy(options.policy)
        version = f"keras {keras.__version__} "
    elif options.library == "transformers":
        import transformers
        import transformers_workloads as program

        version = f"transformers {transformers.__version__} "
    else:
        import plain_workloads as program

        version = "plain "
    engine = __import__(options.backend)
    rows = timing.Rows(
        peer=options.library,
        backend=options.backend,
        workload=options.workload,
        batch=options.batch,
        device=options.device,
        policy=options.policy,
        versions=version + f"{options.backend} {engine.__version__}",
        import_s=round(time.perf_counter() - start, 2))
    if options.devices > 1:
        rows.common.update(devices=options.devices, division=options.division)
    program.measure(options, rows)


if __name__ == "__main__":
    main()
