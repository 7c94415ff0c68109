"""The networks in JAX alone: a jitted function of a tree of weights."""
import functools
import math

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jax.sharding import Mesh, NamedSharding, PartitionSpec

import workloads as w


class Weights:
    """Makes the weights of a network; `state` holds what training does not differentiate."""

    def __init__(self):
        self.random = np.random.default_rng(w.SEED)
        self.tree = {}
        self.state = {}

    def matrix(self, name, *shape):
        fields = math.prod(shape[:-2])
        limit = math.sqrt(6 / (fields * (shape[-2] + shape[-1])))
        self.tree[name] = self.random.uniform(-limit, limit, shape).astype(np.float32)

    def dense(self, name, inputs, units):
        self.matrix(name + ".kernel", inputs, units)
        self.tree[name + ".bias"] = np.zeros(units, np.float32)

    def conv(self, name, side, inputs, filters, normalized=False):
        self.matrix(name + ".kernel", side, side, inputs, filters)
        self.tree[name + ".bias"] = np.zeros(filters, np.float32)
        if normalized:
            self.scale(name, filters)
            self.state[name + ".mean"] = np.zeros(filters, np.float32)
            self.state[name + ".variance"] = np.ones(filters, np.float32)

    def scale(self, name, width):
        self.tree[name + ".gamma"] = np.ones(width, np.float32)
        self.tree[name + ".beta"] = np.zeros(width, np.float32)

    def table(self, name, count, width):
        self.tree[name] = self.random.uniform(-0.05, 0.05, (count, width)).astype(np.float32)

    def encoder(self, name, width, inner):
        for part in ("query", "key", "value", "out"):
            self.dense(f"{name}.{part}", width, width)
        self.dense(name + ".up", width, inner)
        self.dense(name + ".down", inner, width)
        self.scale(name + ".first", width)
        self.scale(name + ".second", width)


