"""Records what real Keras's image layers make of given transformations.

    KERAS_BACKEND=jax python scripts/record_image_layers.py

writes tck/src/test/resources/org/keras4j/tck/layers/image_layers.npz, which ImageLayersTest compares with.
"""

import pathlib

import numpy as np
from keras import layers, ops
from keras.utils import bounding_boxes

OUT = pathlib.Path(__file__).parent.parent / "tck/src/test/resources/org/keras4j/tck/layers"
rng = np.random.default_rng(5)
found = {}


def f32(x):
    return np.asarray(x, "float32")


images = f32(rng.uniform(0, 255, (2, 6, 8, 3)))
first = np.transpose(images, (0, 3, 1, 2)).copy()
unit = images / 255
masks = f32(rng.integers(0, 4, (2, 6, 8, 1)))
boxes = f32([[[1, 1, 4, 3], [2, 0, 7, 5], [0, 2, 3, 4]], [[3, 1, 6, 6], [5, 2, 8, 4], [0, 0, 2, 2]]])
box_labels = np.array([[0, 1, 2], [3, 4, 5]], "int32")
labels = f32(np.eye(4)[[1, 3]])
found.update(images=images, first=first, unit=unit, masks=masks, boxes=boxes, box_labels=box_labels, labels=labels)
SHAPE = images.shape


def record(name, layer, x, t, boxed=False, masked=False, labelled=False):
    t = {k: ops.convert_to_tensor(v) if isinstance(v, np.ndarray) else v for k, v in t.items()} if t else t
    found[name] = np.asarray(layer.transform_images(ops.convert_to_tensor(x), transformation=t, training=True))
    if boxed:
        b = {"boxes": ops.convert_to_tensor(boxes), "labels": ops.convert_to_tensor(box_labels)}
        got = layer.transform_bounding_boxes(b, transformation=t, training=True)
        found[name + "/boxes"] = np.asarray(got["boxes"])
        found[name + "/box_labels"] = np.asarray(got["labels"])
    if masked:
        found[name + "/masks"] = np.asarray(
            layer.transform_segmentation_masks(ops.convert_to_tensor(masks), transformation=t, training=True)
        )
    if labelled:
        found[name + "/labels"] = np.asarray(
            layer.transform_labels(ops.convert_to_tensor(labels), transformation=t, training=True)
        )


def each(a, b):
    return f32([a, b]).reshape(2, 1, 1, 1)


def per(a, b):
    return f32([a, b])


CF = {"data_format": "channels_first"}
BOX = {"bounding_box_format": "xyxy"}
record("brightness", layers.RandomBrightness(0.5), images, {"rgb_delta": each(40, -90)})
record("contrast", layers.RandomContrast(0.5), images, {"contrast_factor": each(1.3, 0.4)})
record("contrast_first", layers.RandomContrast(0.5, **CF), first, {"contrast_factor": each(1.3, 0.4)})
record("hue", layers.RandomHue(0.5), images, {"factor": per(0.2, -0.35)})
record("hue_first", layers.RandomHue(0.5, **CF), first, {"factor": per(0.2, -0.35)})
record("saturation", layers.RandomSaturation(0.5), unit, {"factor": per(0.5, 3.0)})
record("saturation_first", layers.RandomSaturation(0.5, value_range=(0, 1), **CF), first / 255, {"factor": per(0.5, 3.0)})
record("sharpness", layers.RandomSharpness(0.5), images, {"factor": per(0.1, 0.9)})
record("sharpness_first", layers.RandomSharpness(0.5, **CF), first, {"factor": per(0.1, 0.9)})
record("degeneration", layers.RandomColorDegeneration(0.5), images, {"factor": each(0.3, 1)})
record("posterization", layers.RandomPosterization(3), images, {"shift_factor": np.array([5, 7], "uint8")})
record("posterization_unit", layers.RandomPosterization(3, value_range=(0, 1)), unit, {"shift_factor": np.array([5, 7], "uint8")})
record("invert", layers.RandomInvert(), images, {"apply_inversion": np.array([True, False])})
record(
    "blur",
    layers.RandomGaussianBlur(kernel_size=(3, 5)),
    images,
    {"should_apply_blur": np.array([False, True]), "blur_factor": per(0.6, 0.9)},
)
record("solarization", layers.Solarization(), images, {"additions": each(20, 0), "thresholds": each(128, 90)})
record(
    "solarization_unit",
    layers.Solarization(value_range=(0, 1)),
    unit,
    {"additions": each(20, 0), "thresholds": each(128, 90)},
)
for fmt in ("xyxy", "center_xywh", "rel_xyxy"):
    record(
        "flip_" + fmt,
        layers.RandomFlip("horizontal_and_vertical", bounding_box_format=fmt),
        images,
        {"flips": np.array([True, False]).reshape(2, 1, 1, 1), "input_shape": SHAPE},
        True,
        True,
    )
