"""Writes what real Keras builds for its applications, and which files of weights it downloads for them.

Into applications/src/test/resources: for each of the 40 networks, and for further arguments, the number of parameters,
the layers in order, the shapes of weights in order, and hashes of the configs. Into applications/src/main/resources: the
names, addresses and hashes of the files. Nothing is downloaded, and no weights are made.

    usage: KERAS_BACKEND=numpy python scripts/record_applications.py

Needs a Python with Keras 3.15. The files lie in the tree; run this to change them.
"""

import gzip
import hashlib
import inspect
import json
import pathlib
import struct

import keras
from keras.src.applications.convnext import LayerScale
from keras.src.applications.inception_resnet_v2 import CustomScaleLayer
from keras.src.backend.common import stateless_scope
from keras.src.utils import file_utils

ROOT = pathlib.Path(__file__).resolve().parent.parent / "applications/src"
PACKAGE = "resources/org/keras4j/applications"
NAMES = sorted(n for n in dir(keras.applications) if n[0].isupper())
CHANNELS_LAST_ALONE = ("ConvNeXt", "DenseNet", "NASNet")

# One of each family, where arguments of all families are concerned.
FAMILIES = [
    "ConvNeXtTiny",
    "DenseNet121",
    "EfficientNetB0",
    "EfficientNetV2B0",
    "EfficientNetV2S",
    "InceptionResNetV2",
    "InceptionV3",
    "MobileNet",
    "MobileNetV2",
    "MobileNetV3Small",
    "NASNetMobile",
    "ResNet50",
    "ResNet50V2",
    "VGG16",
    "Xception",
]


def cases():
    """Names, arguments and layouts. The first 40 are written layer by layer, the others as hashes of all."""
    for n in NAMES:
        yield n, {}, "channels_last"
    for n in NAMES:
        yield n, {"include_top": False}, "channels_last"
        if not n.startswith(CHANNELS_LAST_ALONE):
            yield n, {}, "channels_first"
            yield n, {"include_top": False}, "channels_first"
    for n in FAMILIES:
        yield n, {"include_top": False, "pooling": "avg", "input_shape": [128, 96, 3]}, "channels_last"
        yield n, {"include_top": False, "pooling": "max", "input_shape": [101, 131, 3]}, "channels_last"
        yield n, {"classes": 7, "classifier_activation": None, "name": "mine"} | (
            {"name": "efficientnetv2-b0"} if n == "EfficientNetV2B0" else {"name": "efficientnetv2-s"} if "V2S" in n else {}
        ), "channels_last"
        yield n, {"input_shape": [96, 96, 1], "classes": 3}, "channels_last"
        if not n.startswith(CHANNELS_LAST_ALONE):
            yield n, {"include_top": False, "pooling": "max", "input_shape": [3, 96, 129]}, "channels_first"
    for n in ["EfficientNetB0", "EfficientNetB4", "EfficientNetB7"]:
        yield n, {"weights": "imagenet"}, "channels_last"
        yield n, {"weights": "imagenet", "include_top": False}, "channels_first"
    for alpha, depth in [(0.25, 1), (0.5, 2), (0.75, 1), (1.5, 3)]:
        yield "MobileNet", {"alpha": alpha, "depth_multiplier": depth, "dropout": 0.25}, "channels_last"
        yield "MobileNet", {"alpha": alpha, "input_shape": [160, 160, 3]}, "channels_last"
    for alpha in [0.1, 0.35, 0.5, 0.75, 1.3, 1.4]:
        yield "MobileNetV2", {"alpha": alpha}, "channels_last"
        yield "MobileNetV2", {"alpha": alpha, "include_top": False, "input_shape": [3, 97, 64]}, "channels_first"
    for n in ["MobileNetV3Small", "MobileNetV3Large"]:
        yield n, {"minimalistic": True}, "channels_last"
        yield n, {"minimalistic": True, "include_top": False}, "channels_first"
        yield n, {"alpha": 0.75, "dropout_rate": 0.0}, "channels_last"
        yield n, {"alpha": 1.25, "include_preprocessing": False, "dropout_rate": 0.5}, "channels_last"
        yield n, {"input_shape": [225, 64, 3]}, "channels_last"
    for n in ["EfficientNetV2B0", "EfficientNetV2B3", "EfficientNetV2M", "ConvNeXtSmall"]:
        yield n, {"include_preprocessing": False}, "channels_last"


# Otherwise Keras finds these shapes by computing with arrays of such sizes.
LayerScale.compute_output_shape = lambda self, shape: shape
CustomScaleLayer.compute_output_shape = lambda self, shapes: shapes[0]


def build(name, arguments, layout):
    keras.backend.clear_session()
    keras.config.set_image_data_format(layout)
    given = {"weights": None} | arguments
    if "input_shape" in given:
        given["input_shape"] = tuple(given["input_shape"])
    with stateless_scope.StatelessScope(initialize_variables=False):
        return getattr(keras.applications, name)(**given)