class Pass:
    """One forward pass: weights by name, and the dtype in which it computes."""

    def __init__(self, tree, state, key, training, dtype):
        self.tree = tree
        self.state = state
        self.key = key
        self.training = training
        self.dtype = dtype
        self.updated = dict(state)

    def cast(self, name):
        return self.tree[name].astype(self.dtype)

    def dense(self, name, x):
        return x @ self.cast(name + ".kernel") + self.cast(name + ".bias")

    def conv(self, name, x, stride=1, padding="VALID"):
        y = lax.conv_general_dilated(
            x, self.cast(name + ".kernel"), (stride, stride), padding,
            dimension_numbers=("NHWC", "HWIO", "NHWC"))
        return y + self.cast(name + ".bias")

    def batch_norm(self, name, x):
        x = x.astype(jnp.float32)
        mean, variance = self.state[name + ".mean"], self.state[name + ".variance"]
        if self.training:
            fresh = x.mean((0, 1, 2)), x.var((0, 1, 2))
            self.updated[name + ".mean"] = 0.99 * mean + 0.01 * fresh[0]
            self.updated[name + ".variance"] = 0.99 * variance + 0.01 * fresh[1]
            mean, variance = fresh
        factor = self.tree[name + ".gamma"] * lax.rsqrt(variance + 1.001e-5)
        return ((x - mean) * factor + self.tree[name + ".beta"]).astype(self.dtype)

    def layer_norm(self, name, x, epsilon):
        x = x.astype(jnp.float32)
        x = (x - x.mean(-1, keepdims=True)) * lax.rsqrt(x.var(-1, keepdims=True) + epsilon)
        return (x * self.tree[name + ".gamma"] + self.tree[name + ".beta"]).astype(self.dtype)

    def decoder(self, name, x, heads, implementation):
        y = self.layer_norm(name + ".first", x, 1e-5)

        def split(part):
            return self.dense(f"{name}.{part}", y).reshape(*y.shape[:2], heads, -1)

        a = jax.nn.dot_product_attention(
            split("query"), split("key"), split("value"), is_causal=True,
            implementation=implementation)
        x = x + self.dense(name + ".out", a.reshape(x.shape))
        y = self.layer_norm(name + ".second", x, 1e-5)
        y = jax.nn.gelu(self.dense(name + ".up", y), approximate=True)
        return x + self.dense(name + ".down", y)

    def rms_norm(self, name, x):
        x = x.astype(jnp.float32)
        x = x * lax.rsqrt((x * x).mean(-1, keepdims=True) + 1e-5)
        return (x * self.tree[name]).astype(self.dtype)

    def grouped(self, name, x, turns, implementation):
        """Attention whose heads share keys, and the gated layers after it, of Llama."""
        y = self.rms_norm(name + ".first", x)

        def split(part):
            z = y @ self.cast(f"{name}.{part}")
            return z.reshape(*y.shape[:2], -1, 64)

        a = jax.nn.dot_product_attention(
            turned(split("query"), turns), turned(split("key"), turns), split("value"),
            is_causal=True, implementation=implementation)
        x = x + a.reshape(x.shape) @ self.cast(name + ".out")
        y = self.rms_norm(name + ".second", x)
        y = jax.nn.silu(y @ self.cast(name + ".gate")) * (y @ self.cast(name + ".up"))
        return x + y @ self.cast(name + ".down")

    def fused(self):
        """cuDNN's attention where there is one: GPUs, in half precision."""
        return "cudnn" if jax.default_backend() == "gpu" and self.dtype == jnp.bfloat16 else None

    def encoder(self, name, x, heads, activation, epsilon, fused=False):
        size = x.shape[-1] // heads

        def split(part):
            return self.dense(f"{name}.{part}", x).reshape(*x.shape[:2], heads, size)

        if fused:
            a = jax.nn.dot_product_attention(
                split("query"), split("key"), split("value"), implementation=self.fused())
            a = a.reshape(x.shape)
        else:
            scores = jnp.einsum("bqhs,bkhs->bhqk", split("query"), split("key")) / math.sqrt(size)
            shares = jax.nn.softmax(scores.astype(jnp.float32)).astype(self.dtype)
            a = jnp.einsum("bhqk,bkhs->bqhs", shares, split("value")).reshape(x.shape)
        x = self.layer_norm(name + ".first", x + self.dense(name + ".out", a), epsilon)
        y = self.dense(name + ".down", activation(self.dense(name + ".up", x)))
        return self.layer_norm(name + ".second", x + y, epsilon)


def pooled(x, side, stride):
    return lax.reduce_window(
        x, -jnp.inf, lax.max, (1, side, side, 1), (1, stride, stride, 1), "VALID")


def perceptron(weights):
    weights.dense("one", 784, 512)
    weights.dense("two", 512, 512)
    weights.dense("top", 512, 10)

    def forward(p, x):
        x = jax.nn.relu(p.dense("one", x.astype(p.dtype)))
        return p.dense("top", jax.nn.relu(p.dense("two", x)))

    return forward


def convolutional(weights):
    weights.conv("one", 3, 1, 32)
    weights.conv("two", 3, 32, 64)
    weights.dense("top", 1600, 10)

    def forward(p, x):
        for name in ("one", "two"):
            x = pooled(jax.nn.relu(p.conv(name, x.astype(p.dtype))), 2, 2)
        x = x.reshape(x.shape[0], -1)
        kept = jax.random.bernoulli(p.key, 0.5, x.shape)
        return p.dense("top", jnp.where(kept, 2 * x, 0))

    return forward


