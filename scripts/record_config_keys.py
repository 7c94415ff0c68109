"""Records every entry of the configs that Keras writes, class by class, as the test resource config-keys.jsonl.

    KERAS_BACKEND=numpy python scripts/record_config_keys.py > tck/src/test/resources/org/keras4j/tck/saving/config-keys.jsonl

A line is one class: its config as Keras writes it with default settings ("config"), for each entry another value that
Keras takes and writes back ("others"), and arguments of its constructor that Keras reads without writing them ("read").
"""
import inspect
import json
import sys

import keras

NEEDED = {
    "units": 3, "filters": 4, "kernel_size": 3, "pool_size": 2, "rate": 0.25, "size": 2, "n": 2, "target_shape": [2, 3],
    "dims": [2, 1], "input_dim": 5, "output_dim": 3, "num_heads": 2, "key_dim": 4, "num_query_heads": 4, "head_dim": 4,
    "num_key_value_heads": 2, "axes": 1, "num_tokens": 4, "num_bins": 4, "bin_boundaries": [0.5, 1.5], "height": 4, "width": 4,
    "target_height": 4, "target_width": 4, "factor": 0.25, "stddev": 0.5, "output_size": 2, "activation": "relu", "num_classes": 4,
    "padding": 1, "cropping": 1, "thresholds": 0.5, "recall": 0.5, "precision": 0.5, "sensitivity": 0.5, "specificity": 0.5,
    "target_class_ids": [0, 1], "name": "named", "initial_learning_rate": 0.5, "decay_steps": 10, "decay_rate": 0.5,
    "boundaries": [5, 9], "values": [0.5, 0.25, 0.125], "first_decay_steps": 10, "scale": 2.0, "offset": 0.5, "vocab_size": 10,
    "seed": 1, "min_value": 0.0, "max_value": 1.0, "batch_shape": [None, 3], "shape": [3], "mask_value": 0.0, "l1": 0.25, "l2": 0.5,
    "mode": "magnitude", "sequence_length": 4, "bits": 8,
}
OTHERS = {
    "activation": ["relu"], "recurrent_activation": ["tanh"], "padding": ["same", "causal", 2, [1, 2]], "data_format": ["channels_first"],
    "dtype": ["float16", "mixed_float16"], "interpolation": ["nearest", "bilinear"], "fill_mode": ["nearest", "constant"],
    "output_mode": ["one_hot", "multi_hot", "count", "tf_idf"], "reduction": ["mean", "none"], "name": ["other"],
    "mode": ["fan_avg", "fan_out", "psd", "log", "max", "columns"], "distribution": ["uniform"], "merge_mode": ["sum"], "summation_method": ["minoring"],
    "curve": ["PR"], "average": ["macro"], "pad_to_aspect_ratio": [True], "vocabulary_dtype": ["int64"],
    "standardize": ["lower"], "split": ["character"], "ngrams": [2, [1, 2]], "color_mode": ["grayscale"], "bounding_box_format": ["xyxy"],
    "weights": [[1.0, 2.0, 3.0]], "seed": [7], "value_range": [[0, 1]], "fn": ["mean_absolute_error"], "sparse": [True],
    "scaling": ["mean"], "encoding": ["latin-1"], "input_length": [7], "output_dtype": ["uint8"], "batch_size": [3], "use_cudnn": [False], "class_weighting": [True],
    "num_thresholds": [10], "thresholds": [[0.25, 0.5]], "axis": [1, 2, [1, 2], 0], "axes": [2], "lora_rank": [2], "order": [1, "fro"], "ord": [1],
}
# without instances of their own
BASES = ("Constraint", "Initializer", "InputSpec", "Layer", "Loss", "Metric", "Quantizer", "Regularizer", "Wrapper", "QuantizationConfig")
SUFFIXES = {"_initializer": ["zeros"], "_regularizer": ["l2"], "_constraint": ["non_neg"], "_activation": ["relu"]}
ANY = [2, 3, 0.5, 0.25, [0.1, 0.2], [2, 3], [2, 2, 2], "zeros", "relu", 64, 8, 1, 0, True, False]


def plain(tree):
    return json.loads(json.dumps(tree))


def written(o):
    return plain(keras.saving.serialize_keras_object(o))


