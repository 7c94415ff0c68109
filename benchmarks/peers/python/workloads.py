"""The workloads by their names, and made-up data for them: the sizes are those of the Java side."""
import numpy as np

SEED = 20240711
POOL = 4  # batches that steps take in turn
FIT_ROWS = 20000
MOST_FIT_STEPS = 32
MOST_FIT_BYTES = 256_000_000

# batch on a CPU, batch on a GPU, the most timed steps
SIZES = {
    "mlp_train": (128, 128, 200),
    "cnn_train": (128, 128, 60),
    "resnet50_infer": (1, 32, 40),
    "resnet50_train": (8, 256, 20),
    "mobilenetv2_infer": (1, 32, 100),
    "efficientnetb0_infer": (1, 32, 60),
    "convnexttiny_infer": (1, 32, 40),
    "resnet50_infer_32": (32, 32, 10),
    "mobilenetv2_infer_32": (32, 32, 20),
    "efficientnetb0_infer_32": (32, 32, 10),
    "convnexttiny_infer_32": (32, 32, 10),
    "lstm_train": (32, 32, 60),
    "transformer_train": (32, 32, 30),
    "gpt2_train": (1, 32, 20),
    "decoder_1b_train": (1, 4, 10),
    "bert_large_train": (1, 32, 20),
    "llama_1b_decode": (1, 1, 10),
    "llama_8b_decode": (1, 1, 10),
    "bert_base_infer": (1, 8, 40),
    "eager_overhead_3": (1, 1, 100),
    "eager_overhead_500": (1, 1, 30),
    "compiled_dispatch_3": (1, 1, 300),
    "compiled_dispatch_500": (1, 1, 60),
    "fit_loop": (32, 32, 40),
    "predict_latency": (1, 1, 1000),
}


# tokens a row, operations of attention a token, weights that are looked up and not multiplied
TOKENS = {
    "gpt2_train": (1024, 6 * 12 * 1024 * 768, 0),
    "decoder_1b_train": (4096, 6 * 16 * 4096 * 2048, 0),
    "bert_large_train": (512, 12 * 24 * 512 * 1024, 1024 * (30522 + 512 + 2)),
}


def utilization(options, params, step_ms):
    """The share of 989 TFLOP/s that a step uses: 6 operations for each weight and token, half of causal attention."""
    if options.workload not in TOKENS:
        return None
    time, attention, tables = TOKENS[options.workload]
    tokens = options.batch * time
    peak = 989e12 * options.devices
    return round((6 * (params - tables) + attention) * tokens / (step_ms / 1e3) / peak, 4)


def tokens_a_second(options, step_ms):
    if options.workload not in TOKENS:
        return None
    return round(options.batch * TOKENS[options.workload][0] / step_ms * 1e3)


def llama_frequencies():
    """By how much pairs of a head of 64 turn from place to place, in Llama 3.2."""
    plain = 500_000.0 ** (-np.arange(0, 64, 2) / 64)
    turns = 8192 * plain / (2 * np.pi)
    share = np.clip((turns - 1) / (4 - 1), 0, 1)
    return (plain * (share + (1 - share) / 32)).astype(np.float32)


def trains(workload):
    return workload.endswith("_train")


def batch_size(workload, device):
    cpu, gpu, _ = SIZES[workload]
    return gpu if device == "gpu" else cpu


def most_steps(workload):
    return SIZES[workload][2]


def data(workload, rows):
    """Inputs (an array, or a list of arrays) and targets with that many rows."""
    random = np.random.default_rng(SEED)

    def normal(*shape):
        return random.standard_normal((rows, *shape), dtype=np.float32)

    def tokens(count, *shape):
        return random.integers(0, count, (rows, *shape), dtype=np.int32)

    if workload == "mlp_train":
        return normal(784), tokens(10)
    if workload == "cnn_train":
        return normal(28, 28, 1), tokens(10)
    if workload.startswith(("resnet50", "mobilenetv2", "efficientnetb0", "convnexttiny")):
        return normal(224, 224, 3), tokens(1000)
    if workload == "lstm_train":
        return tokens(20000, 80), tokens(2, 1).astype(np.float32)
    if workload == "transformer_train":
        return tokens(20000, 200), tokens(2)
    if workload == "gpt2_train":
        return tokens(50257, 1024), tokens(50257, 1024)
    if workload == "decoder_1b_train":
        return tokens(128256, 4096), tokens(128256, 4096)
    if workload == "bert_large_train":
        return [tokens(30522, 512), tokens(2, 512)], tokens(2)
    if workload == "bert_base_infer":
        return [tokens(30522, 128), tokens(2, 128)], tokens(2)
    if workload == "fit_loop":
        return normal(20), tokens(2, 1).astype(np.float32)
    return normal(8), tokens(8)


def part(arrays, batch, k):
    """Rows of the k-th batch."""
    if isinstance(arrays, list):
        return [part(a, batch, k) for a in arrays]
    return arrays[k * batch:(k + 1) * batch]


def fit_steps(options, x, step_ms):
    """How many steps an epoch of the fit of a workload has whose single steps take so long."""
    n = max(4, min(options.steps, MOST_FIT_STEPS))
    size = sum(a[:options.batch].nbytes for a in (x if isinstance(x, list) else [x]))
    n = int(max(4, min(n, MOST_FIT_BYTES // size)))
    return 4 if n * step_ms > options.max_seconds * 500 else n


def fit_rows(x, y, count):
    """That many rows, taken again and again."""
    again = np.arange(count) % len(y)
    return ([a[again] for a in x] if isinstance(x, list) else x[again]), y[again]
