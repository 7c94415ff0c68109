// Writes the probabilities that TensorFlow.js gives with the two models of layers of nsfwjs for the photographs in the tree.
//
//   node scripts/record_nsfwjs.js NODE_MODULES
//
// NODE_MODULES as in check_tfjs_models.py. The photographs are 8-bit RGB PNGs, of which a square in the middle is taken that is as
// large as the model's images. Takes minutes. The file lies in the tree; run this to change it.
const fs = require('fs');
const path = require('path');
const zlib = require('zlib');

const modules = path.resolve(process.argv[2]);
const tf = require(path.join(modules, '@tensorflow/tfjs'));
const TO = path.join(__dirname, '../tck/src/test/resources/org/keras4j/tck/applications/nsfwjs');
const MODELS = {mobilenet_v2: 224, inception_v3: 299};

// The value that a UMD module of the package gives: the JSON of a model, or a shard as base64.
function content(name, file) {
  const given = require(path.join(modules, 'nsfwjs/dist/models', name, file + '.min.js'));
  return typeof given === 'string' || given.modelTopology ? given : Object.values(given)[0];
}

function model(name) {
  const json = content(name, 'model');
  const shards = json.weightsManifest.flatMap(g => g.paths).map(shard => Buffer.from(content(name, shard), 'base64'));
  const weightData = new Uint8Array(Buffer.concat(shards)).buffer;
  const weightSpecs = json.weightsManifest.flatMap(g => g.weights);
  return tf.loadLayersModel(tf.io.fromMemory({modelTopology: json.modelTopology, weightSpecs, weightData}));
}

function png(file) {
  const bytes = fs.readFileSync(file);
  const parts = [];
  let width = 0;
  for (let at = 8; at < bytes.length; at += 12 + bytes.readUInt32BE(at)) {
    const type = bytes.toString('latin1', at + 4, at + 8);
    const data = bytes.subarray(at + 8, at + 8 + bytes.readUInt32BE(at));
    if (type === 'IHDR') {
      width = data.readUInt32BE(0);
      if (data[8] !== 8 || data[9] !== 2 || data[12] !== 0) throw new Error(file + ' is not 8-bit RGB');
    } else if (type === 'IDAT') {
      parts.push(data);
    }
  }
  const lines = zlib.inflateSync(Buffer.concat(parts));
  const row = width * 3;
  const height = lines.length / (row + 1);
  const out = new Uint8Array(height * row);
  for (let y = 0; y < height; y++) {
    const filter = lines[y * (row + 1)];
    for (let i = 0; i < row; i++) {
      const left = i >= 3 ? out[y * row + i - 3] : 0;
      const up = y ? out[(y - 1) * row + i] : 0;
      const corner = i >= 3 && y ? out[(y - 1) * row + i - 3] : 0;
      const guess = left + up - corner;
      const [a, b, c] = [left, up, corner].map(v => Math.abs(guess - v));
      const paeth = a <= b && a <= c ? left : b <= c ? up : corner;
      out[y * row + i] = lines[y * (row + 1) + 1 + i] + [0, left, up, (left + up) >> 1, paeth][filter];
    }
  }
  return tf.tensor3d(out, [height, width, 3], 'float32');
}

async function main() {
  const photos = fs.readdirSync(TO).filter(f => f.endsWith('.png')).sort();
  const lines = [];
  for (const [name, side] of Object.entries(MODELS)) {
    const network = await model(name);
    for (const photo of photos) {
      const pixels = png(path.join(TO, photo));
      const [top, left] = pixels.shape.map(size => (size - side) >> 1);
      const x = pixels.slice([top, left, 0], [side, side, 3]).div(255).expandDims(0);
      lines.push(JSON.stringify({model: name, photo, probabilities: Array.from(network.predict(x).dataSync())}));
      console.log(lines[lines.length - 1]);
    }
  }
  fs.writeFileSync(path.join(TO, 'probabilities.jsonl'), lines.join('\n') + '\n');
}

main().catch(e => { console.error(e); process.exit(1); });