def resnet50(weights):
    weights.conv("stem", 7, 3, 64, True)
    blocks = []
    channels = 64
    for stack, count in enumerate((3, 4, 6, 3)):
        filters = 64 << stack
        for i in range(count):
            name = f"{stack}.{i}"
            if i == 0:
                weights.conv(name + ".side", 1, channels, 4 * filters, True)
            weights.conv(name + ".one", 1, channels, filters, True)
            weights.conv(name + ".two", 3, filters, filters, True)
            weights.conv(name + ".three", 1, filters, 4 * filters, True)
            blocks.append((name, 2 if i == 0 and stack > 0 else 1, i == 0))
            channels = 4 * filters
    weights.dense("top", 2048, 1000)

    def forward(p, x):
        def normal(name, x, stride=1, padding="VALID"):
            return p.batch_norm(name, p.conv(name, x, stride, padding))

        x = jax.nn.relu(normal("stem", x.astype(p.dtype), 2, [(3, 3), (3, 3)]))
        x = pooled(jnp.pad(x, [(0, 0), (1, 1), (1, 1), (0, 0)]), 3, 2)
        for name, stride, projected in blocks:
            side = normal(name + ".side", x, stride) if projected else x
            x = jax.nn.relu(normal(name + ".one", x, stride))
            x = jax.nn.relu(normal(name + ".two", x, 1, "SAME"))
            x = jax.nn.relu(side + normal(name + ".three", x))
        return p.dense("top", x.mean((1, 2)))

    return forward


def recurrent(weights):
    weights.table("tokens", 20000, 128)
    weights.matrix("inputs", 128, 256)
    weights.matrix("states", 64, 256)
    weights.tree["bias"] = np.zeros(256, np.float32)
    weights.dense("top", 64, 1)

    def forward(p, x):
        sums = p.cast("tokens")[x] @ p.cast("inputs") + p.cast("bias")

        def step(carry, row):
            h, c = carry
            i, f, g, o = jnp.split(row + h @ p.cast("states"), 4, axis=-1)
            c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
            return (jax.nn.sigmoid(o) * jnp.tanh(c), c), None

        zeros = jnp.zeros((x.shape[0], 64), p.dtype)
        (h, _), _ = lax.scan(step, (zeros, zeros), sums.swapaxes(0, 1))
        return p.dense("top", h)

    return forward


def transformer(weights):
    weights.table("tokens", 20000, 128)
    weights.table("places", 200, 128)
    for i in range(4):
        weights.encoder(str(i), 128, 512)
    weights.dense("top", 128, 2)

    def forward(p, x):
        x = p.cast("tokens")[x] + p.cast("places")[:x.shape[1]]
        for i in range(4):
            x = p.encoder(str(i), x, 4, jax.nn.relu, 1e-6)
        return p.dense("top", x.mean(1))

    return forward


def gpt2(weights):
    weights.table("tokens", 50257, 768)
    weights.table("places", 1024, 768)
    for i in range(12):
        weights.encoder(str(i), 768, 3072)
    weights.scale("norm", 768)

    def forward(p, x):
        x = p.cast("tokens")[x] + p.cast("places")
        for i in range(12):
            x = p.decoder(str(i), x, 12, p.fused())
        return p.layer_norm("norm", x, 1e-5) @ p.cast("tokens").T

    return forward


def turned(x, turns):
    """Pairs of a head's numbers, turned by angles that grow with the place."""
    cos, sin = (f(turns)[None, :, None].astype(x.dtype) for f in (jnp.cos, jnp.sin))
    a, b = jnp.split(x, 2, -1)
    return jnp.concatenate([a * cos - b * sin, b * cos + a * sin], -1)


def decoder_1b(weights):
    """Llama 3.2 1B; a block runs again for its gradient."""
    weights.table("tokens", 128256, 2048)
    for i in range(16):
        for part, inputs, units in (
                ("query", 2048, 2048), ("key", 2048, 512), ("value", 2048, 512),
                ("out", 2048, 2048), ("gate", 2048, 8192), ("up", 2048, 8192),
                ("down", 8192, 2048)):
            weights.matrix(f"{i}.{part}", inputs, units)
        weights.tree[f"{i}.first"] = np.ones(2048, np.float32)
        weights.tree[f"{i}.second"] = np.ones(2048, np.float32)
    weights.tree["norm"] = np.ones(2048, np.float32)

    def forward(p, x):
        turns = jnp.outer(jnp.arange(x.shape[1]), w.llama_frequencies())
        x = p.cast("tokens")[x]
        for i in range(16):
            x = jax.checkpoint(functools.partial(p.grouped, str(i), implementation=p.fused()))(
                x, turns)
        return p.rms_norm("norm", x) @ p.cast("tokens").T

    return forward


