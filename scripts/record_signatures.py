"""Writes the public classes of Keras with the arguments of their constructors, one class a line:
public name, tab, arguments as name or name=default, separated by tabs.

    KERAS_BACKEND=jax python scripts/record_signatures.py > tck/src/main/resources/org/keras4j/tck/pages/keras-classes-3.15.tsv
"""
import inspect

import keras

ROOMS = [
    "layers", "losses", "metrics", "optimizers", "optimizers.schedules", "callbacks", "initializers", "regularizers",
    "constraints", "quantizers", "dtype_policies", "random",
]


def arguments(cls):
    """The constructor's own arguments and what it passes on to the base class by name."""
    out = []
    for p in list(inspect.signature(cls.__init__).parameters.values())[1:]:
        if p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD):
            continue
        if p.default is p.empty:
            out.append(p.name)
        else:
            d = p.default
            out.append(f"{p.name}={d!r}" if isinstance(d, (str, int, float, bool, tuple, type(None))) else f"{p.name}=...")
    return out


seen = {}
for room in ROOMS:
    module = keras
    for part in room.split("."):
        module = getattr(module, part)
    for name in sorted(dir(module)):
        cls = getattr(module, name)
        if inspect.isclass(cls) and name == cls.__name__ and cls not in seen:  # not its aliases
            seen[cls] = True
            print("\t".join([f"{room}.{name}"] + arguments(cls)))