def canonical(x):
    """Text that is the same in every language: keys in order, numbers as the bits of a double.

    Without what says nothing: arguments that calls were not given, and how a model is compiled that is not.
    """
    if isinstance(x, dict):
        keys = [k for k in sorted(x) if (k, x[k]) not in (("mask", None), ("training", False), ("compile_config", {}))]
        return "{" + "".join(f"{k}:{canonical(x[k])}," for k in keys) + "}"
    if isinstance(x, (list, tuple)):
        return "[" + "".join(canonical(v) + "," for v in x) + "]"
    if isinstance(x, str):
        return f'"{x}"'
    if x is None or isinstance(x, bool):
        return {None: "null", True: "true", False: "false"}[x]
    return struct.pack(">d", x).hex()


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def shapes(variables):
    return " ".join("x".join(map(str, v.shape)) or "()" for v in variables)


def describe(name, arguments, layout, in_full):
    model = build(name, arguments, layout)
    config = json.loads(json.dumps(keras.saving.serialize_keras_object(model)))
    layers = config["config"].pop("layers")
    weights = {layer.name: shapes(layer.weights) for layer in model.layers}
    lines = [f'{l["class_name"]}\t{l["name"]}\t{digest(canonical(l))}\t{weights.get(l["name"], "")}' for l in layers]
    head = {
        "network": name,
        "arguments": arguments,
        "layout": layout,
        "name": model.name,
        "parameters": model.count_params(),
        "trainable": sum(size(v) for v in model.trainable_weights),
        "input": model.inputs[0].shape[1:],
        "output": model.outputs[0].shape[1:],
        "layers": len(model.layers),
        "operations": len(layers),
        "weights": len(model.weights),
        "model": digest(canonical(config)),
        "shapes": digest(shapes(model.weights)),
    }
    if not in_full:
        head["lines"] = digest("\n".join(lines))
    return [json.dumps(head)] + (lines if in_full else [])


def size(v):
    n = 1
    for d in v.shape:
        n *= d
    return n


class Downloads:
    """Takes Keras's downloads down instead of making them."""

    def __init__(self):
        self.asked = []
        file_utils.get_file = self.get_file
        keras.Model.load_weights = lambda *a, **k: None

    def get_file(self, fname, origin, cache_subdir=None, file_hash=None):
        assert cache_subdir == "models"
        self.asked.append((fname, origin, file_hash or "-"))
        return fname


def pretrained():
    for n in NAMES:
        for top in (True, False):
            yield n, {"include_top": top}
    for top in (True, False):
        for rows in (128, 160, 192, 224):
            for alpha in (0.25, 0.5, 0.75, 1.0):
                yield "MobileNet", {"include_top": top, "alpha": alpha, "input_shape": [rows, rows, 3]}
        for rows in (96, 128, 160, 192, 224):
            for alpha in (0.35, 0.5, 0.75, 1.0, 1.3, 1.4):
                yield "MobileNetV2", {"include_top": top, "alpha": alpha, "input_shape": [rows, rows, 3]}
        for n in ("MobileNetV3Small", "MobileNetV3Large"):
            yield n, {"include_top": top, "alpha": 0.75}
            yield n, {"include_top": top, "minimalistic": True}
    for n in ("MobileNet", "MobileNetV2", "MobileNetV3Small", "ResNet50", "NASNetLarge", "ConvNeXtBase"):
        yield n, {"include_top": False, "input_shape": [100, 120, 3]}
        yield n, {"include_top": False, "input_shape": [192, 192, 3]}


def main():
    recorded = []
    downloads = Downloads()
    for i, (name, arguments, layout) in enumerate(cases()):
        recorded += describe(name, arguments, layout, i < len(NAMES))
        print(name, arguments, layout, flush=True)
    keras.config.set_image_data_format("channels_last")
    files = {}
    for name, arguments in pretrained():
        downloads.asked.clear()
        build(name, arguments | {"weights": "imagenet"}, "channels_last")
        ((file, origin, file_hash),) = downloads.asked
        files[file] = (origin, file_hash)
        recorded.append(json.dumps({"pretrained": name, "arguments": arguments, "file": file}))
    source = inspect.getsource(keras.applications.imagenet_utils.decode_predictions)
    index_hash = source.split('file_hash="')[1].split('"')[0]
    index = keras.src.applications.imagenet_utils.CLASS_INDEX_PATH
    files["imagenet_class_index.json"] = (index, index_hash)
    (ROOT / "test" / PACKAGE).mkdir(parents=True, exist_ok=True)
    (ROOT / "main" / PACKAGE).mkdir(parents=True, exist_ok=True)
    text = "\n".join(recorded) + "\n"
    (ROOT / "test" / PACKAGE / "networks.txt.gz").write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    lines = ["# Written by scripts/record_applications.py: file, address, MD5 or SHA-256"]
    lines += ["\t".join((f, *files[f])) for f in sorted(files)]
    (ROOT / "main" / PACKAGE / "downloads.tsv").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
