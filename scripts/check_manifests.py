"""Holds the Kubernetes manifests of the docs against schemas; unknown fields are faults.

    pip install pyyaml jsonschema kubernetes-validate
    git clone --depth 1 https://github.com/kubeflow/training-operator
    python scripts/check_manifests.py training-operator/manifests/base/crds

What Kubernetes itself has is held against its own schemas, which kubernetes-validate brings; what the training operator adds, against
the definitions in the folder. Each block of YAML in docs is one or several manifests.
"""

import copy
import pathlib
import re
import sys

import jsonschema
import kubernetes_validate
import yaml

DOCS = pathlib.Path(__file__).resolve().parent.parent / "docs"
VERSIONS = ["1.27", "1.31"]


def strict(schema):
    """The schema, with fields that it does not name refused."""
    out = copy.deepcopy(schema)
    pending = [out]
    while pending:
        s = pending.pop()
        if not isinstance(s, dict):
            continue
        free = s.get("x-kubernetes-preserve-unknown-fields")
        if "properties" in s and not free:
            s.setdefault("additionalProperties", False)
        for child in s.get("properties", {}).values():
            pending.append(child)
        for key in ("items", "additionalProperties"):
            pending.append(s.get(key))
    return out


def definitions(folder):
    """The schemas of custom resources by version and kind."""
    out = {}
    for file in sorted(pathlib.Path(folder).glob("*.yaml")):
        for document in yaml.safe_load_all(file.read_text()):
            if not document or document.get("kind") != "CustomResourceDefinition":
                continue
            spec = document["spec"]
            for version in spec["versions"]:
                schema = strict(version["schema"]["openAPIV3Schema"])
                # what it says of every object is Kubernetes's to say
                schema["properties"]["metadata"] = {"type": "object"}
                name = f"{spec['group']}/{version['name']}"
                out[name, spec["names"]["kind"]] = schema
    return out


def manifests():
    for page in sorted(DOCS.rglob("*.md")):
        for block in re.findall(r"(?s)```yaml\n(.*?)```", page.read_text()):
            for document in yaml.safe_load_all(block):
                if isinstance(document, dict) and "apiVersion" in document:
                    yield page, document


def main():
    custom = definitions(sys.argv[1])
    seen = faults = 0
    for page, manifest in manifests():
        seen += 1
        kind = manifest["apiVersion"], manifest["kind"]
        where = f"{page.relative_to(DOCS)}: {kind[0]} {kind[1]}"
        try:
            if kind in custom:
                jsonschema.validate(manifest, custom[kind])
            else:
                for version in VERSIONS:
                    kubernetes_validate.validate(manifest, version, strict=True)
            print(f"{where}: fits")
        except Exception as e:  # each library has errors of its own
            faults += 1
            print(f"{where}: {str(e).splitlines()[0]}")
    if seen == 0:
        sys.exit("no manifests found")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