def bert_large(weights):
    """With two classes, as it is trained for a task."""
    weights.table("tokens", 30522, 1024)
    weights.table("places", 512, 1024)
    weights.table("segments", 2, 1024)
    weights.scale("norm", 1024)
    for i in range(24):
        weights.encoder(str(i), 1024, 4096)
    weights.dense("top", 1024, 1024)
    weights.dense("classes", 1024, 2)
    gelu = functools.partial(jax.nn.gelu, approximate=False)

    def forward(p, inputs):
        tokens, segments = inputs
        x = p.cast("tokens")[tokens] + p.cast("places") + p.cast("segments")[segments]
        x = p.layer_norm("norm", x, 1e-12)
        for i in range(24):
            x = p.encoder(str(i), x, 16, gelu, 1e-12, True)
        return p.dense("classes", jnp.tanh(p.dense("top", x[:, 0])))

    return forward


def bert(weights):
    weights.table("tokens", 30522, 768)
    weights.table("places", 512, 768)
    weights.table("segments", 2, 768)
    weights.scale("norm", 768)
    for i in range(12):
        weights.encoder(str(i), 768, 3072)
    weights.dense("top", 768, 768)
    gelu = functools.partial(jax.nn.gelu, approximate=False)

    def forward(p, inputs):
        tokens, segments = inputs
        x = p.cast("tokens")[tokens] + p.cast("places")[:tokens.shape[1]]
        x = p.layer_norm("norm", x + p.cast("segments")[segments], 1e-12)
        for i in range(12):
            x = p.encoder(str(i), x, 12, gelu, 1e-12)
        return x, jnp.tanh(p.dense("top", x[:, 0]))

    return forward


NETWORKS = {
    "mlp_train": perceptron,
    "cnn_train": convolutional,
    "resnet50_infer": resnet50,
    "resnet50_train": resnet50,
    "lstm_train": recurrent,
    "transformer_train": transformer,
    "gpt2_train": gpt2,
    "decoder_1b_train": decoder_1b,
    "bert_large_train": bert_large,
    "bert_base_infer": bert,
}


class Division:
    """How a step is divided among devices: by the rules of Division.java."""

    def __init__(self, options):
        group = {"model2": 2, "model4": 4}.get(options.division, 1)
        devices = np.array(jax.devices()[:options.devices]).reshape(-1, group)
        self.mesh = Mesh(devices, ("batch", "model"))
        self.kind = options.division
        self.group = group

    def laid(self, rank, at, axis):
        axes = [None] * rank
        if at is not None:
            axes[at] = axis
        return NamedSharding(self.mesh, PartitionSpec(*axes))

    def weight(self, v):
        if self.group == 1 or v.ndim < 2:
            return self.laid(v.ndim, None, None)
        if v.ndim == 2:
            at = 1 if v.shape[1] >= v.shape[0] else 0
        else:
            at = v.ndim - 1
        return self.laid(v.ndim, at if v.shape[at] % self.group == 0 else None, "model")

    def slot(self, v):
        if self.kind != "zero":
            return self.weight(v)
        n = self.mesh.shape["batch"]
        at = next((i for i, d in enumerate(v.shape) if d % n == 0), None)
        return self.laid(v.ndim, at, "batch")

    def samples(self, v):
        return self.laid(v.ndim, 0, "batch")

    def held(self, held):
        """Weights, statistics, slots, count and key of a training, laid out."""
        tree, state, slots, count, key = held
        whole = NamedSharding(self.mesh, PartitionSpec())
        return (
            jax.tree.map(self.weight, tree), jax.tree.map(lambda v: whole, state),
            jax.tree.map(self.slot, slots), whole, whole)