record(
    "flip_horizontal",
    layers.RandomFlip("horizontal", **CF),
    first,
    {"flips": np.array([True, False]).reshape(2, 1, 1, 1), "input_shape": SHAPE},
)
rotation = layers.RandomRotation(0.5, **BOX)
angle = per(30, -100)
zero = np.zeros(2, "float32")
matrix = rotation._compute_affine_matrix(0.5, 0.5, ops.convert_to_tensor(angle), zero, zero, zero + 1, zero, zero, 6, 8)
record(
    "rotation",
    rotation,
    images,
    {"angle": angle, "rotation_matrix": matrix, "image_height": 6, "image_width": 8, "batch_size": 2},
    True,
    True,
)
record(
    "translation",
    layers.RandomTranslation(0.3, 0.3, fill_mode="constant", fill_value=7, bounding_box_format="xywh"),
    images,
    {"translations": f32([[1.5, -2], [-1, 0.5]]), "input_shape": SHAPE},
    True,
    True,
)
record(
    "zoom",
    layers.RandomZoom(0.3, **BOX),
    images,
    {"height_zoom": f32([[1.2], [0.6]]), "width_zoom": f32([[0.7], [1.4]]), "input_shape": SHAPE},
    True,
    True,
)
record(
    "shear",
    layers.RandomShear(0.3, 0.3, fill_mode="nearest", **BOX),
    images,
    {"shear_factor": f32([[0.2, -0.3], [-0.4, 0.1]]), "input_shape": SHAPE},
    True,
    True,
)
start = f32([[[0, 0], [7, 0], [0, 5], [7, 5]]] * 2)
found["perspective/start"] = start
end = start * f32(rng.uniform(0.7, 1.2, (2, 4, 2)))
found["perspective/end"] = end
record(
    "perspective",
    layers.RandomPerspective(fill_value=9, **BOX),
    images,
    {"apply_perspective": np.array([True, True]), "start_points": start, "end_points": end, "input_shape": SHAPE},
    True,
    True,
)
record(
    "elastic",
    layers.RandomElasticTransform(),
    images,
    {"apply_transform": np.array([True, False]), "distortion_factor": f32(0.8), "seed": 3},
    False,
    True,
)
for size in ((4, 5), (7, 5), (4, 9)):
    layer = layers.CenterCrop(*size, **BOX)
    record(f"center_crop_{size[0]}_{size[1]}", layer, images, {"input_shape": SHAPE}, True, True)
for how in ("stretch", "crop_to_aspect_ratio", "pad_to_aspect_ratio"):
    layer = layers.Resizing(5, 9, **({} if how == "stretch" else {how: True}), **BOX)
    found["resizing_" + how] = np.asarray(layer.transform_images(ops.convert_to_tensor(images)))
    b = {"boxes": ops.convert_to_tensor(boxes), "labels": ops.convert_to_tensor(box_labels)}
    got = layer.transform_bounding_boxes(b, transformation=(6, 8))
    found[f"resizing_{how}/boxes"] = np.asarray(got["boxes"])
    found[f"resizing_{how}/box_labels"] = np.asarray(got["labels"])
