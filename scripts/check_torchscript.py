r"""Loads TorchScript files that keras4j exported with Python's PyTorch, and compares what they give.

The folder is made by the tests, which train the models:

    ./mvnw -q -B verify -pl tck -am -Dtest=TorchScriptExportTest -Dkeras4j.torchScripts=/tmp/scripts
    python scripts/check_torchscript.py /tmp/scripts

Networks of `applications` and models of `hub`, which are deeper, so that more is lost by rounding:

    ./mvnw -q -B verify -pl examples -am -Dtest=ExportedNetworksTest -Dkeras4j.exported.networks=all \
        -Dkeras4j.exported.formats=TORCHSCRIPT -Dkeras4j.exported.files=/tmp/networks
    python scripts/check_torchscript.py /tmp/networks/torchscript 1e-4

Gradients must reach every parameter that trains, and a frozen module must give the same. Needs a Python with PyTorch; not part
of the tests.
"""

import pathlib
import sys

import numpy as np
import torch

TOLERANCE = float(sys.argv[2]) if len(sys.argv) > 2 else 1e-5


def arrays(file, prefix):
    with np.load(file) as z:
        return [z[f"{prefix}{i}"] for i in range(sum(k.startswith(prefix) for k in z.files))]


def outputs(module, inputs):
    out = module(*[torch.from_numpy(x) for x in inputs])
    return [out] if isinstance(out, torch.Tensor) else list(out)


def differences(name, got, expected):
    if len(got) != len(expected):
        return [f"{name}: {len(got)} outputs, expected {len(expected)}"]
    out = []
    for i, (g, e) in enumerate(zip(got, expected)):
        g = g.detach().numpy()
        if g.dtype != e.dtype or g.shape != e.shape:
            out.append(f"{name} output {i}: {g.dtype}{g.shape}, expected {e.dtype}{e.shape}")
        elif not np.allclose(g, e, TOLERANCE, TOLERANCE):
            out.append(f"{name} output {i}: differs by {np.abs(g - e).max()}")
    return out


def check(file):
    module = torch.jit.load(str(file))
    wrong = []
    samples = sorted(file.parent.glob(f"{file.stem}_[0-9]*.npz"))
    if not samples:
        wrong.append("has no arrays")
    for sample in samples:
        inputs, expected = arrays(sample, "in"), arrays(sample, "out")
        got = outputs(module, inputs)
        wrong += differences(sample.stem, got, expected)
        wrong += differences(f"{sample.stem} frozen", outputs(torch.jit.freeze(module.eval()), inputs), expected)
    floats = [g for g in got if g.is_floating_point() and g.requires_grad]
    if floats:
        sum(g.square().sum() for g in floats).backward()
        wrong += [f"no gradient of {n}" for n, p in module.named_parameters() if p.requires_grad and p.grad is None]
    return wrong, len(list(module.parameters())), len(samples)


def main():
    failed = 0
    for file in sorted(pathlib.Path(sys.argv[1]).glob("*.pt")):
        wrong, parameters, samples = check(file)
        failed += bool(wrong)
        print(f"{file.stem}: {parameters} parameters, {samples} samples", *wrong, sep="\n  ")
    sys.exit(failed)


if __name__ == "__main__":
    main()
