"""Writes what Keras's helpers for data make: sounds in folders, splits of arrays, pictures resized without distortion.

    usage: KERAS_BACKEND=jax python scripts/record_data.py

For SoundsTest, DatasetSplitTest and SmartResizeTest. Needs a Python with Keras 3.15 and TensorFlow; what needs tensorflow_io
besides (other sampling rates) is not recorded.
"""

import io
import pathlib
import tempfile
import wave

import keras
import numpy as np

ROOT = pathlib.Path(__file__).resolve().parent.parent
DATA = ROOT / "training/src/test/resources/org/keras4j/training/data"
TCK = ROOT / "tck/src/test/resources/org/keras4j/tck/training"
RNG = np.random.default_rng(11)


def wav(samples, channels):
    out = io.BytesIO()
    with wave.open(out, "wb") as w:
        w.setnchannels(channels)
        w.setsampwidth(2)
        w.setframerate(8000)
        w.writeframes(RNG.integers(-32768, 32768, (samples, channels)).astype("<i2").tobytes())
    return out.getvalue()


def sounds():
    golden = {}
    with tempfile.TemporaryDirectory() as f:
        folder = pathlib.Path(f)
        for kind, channels in ("mono", 1), ("stereo", 2):
            for label in "ab", "c", "d":
                (folder / kind / label).mkdir(parents=True)
                for i in range(4 if label == "ab" else 3):
                    data = wav(40 if kind == "mono" else 20 + 7 * i, channels)
                    (folder / kind / label / f"{i}.wav").write_bytes(data)
                    golden[f"file_{kind}_{label}_{i}"] = np.frombuffer(data, "uint8")

        def take(name, kind, **settings):
            made = keras.utils.audio_dataset_from_directory(str(folder / kind), verbose=False, shuffle=False, **settings)
            for part, dataset in zip("tv", made if isinstance(made, tuple) else (made,)):
                for i, batch in enumerate(dataset):
                    x, y = batch if isinstance(batch, tuple) else (batch, None)
                    if settings.get("ragged"):
                        golden[f"{name}_{part}_{i}_lengths"] = np.asarray(x.row_lengths(), "int32")
                        x = x.to_tensor()
                    golden[f"{name}_{part}_{i}_x"] = np.asarray(x)
                    if y is not None:
                        golden[f"{name}_{part}_{i}_y"] = np.asarray(y)

        take("plain", "mono", batch_size=4)
        take("cut", "mono", output_sequence_length=13, label_mode="categorical")
        take("long", "stereo", output_sequence_length=60, batch_size=3)
        take("ragged", "stereo", ragged=True, batch_size=4)
        take("some", "mono", class_names=["d", "ab"], label_mode="binary")
        take("none", "mono", labels=None, label_mode=None)
        take("given", "mono", labels=[3, 1, 2, 0, 0, 1, 2, 3, 1, 1])
        take("both", "mono", validation_split=0.3, subset="both", seed=5)
        parts = keras.utils.audio_dataset_from_directory(
            str(folder / "mono"), verbose=False, validation_split=0.3, subset="both", seed=5)
        for part, dataset in zip("tv", parts):  # whose batches are in the order of TensorFlow's seeds
            (x, y), = dataset
            order = np.argsort(np.asarray(x)[:, 0, 0])
            golden[f"seeded_{part}_0_x"], golden[f"seeded_{part}_0_y"] = np.asarray(x)[order], np.asarray(y)[order]
    np.savez_compressed(DATA / "sounds.npz", **golden)
    return len(golden)


def splits():
    golden = {}
    x, y = np.arange(22, dtype="float32").reshape(11, 2), np.arange(11, dtype="int64") + 100
    cases = [(0.5, None, None), (None, 0.25, None), (0.3, 0.3, None), (4, None, None), (4, 3, None), (None, 4, None), (0.45, 5, None),
             (0.7, None, 3), (5, 4, 12345678901), (None, 0.2, 0)]
    for left, right, seed in cases:
        made = keras.utils.split_dataset((x, y), left, right, shuffle=seed is not None, seed=seed)
        for side, dataset in zip(("left", "right"), made):
            parts = [np.stack([np.asarray(v) for v in column]) for column in zip(*dataset)]
            for n, part in zip("xy", parts):
                golden[f"{left}_{right}_{seed}_{side}_{n}"] = part
    np.savez_compressed(DATA / "splits.npz", **golden)
    return len(golden)


def resized():
    golden, rng = {}, np.random.default_rng(12)
    images = {"wide": (1, 6, 11, 3), "high": (2, 13, 5, 2), "one": (9, 7, 3)}
    for name, shape in images.items():
        x = (rng.random(shape) * 255).astype("float32")
        golden["in_" + name] = x
        for how in "bilinear", "nearest", "bicubic", "lanczos3", "lanczos5":
            for h, w in (4, 4), (12, 5), (3, 17), (6, 11):
                out = keras.preprocessing.image.smart_resize(x, (h, w), how)
                golden[f"out_{name}_{how}_{h}_{w}"] = np.asarray(out)
    # the other layout gives the same, with channels first
    np.savez_compressed(TCK / "smart_resize.npz", **golden)
    return len(golden)


def main():
    TCK.mkdir(parents=True, exist_ok=True)
    print(sounds(), splits(), resized())


if __name__ == "__main__":
    main()