square = np.zeros((2, 6, 8, 1), bool)
square[0, 1:4, 2:6] = True
square[1, 0:2, 5:8] = True
found["square"] = square
record(
    "erasing",
    layers.RandomErasing(),
    images,
    {"apply_erasing": np.array([True, True]), "batch_masks": square, "fill_value": f32(50)},
)
record(
    "cut_mix",
    layers.CutMix(),
    images,
    {
        "permutation_order": np.array([1, 0], "int32"),
        "batch_masks": square,
        "mix_weight": each(0.75, 0.875),
    },
    False,
    True,
    True,
)
record(
    "mix_up",
    layers.MixUp(**BOX),
    images,
    {"mix_weight": per(0.25, 0.6), "permutation_order": np.array([1, 0], "int32")},
    True,
    False,
    True,
)
found["auto_contrast"] = np.asarray(layers.AutoContrast()(images))
found["auto_contrast_first"] = np.asarray(layers.AutoContrast(value_range=(0, 1), **CF)(first / 255))
large = f32(np.floor(rng.uniform(0, 256, (2, 20, 22, 3)) ** 2 / 256))
found["large"] = large
found["equalization"] = np.asarray(layers.Equalization()(large))
found["equalization_bins"] = np.asarray(layers.Equalization(value_range=(0, 1), bins=32)(large / 255))
found["equalization_first"] = np.asarray(layers.Equalization(**CF)(np.transpose(large, (0, 3, 1, 2))))
CLAHE = layers.ContrastLimitedAdaptiveHistogramEqualization
found["clahe"] = np.asarray(CLAHE(tile_grid_size=(4, 3))(large))
found["clahe_unit"] = np.asarray(CLAHE(value_range=(0, 1), clip_limit=0, tile_grid_size=(5, 2))(large / 255))
found["clahe_first"] = np.asarray(CLAHE(tile_grid_size=(3, 4), **CF)(np.transpose(large, (0, 3, 1, 2))))
for n in (2, 5):
    got = layers.MaxNumBoundingBoxes(n, **BOX)(
        {"images": images, "bounding_boxes": {"boxes": boxes, "labels": box_labels}}
    )["bounding_boxes"]
    found[f"max_boxes_{n}/boxes"] = np.asarray(got["boxes"])
    found[f"max_boxes_{n}/box_labels"] = np.asarray(got["labels"])
# images that are not larger than wanted are cut at a place of no chance
for size in ((4, 8), (8, 6), (6, 8), (9, 12)):
    found[f"random_crop_{size[0]}_{size[1]}"] = np.asarray(layers.RandomCrop(*size)(images, training=True))

found["affine"] = np.asarray(
    bounding_boxes.affine_transform(
        boxes, angle, per(0.1, -0.2), per(0.3, 0), per(1.5, 0.5), per(10, -20), per(5, 30), 6, 8, 0.2, 0.7
    )
)
found["box_crop"] = np.asarray(bounding_boxes.crop(boxes, 1, 2, 3, 4))
found["box_pad"] = np.asarray(bounding_boxes.pad(boxes, 1, 2))
for fmt in ("center_yxhw", "center_xywh"):
    deltas = bounding_boxes.encode_box_to_deltas(
        boxes[1] + 0.5, boxes, "xyxy", "rel_xywh", fmt, [0.1, 0.1, 0.2, 0.2], (6, 8, 3)
    )
    found["deltas_" + fmt] = np.asarray(deltas)
    found["decoded_" + fmt] = np.asarray(
        bounding_boxes.decode_deltas_to_boxes(
            boxes[1] + 0.5, deltas * 0.1, "xyxy", "yxyx", fmt, [0.1, 0.1, 0.2, 0.2], (6, 8, 3)
        )
    )
found["iou"] = np.asarray(bounding_boxes.compute_iou(boxes - 4, boxes - 3, "xyxy", True, -1))
found["ciou"] = np.asarray(bounding_boxes.compute_ciou(boxes[0], boxes[1], "xyxy"))
OUT.mkdir(parents=True, exist_ok=True)
np.savez_compressed(OUT / "image_layers.npz", **found)
print(len(found), "arrays")
