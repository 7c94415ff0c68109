"""Writes all public names of Keras, one a line: name, tab, kind, tab, signature, tab, the name that it is an alias of. What NamesPage
holds the library against.

    KERAS_BACKEND=jax python scripts/record_names.py > ops/src/main/resources/org/keras4j/ops/internal/surface/keras-3.15.tsv
"""
import importlib
import inspect
import pkgutil
import types

import keras


def public(package):
    """All classes and functions of the public modules of Keras, by the names that they have there."""
    out = {}
    for info in [None, *pkgutil.walk_packages(package.__path__, "keras.")]:
        path = "keras" if info is None else info.name
        if path.split(".")[1:2] in (["src"], ["_legacy"], ["_tf_keras"]):
            continue
        module = importlib.import_module(path)
        for name in dir(module):
            value = getattr(module, name)
            if not name.startswith("_") and not isinstance(value, types.ModuleType) and callable(value):
                out[f"{path}.{name}"] = value
    return out


def signature(value):
    try:
        return str(inspect.signature(value))
    except ValueError:
        return "(*args, **kwargs)"


names = public(keras)
by_value = {}
for name, value in names.items():
    by_value.setdefault(id(value), []).append(name)


def rank(name):
    short = name.rsplit(".", 1)[1]
    own = getattr(names[name], "__name__", short)
    dots = name.count(".")
    return (short != own, name.startswith("keras.legacy."), dots == 1, dots, name)


for name in sorted(names):
    value = names[name]
    canonical = min(by_value[id(value)], key=rank)
    kind = "class" if inspect.isclass(value) else "function"
    text = signature(value) if canonical == name else ""
    row = [name, kind, text] if canonical == name else [name, kind, "", canonical]
    print("\t".join(row))