def others_of(key, value):
    tried = list(OTHERS.get(key, []))
    for end, values in SUFFIXES.items():
        if key.endswith(end):
            tried += values
    if isinstance(value, bool):
        tried.append(not value)
    elif isinstance(value, int):
        tried += [value + 1, value * 2, value + 3]
    elif isinstance(value, float):
        tried += [value / 2 + 0.125, value * 2, value + 1]
    elif isinstance(value, str):
        return tried + ["other"] + [v for v in ANY if isinstance(v, str)]
    elif isinstance(value, dict) or (isinstance(value, list) and any(isinstance(v, dict) for v in value)):
        return tried
    elif isinstance(value, list) and value and all(isinstance(v, (int, float)) for v in value):
        tried += [[v + 1 for v in value], [v / 2 for v in value]]
    return tried + ANY


def instance(cls):
    made = {
        "TimeDistributed": lambda: cls(keras.layers.Dense(2)),
        "Bidirectional": lambda: cls(keras.layers.LSTM(2)),
        "SpectralNormalization": lambda: cls(keras.layers.Dense(2)),
        "RNN": lambda: cls(keras.layers.LSTMCell(2)),
        "StackedRNNCells": lambda: cls([keras.layers.LSTMCell(2), keras.layers.GRUCell(3)]),
        "LossScaleOptimizer": lambda: cls(keras.optimizers.SGD()),
        "MeanMetricWrapper": lambda: cls(keras.losses.mean_squared_error),
        "Pipeline": lambda: cls([keras.layers.RandomFlip()]),
        "CategoryEncoding": lambda: cls(num_tokens=4),
        "Discretization": lambda: cls(num_bins=4),
        "EinsumDense": lambda: cls("ab,bc->ac", output_shape=3),
        "InputLayer": lambda: cls(shape=[3]),
        "MaxNumBoundingBoxes": lambda: cls(max_number=3),
        "RandomPosterization": lambda: cls(4),
        "RandomTranslation": lambda: cls(0.25, 0.5),
        "RandomZoom": lambda: cls(0.25),
        "MultiOptimizer": lambda: cls(keras.optimizers.OptimizerMap(keras.optimizers.SGD())),
        "OptimizerMap": lambda: cls(keras.optimizers.SGD()),
        "QuantizedDTypePolicy": lambda: cls("int8", "float32"),
        "QuantizedFloat8DTypePolicy": lambda: cls("float8", "mixed_float16"),
    }.get(cls.__name__)
    if made:
        return made()
    arguments = {}
    for name, p in inspect.signature(cls.__init__).parameters.items():
        if name == "self" or p.kind in (p.VAR_KEYWORD, p.VAR_POSITIONAL):
            continue
        if p.default is p.empty:
            arguments[name] = NEEDED[name]
    if cls.__name__ in ("Cropping2D", "ZeroPadding2D", "Cropping3D", "ZeroPadding3D", "Cropping1D", "ZeroPadding1D"):
        arguments.clear()
    if cls.__name__ in ("Permute",):
        arguments["dims"] = [2, 1]
    if cls.__name__ == "RandomCrop":
        arguments["data_format"] = "channels_last"
    return cls(**arguments)


def classes():
    seen = set()
    for module in (
        keras.layers, keras.losses, keras.metrics, keras.optimizers, keras.optimizers.schedules, keras.initializers,
        keras.regularizers, keras.constraints, keras.dtype_policies, keras.quantizers, keras.random,
    ):
        for name in sorted(dir(module)):
            cls = getattr(module, name)
            if inspect.isclass(cls) and hasattr(cls, "get_config") and cls not in seen and cls.__name__ == name and name not in BASES:
                seen.add(cls)
                yield cls


def record(cls):
    o = instance(cls)
    tree = written(o)
    config = tree["config"]
    line = {"module": tree["module"], "class_name": tree["class_name"], "config": config, "others": {}, "read": {}}
    for key, value in config.items():
        for other in others_of(key, value):
            try:
                again = written(cls.from_config({**plain(config), key: other}))["config"]
                twice = written(cls.from_config(plain(again)))["config"]
            except Exception:
                continue
            if again.get(key) != value and twice.get(key) == again.get(key):
                line["others"][key] = again[key]
                break
    for key, p in inspect.signature(cls.__init__).parameters.items():
        if key in config or key == "self" or p.kind in (p.VAR_KEYWORD, p.VAR_POSITIONAL) or p.default is p.empty:
            continue
        for other in others_of(key, p.default):
            try:
                cls.from_config({**plain(config), key: other})
            except Exception:
                continue
            if other != p.default:
                read = keras.regularizers.get(other) if key.endswith("_regularizer") else other
                line["read"][key] = plain(keras.saving.serialize_keras_object(read))
                break
    return line


for c in classes():
    try:
        print(json.dumps(record(c), separators=(",", ":")), flush=True)
    except Exception as e:
        print(f"{c.__name__}: {type(e).__name__}: {str(e).splitlines()[0] if str(e) else ''}", file=sys.stderr)
