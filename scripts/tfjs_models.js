// Takes the models out of the npm package nsfwjs, and has TensorFlow.js run them: for check_tfjs_models.py.
//
//   node tfjs_models.js NODE_MODULES OUT PHOTO.jpg ...
//
// For each model OUT gets NAME/model.json with its shards, NAME.in.bin and NAME.out.bin (float32) and NAME.shapes.json.
const fs = require('fs');
const path = require('path');

const [modules, out, ...photos] = process.argv.slice(2);
const load = name => require(path.join(path.resolve(modules), name));
const tf = load('@tensorflow/tfjs');
const jpeg = load('jpeg-js');

const MODELS = {mobilenet_v2: 224, inception_v3: 299};

function unpack(name) {
  const from = path.join(path.resolve(modules), 'nsfwjs/dist/models', name);
  const to = path.join(out, name);
  fs.mkdirSync(to, {recursive: true});
  const model = require(path.join(from, 'model.min.js'));
  const json = model.modelTopology ? model : Object.values(model)[0];
  fs.writeFileSync(path.join(to, 'model.json'), JSON.stringify(json));
  const shards = [];
  for (const group of json.weightsManifest) {
    for (const shard of group.paths) {
      const packed = require(path.join(from, shard + '.min.js'));
      const text = typeof packed === 'string' ? packed : Object.values(packed)[0];
      const bytes = Buffer.from(text, 'base64');
      fs.writeFileSync(path.join(to, shard), bytes);
      shards.push(bytes);
    }
  }
  return {json, bytes: Buffer.concat(shards)};
}

function photo(file, side) {
  const p = jpeg.decode(fs.readFileSync(file), {useTArray: true});
  const rgba = tf.tensor3d(p.data, [p.height, p.width, 4], 'float32');
  return tf.image.resizeBilinear(rgba.slice([0, 0, 0], [p.height, p.width, 3]).div(255), [side, side], true);
}

async function main() {
  for (const [name, side] of Object.entries(MODELS)) {
    const {json, bytes} = unpack(name);
    const data = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
    const specs = json.weightsManifest.flatMap(g => g.weights);
    const model = await tf.loadLayersModel(tf.io.fromMemory({modelTopology: json.modelTopology, weightSpecs: specs, weightData: data}));
    const x = tf.stack(photos.map(f => photo(f, side)));
    const y = model.predict(x);
    fs.writeFileSync(path.join(out, name + '.in.bin'), Buffer.from(x.dataSync().buffer));
    fs.writeFileSync(path.join(out, name + '.out.bin'), Buffer.from(y.dataSync().buffer));
    fs.writeFileSync(path.join(out, name + '.shapes.json'), JSON.stringify([x.shape, y.shape]));
    console.log(name, model.weights.length, 'weights');
  }
}

main().catch(e => { console.error(e); process.exit(1); });
