// Holds the Kubernetes manifests of the docs against schemas.
//
//     npm install kubernetes-models js-yaml ajv
//     git clone --depth 1 https://github.com/kubeflow/manifests
//     node scripts/check_manifests.mjs FOLDER manifests/applications/training-operator/upstream/base/crds
//
// FOLDER is where npm installed. What Kubernetes itself has is held against its own schemas, which kubernetes-models brings; what the
// training operator adds, against its definitions, which refuse fields that they do not name. The same definitions hold the
// pods of ordinary jobs, so that a misspelled field of a container is found there too. Not part of the tests.

import fs from "node:fs";
import path from "node:path";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [folder, crds] = process.argv.slice(2);
if (!crds) {
  console.error("usage: node scripts/check_manifests.mjs FOLDER CRDS");
  process.exit(2);
}
const require = createRequire(pathToFileURL(path.resolve(folder) + "/"));
const yaml = require("js-yaml");
const Ajv = require("ajv").default ?? require("ajv");
const docs = path.resolve(path.dirname(new URL(import.meta.url).pathname), "../docs");

/** The schema, with fields that it does not name refused. */
function strict(schema) {
  if (!schema || typeof schema !== "object") {
    return schema;
  }
  const out = { ...schema };
  if (out.properties) {
    out.properties = Object.fromEntries(
      Object.entries(out.properties).map(([name, s]) => [name, strict(s)]));
    if (!out["x-kubernetes-preserve-unknown-fields"] && out.additionalProperties === undefined) {
      out.additionalProperties = false;
    }
  }
  if (out.items) {
    out.items = strict(out.items);
  }
  if (out.additionalProperties && typeof out.additionalProperties === "object") {
    out.additionalProperties = strict(out.additionalProperties);
  }
  return out;
}

/** The schemas of custom resources by version and kind. */
function definitions() {
  const out = new Map();
  for (const file of fs.readdirSync(crds).filter((f) => f.endsWith(".yaml"))) {
    for (const d of yaml.loadAll(fs.readFileSync(path.join(crds, file), "utf8"))) {
      if (d?.kind !== "CustomResourceDefinition") {
        continue;
      }
      for (const version of d.spec.versions) {
        const schema = strict(version.schema.openAPIV3Schema);
        schema.properties.metadata = { type: "object" }; // Kubernetes's own
        out.set(`${d.spec.group}/${version.name} ${d.spec.names.kind}`, schema);
      }
    }
  }
  return out;
}

/** All manifests of a page. */
function* manifests(page) {
  for (const block of fs.readFileSync(page, "utf8").matchAll(/```yaml\n([\s\S]*?)```/g)) {
    for (const d of yaml.loadAll(block[1])) {
      if (d?.apiVersion) {
        yield d;
      }
    }
  }
}

function* pages(at) {
  for (const e of fs.readdirSync(at, { withFileTypes: true })) {
    const p = path.join(at, e.name);
    if (e.isDirectory()) {
      yield* pages(p);
    } else if (p.endsWith(".md")) {
      yield p;
    }
  }
}

const custom = definitions();
const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
const job = custom.get("kubeflow.org/v1 PyTorchJob");
const pod = job.properties.spec.properties.pytorchReplicaSpecs.additionalProperties.properties.template;

function held(schema, value) {
  const check = ajv.compile(schema);
  return check(value)
    ? []
    : check.errors.map((e) => `${e.instancePath} ${e.message} ${JSON.stringify(e.params)}`);
}

/** What a manifest has that it should not. */
async function faults(m) {
  const own = custom.get(`${m.apiVersion} ${m.kind}`);
  if (own) {
    return held(own, m);
  }
  const file = path.resolve(folder, "node_modules/kubernetes-models", m.apiVersion, "index.js");
  const Kind = fs.existsSync(file) && (await import(pathToFileURL(file)))[m.kind];
  if (!Kind) {
    return [`there is no ${m.kind} in ${m.apiVersion}`];
  }
  try {
    new Kind(m).validate();
  } catch (e) {
    return [e.message];
  }
  const template = m.spec?.template;
  return template ? held(pod, template) : [];
}

let seen = 0;
let failed = 0;
for (const page of pages(docs)) {
  for (const m of manifests(page)) {
    const found = await faults(m);
    seen++;
    failed += found.length > 0 ? 1 : 0;
    console.log(`${path.relative(docs, page)}: ${m.apiVersion} ${m.kind}: ${found.join("; ") || "fits"}`);
  }
}
if (seen === 0) {
  console.error("no manifests found");
}
process.exit(seen === 0 || failed > 0 ? 1 : 0);
