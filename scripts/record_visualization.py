"""Records with real Keras (and OpenCV) what boxes and masks drawn over images come to.

    usage: KERAS_BACKEND=jax python scripts/record_visualization.py tck/src/test/resources/org/keras4j/tck/visualization.npz

Needs a Python with Keras 3.15 and opencv-python-headless. Not part of the tests.
"""

import sys

import keras
import numpy as np

rng = np.random.default_rng(8)
images = rng.integers(0, 256, (2, 24, 28, 3)).astype("uint8")
masks = rng.integers(-1, 4, (2, 24, 28, 1)).astype("int32")
boxes = np.array(
    [[[3, 4, 15, 12], [10, 2, 26, 22], [0, 0, 5, 5]], [[-4, 5, 40, 17], [20, 20, 9, 8], [7, 7, 7, 7]]], "float32"
)
labels = np.array([[0, 1, -1], [2, 0, 1]], "int32")
out = {"images": images, "masks": masks, "boxes": boxes, "labels": labels}
draw = keras.visualization.draw_segmentation_masks
out["masks_default"] = draw(images, masks)
out["masks_classes"] = draw(images, masks, num_classes=4, alpha=0.35, ignore_index=2)
out["masks_mapped"] = draw(images, masks, num_classes=2, color_mapping={0: (250, 10, 0), 1: (0, 99, 255)})
out["masks_unblended"] = np.asarray(draw(images, masks, num_classes=4, blend=False))
out["masks_first"] = draw(
    images.transpose(0, 3, 1, 2), masks.transpose(0, 3, 1, 2), num_classes=4, data_format="channels_first"
)
for thickness in (1, 2, 3, 4, 5):
    out[f"boxes_{thickness}"] = keras.visualization.draw_bounding_boxes(
        images, {"boxes": boxes, "labels": labels}, "xyxy", color=(255, 7, 90), line_thickness=thickness
    )
relative = boxes / np.array([28, 24, 28, 24], "float32")
out["boxes_relative"] = keras.visualization.draw_bounding_boxes(
    images.astype("float32") / 255, {"boxes": relative, "labels": labels}, "rel_xyxy"
)
out["relative"] = relative
np.savez_compressed(sys.argv[1], **out)
print({k: v.dtype.name + str(v.shape) for k, v in out.items()})
