"""Records what real Keras's STFT initializer and STFTSpectrogram layer compute.

    KERAS_BACKEND=jax python scripts/record_spectrograms.py

writes tck/src/test/resources/org/keras4j/tck/layers/spectrograms.npz, which SpectrogramTest compares with.
"""

import pathlib

import numpy as np
from keras import initializers, layers

OUT = pathlib.Path(__file__).parent.parent / "tck/src/test/resources/org/keras4j/tck/layers"
WINDOWS = (
    "hann hamming blackman nuttall blackmanharris flattop boxcar bartlett triang barthann bohman cosine "
    "exponential lanczos parzen taylor tukey hann_periodic"
).split()
found = {}
for w in WINDOWS:
    for n in (8, 9):
        for periodic in (False, True):
            init = initializers.STFT("real", w, "density", periodic)
            found[f"{w}_{n}_{periodic}"] = np.asarray(init((n, 1, 5), "float32"))
found["imag"] = np.asarray(initializers.STFT("imag", "hann", "spectrum")((8, 1, 9), "float32"))
found["none"] = np.asarray(initializers.STFT("imag", None, None)((8, 1, 9), "float32"))
sound = np.random.default_rng(4).standard_normal((2, 100, 3)).astype("float32")
found["sound"] = sound
for mode in "log magnitude psd real imag angle stft".split():
    found["mode_" + mode] = np.asarray(layers.STFTSpectrogram(mode, 16, 5, 32)(sound))
first = np.transpose(sound, (0, 2, 1))
for expand in (False, True):
    for data_format, x in (("channels_last", sound), ("channels_first", first)):
        layer = layers.STFTSpectrogram(
            "magnitude", 20, window="hamming", padding="same", expand_dims=expand, data_format=data_format
        )
        found[f"{data_format}_{expand}"] = np.asarray(layer(x))
OUT.mkdir(parents=True, exist_ok=True)
np.savez_compressed(OUT / "spectrograms.npz", **found)
print(len(found), "arrays")