class Step:
    """One step on one of a few batches that lie on the device; training gives its state away."""

    def __init__(self, options):
        self.dtype = jnp.bfloat16 if options.policy == "mixed_bfloat16" else jnp.float32
        self.workload = options.workload
        self.random = np.random.default_rng(w.SEED)
        weights = Weights()
        self.forward = NETWORKS[options.workload](weights)
        both = {**weights.tree, **weights.state}
        self.params = sum(v.size for v in both.values())
        tree, state = jax.device_put((weights.tree, weights.state))
        x, y = w.data(options.workload, w.POOL * options.batch)
        self.batches = [
            jax.device_put((w.part(x, options.batch, k), w.part(y, options.batch, k)))
            for k in range(w.POOL)]
        if w.trains(options.workload):
            slots = jax.tree.map(jnp.zeros_like, tree), jax.tree.map(jnp.zeros_like, tree)
            self.held = (tree, state, slots, jnp.zeros(()), jax.random.key(0))
            update = UPDATES.get(options.workload, adam)
            more = {}
            if options.devices > 1:
                division = Division(options)
                layouts = division.held(self.held)
                self.held = jax.device_put(self.held, layouts)
                self.batches = [
                    jax.device_put(b, jax.tree.map(division.samples, b)) for b in self.batches]
                more = {"out_shardings": (None, layouts)}
            self.step = jax.jit(functools.partial(self.train, update), donate_argnums=0, **more)
        else:
            self.held = None
            infer = jax.jit(lambda t, s, x: self.forward(Pass(t, s, None, False, self.dtype), x))
            self.step = functools.partial(infer, tree, state)

    def run(self, k):
        x, y = self.batches[k % w.POOL]
        if self.held is None:
            return self.step(x)
        loss, self.held = self.step(self.held, x, y)
        return loss

    def epoch(self, x, y, batch):
        """Steps on all rows of arrays on the host, in a new order; nobody waits for one of them."""
        order = self.random.permutation(len(y))
        for k in range(0, len(y), batch):
            rows = order[k:k + batch]
            part = [a[rows] for a in x] if isinstance(x, list) else x[rows]
            loss, self.held = self.step(self.held, *jax.device_put((part, y[rows])))
        return loss

    def train(self, update, held, x, y):
        tree, state, slots, count, key = held
        key, used = jax.random.split(key)

        def loss(tree):
            p = Pass(tree, state, used, True, self.dtype)
            return self.loss(self.forward(p, x).astype(jnp.float32), y), p.updated

        (value, state), gradients = jax.value_and_grad(loss, has_aux=True)(tree)
        tree, slots = update(tree, gradients, slots, count + 1)
        return value, (tree, state, slots, count + 1, key)

    def loss(self, out, y):
        if self.workload == "lstm_train":
            return (jax.nn.softplus(out) - out * y).mean()
        return -jnp.take_along_axis(jax.nn.log_softmax(out), y[..., None], axis=-1).mean()

    @staticmethod
    def peak():
        """The most bytes that the device ever held."""
        return jax.local_devices()[0].memory_stats()["peak_bytes_in_use"]

    @staticmethod
    def host(out):
        return np.asarray(out[0] if isinstance(out, tuple) else out, np.float32)


def momentum(tree, gradients, slots, count):
    speed = jax.tree.map(lambda s, g: 0.9 * s - 0.01 * g, slots[0], gradients)
    return jax.tree.map(jnp.add, tree, speed), (speed, slots[1])


def adamw(tree, gradients, slots, count, rate=3e-4):
    kept = jax.tree.map(lambda p: p * (1 - rate * 0.004), tree)
    return adam(kept, gradients, slots, count, rate)


def adam(tree, gradients, slots, count, rate=1e-3):
    first = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, slots[0], gradients)
    second = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, slots[1], gradients)
    rate = rate * jnp.sqrt(1 - 0.999**count) / (1 - 0.9**count)
    tree = jax.tree.map(
        lambda p, m, v: p - rate * m / (jnp.sqrt(v) + 1e-7), tree, first, second)
    return tree, (first, second)


UPDATES = {
    "resnet50_train": momentum,
    "gpt2_train": adamw,
    "decoder_1b_train": adamw,
    "bert_large_train": functools.partial(adamw, rate=3e-5),
}
