"""Writes the configs that real Keras saves for the models of keras_models.py, which the fuzzer of model files changes.

Of models with vocabularies, which lie in files of their own, it keeps the whole file.

    usage: KERAS_BACKEND=tensorflow python scripts/make_config_corpus.py

Needs a Python with Keras 3.15. The configs lie in the tree; run this to change them.
"""

import json
import pathlib
import shutil
import tempfile
import zipfile

import keras
import keras_models

CORPUS = pathlib.Path(__file__).resolve().parent.parent / "tck/src/test/resources/org/keras4j/tck/saving/corpus"


def main():
    CORPUS.mkdir(parents=True, exist_ok=True)
    for old in CORPUS.glob("*"):
        old.unlink()
    made = {name: (make, dict(optimizer="adam", loss="mse")) for name, make in keras_models.MODELS.items()}
    for name, (make, settings) in keras_models.COMPILED.items():
        made[f"compiled_{name}"] = (make, dict(optimizer="sgd", **settings))
    for name, optimizer in keras_models.OPTIMIZERS.items():
        make = lambda: keras_models.sequential((4,), keras.layers.Dense(2))
        made[f"optimizer_{name}"] = (make, lambda o=optimizer: dict(optimizer=o(), loss="mse"))
    for name, (make, settings) in made.items():
        keras.utils.clear_session()
        model = make()
        model.compile(**(settings() if callable(settings) else settings))
        with tempfile.TemporaryDirectory() as folder:
            path = f"{folder}/m.keras"
            model.save(path)
            archive = zipfile.ZipFile(path)
            if any(n.startswith("assets/") for n in archive.namelist()):
                shutil.copy(path, CORPUS / f"{name}.keras")
                continue
            config = json.loads(archive.read("config.json"))
        (CORPUS / f"{name}.json").write_text(json.dumps(config, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
