"""Makes a small YOLOv8 of KerasCV whose weights are a formula, and records what it computes: predictions, the loss, its gradients, a
step of training; and the boxes that are kept of many.

    KERAS_BACKEND=torch python scripts/check_detector.py hub/src/test/resources/org/keras4j/hub/detection

writes what DetectorGoldenTest reads. Needs keras, torch, safetensors and keras_cv 0.9, which has to be importable.
"""

import pathlib
import sys

import keras
import numpy as np
import torch
from keras.utils.bounding_boxes import compute_ciou
from keras_cv.src.losses import ciou_loss
from keras_cv.src.models.object_detection.yolo_v8 import yolo_v8_label_encoder
from keras_cv.src.models.object_detection.yolo_v8.yolo_v8_backbone import YOLOV8Backbone
from keras_cv.src.models.object_detection.yolo_v8.yolo_v8_detector import (
    YOLOV8Detector,
    decode_regression_to_boxes,
    dist2bbox,
    get_anchors,
)
from safetensors.numpy import save_file

HEIGHT, WIDTH, CLASSES = 64, 96, 3
# that of Keras: KerasCV squares a factor of its formula, too
yolo_v8_label_encoder.compute_ciou = compute_ciou
ciou_loss.compute_ciou = compute_ciou


def numbers(name, size):
    """Numbers from -0.5 to 0.5, told by a name."""
    c = sum((i + 1) * ord(ch) for i, ch in enumerate(name)) % 1000
    x = np.sin(np.arange(size) * 12.9898 + c) * 43758.5453
    return x - np.floor(x) - 0.5


def fill(layer_name, w):
    name = f"{layer_name}/{w.name}"
    h = numbers(name, int(np.prod(w.shape))).reshape(w.shape)
    if w.name == "kernel":
        h = h * np.sqrt(16 / np.prod(w.shape[:-1]))
    elif w.name in ("gamma", "moving_variance"):
        h = 1 + 0.4 * h
    else:
        h = 0.4 * h
    w.assign(h.astype("float32"))


def kept(boxes, scores, most, least, overlap):
    """Greedy suppression in plain words: places of the boxes that are kept, the most confident first."""
    order = [i for i in np.argsort(-scores, kind="stable") if scores[i] > least]
    out = []
    while order and len(out) < most:
        i = order.pop(0)
        out.append(i)
        rest = []
        for j in order:
            width = min(boxes[i, 2], boxes[j, 2]) - max(boxes[i, 0], boxes[j, 0])
            height = min(boxes[i, 3], boxes[j, 3]) - max(boxes[i, 1], boxes[j, 1])
            both = max(width, 0) * max(height, 0)
            areas = [(boxes[k, 2] - boxes[k, 0]) * (boxes[k, 3] - boxes[k, 1]) for k in (i, j)]
            if both / (sum(areas) - both + 1e-8) <= overlap:
                rest.append(j)
        order = rest
    return np.array(out, np.int32)


def main(folder):
    backbone = YOLOV8Backbone([8, 12, 16, 20], [1, 2, 1, 1], include_rescaling=True, input_shape=(HEIGHT, WIDTH, 3))
    model = YOLOV8Detector(backbone=backbone, num_classes=CLASSES, bounding_box_format="xyxy", fpn_depth=1)
    layers = {}
    for layer in model._flatten_layers():
        for w in layer.weights if not list(layer._flatten_layers(include_self=False)) else []:
            fill(layer.name, w)
            layers[id(w)] = f"{layer.name}/{w.name}"
    images = (255 * (numbers("images", 2 * HEIGHT * WIDTH * 3) + 0.5)).reshape(2, HEIGHT, WIDTH, 3).astype("float32")
    truth = np.full((2, 4, 4), -1, "float32")
    classes = np.full((2, 4), -1, "float32")
    truth[0, :3] = [[4, 4, 60, 50], [30, 10, 90, 60], [2, 30, 40, 62]]
    classes[0, :3] = [0, 2, 1]
    truth[1, :1] = [[10, 8, 70, 58]]
    classes[1, 0] = 1
    model.compile(
        box_loss="ciou", classification_loss="binary_crossentropy", optimizer=keras.optimizers.SGD(0.01), run_eagerly=True)
    out = {"truth": np.concatenate([truth, classes[..., None]], -1)}
    with torch.no_grad():
        p = model(images, training=False)
    out["boxes"], out["classes"] = (keras.ops.convert_to_numpy(p[k]) for k in ("boxes", "classes"))
    points, strides = get_anchors((HEIGHT, WIDTH))
    pixels = dist2bbox(decode_regression_to_boxes(p["boxes"]), points) * strides[:, None]
    out["pixels"] = keras.ops.convert_to_numpy(pixels)
    for i in range(2):
        best = out["classes"][i].max(-1)
        places = kept(out["pixels"][i], best, 10, float(np.median(best)), 0.5)
        out[f"kept.{i}"] = places
        out[f"threshold.{i}"] = np.array([np.median(best)], "float32")
    y = {"boxes": keras.ops.convert_to_tensor(truth), "classes": keras.ops.convert_to_tensor(classes)}
    x = keras.ops.convert_to_tensor(images)
    p = model(x, training=True)
    loss = model.compute_loss(x=x, y=y, y_pred=p)
    loss.backward()
    out["loss"] = loss.detach().numpy().reshape(1)
    for w in model.trainable_variables:
        grad = w.value.grad.detach().numpy().astype("float64")
        name = layers[id(w)]
        out["gradient." + name] = np.array(
            [np.sqrt((grad**2).sum()), (grad.reshape(-1) * numbers(name + "'", grad.size)).sum()], "float32")
    folder.mkdir(parents=True, exist_ok=True)
    save_file({k: np.ascontiguousarray(v) for k, v in out.items()}, folder / "expected.safetensors")
    print(model.count_params(), "weights, loss", float(loss.detach()), "kept", [len(out[f"kept.{i}"]) for i in range(2)])


main(pathlib.Path(sys.argv[1]))
