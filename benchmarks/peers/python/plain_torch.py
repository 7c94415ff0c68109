"""The networks in PyTorch alone, run eagerly."""
import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.checkpoint import checkpoint

import workloads as w


def norm(channels):
    return nn.BatchNorm2d(channels, eps=1.001e-5, momentum=0.01)


class Bottleneck(nn.Module):
    """A residual block whose first convolution strides, as Keras's does."""

    def __init__(self, channels, filters, stride, projected):
        super().__init__()
        wide = 4 * filters
        self.inner = nn.Sequential(
            nn.Conv2d(channels, filters, 1, stride), norm(filters), nn.ReLU(inplace=True),
            nn.Conv2d(filters, filters, 3, padding=1), norm(filters), nn.ReLU(inplace=True),
            nn.Conv2d(filters, wide, 1), norm(wide))
        self.side = nn.Identity()
        if projected:
            self.side = nn.Sequential(nn.Conv2d(channels, wide, 1, stride), norm(wide))

    def forward(self, x):
        return F.relu(self.side(x) + self.inner(x))


def resnet50():
    parts = [nn.Conv2d(3, 64, 7, 2, 3), norm(64), nn.ReLU(inplace=True), nn.MaxPool2d(3, 2, 1)]
    channels = 64
    for stack, count in enumerate((3, 4, 6, 3)):
        filters = 64 << stack
        for i in range(count):
            stride = 2 if i == 0 and stack > 0 else 1
            parts.append(Bottleneck(channels, filters, stride, i == 0))
            channels = 4 * filters
    return nn.Sequential(*parts, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(2048, 1000))


class Encoder(nn.Module):
    """Attention and two dense layers, each added and normalized."""

    def __init__(self, width, heads, inner, activation, epsilon):
        super().__init__()
        self.heads = heads
        self.activation = activation
        self.query = nn.Linear(width, width)
        self.key = nn.Linear(width, width)
        self.value = nn.Linear(width, width)
        self.out = nn.Linear(width, width)
        self.up = nn.Linear(width, inner)
        self.down = nn.Linear(inner, width)
        self.first = nn.LayerNorm(width, epsilon)
        self.second = nn.LayerNorm(width, epsilon)

    def split(self, x):
        return x.unflatten(-1, (self.heads, -1)).transpose(1, 2)

    def forward(self, x):
        a = F.scaled_dot_product_attention(
            self.split(self.query(x)), self.split(self.key(x)), self.split(self.value(x)))
        x = self.first(x + self.out(a.transpose(1, 2).flatten(2)))
        return self.second(x + self.down(self.activation(self.up(x))))


class Transformer(nn.Module):
    def __init__(self):
        super().__init__()
        self.tokens = nn.Embedding(20000, 128)
        self.places = nn.Embedding(200, 128)
        self.encoders = nn.Sequential(*(Encoder(128, 4, 512, F.relu, 1e-6) for _ in range(4)))
        self.top = nn.Linear(128, 2)

    def forward(self, x):
        x = self.tokens(x) + self.places.weight[:x.shape[1]]
        return self.top(self.encoders(x).mean(1))


class Decoder(nn.Module):
    """Causal attention and two dense layers, each normalized before and added."""

    def __init__(self):
        super().__init__()
        self.parts = nn.Linear(768, 3 * 768)
        self.out = nn.Linear(768, 768)
        self.up = nn.Linear(768, 3072)
        self.down = nn.Linear(3072, 768)
        self.first = nn.LayerNorm(768, 1e-5)
        self.second = nn.LayerNorm(768, 1e-5)

    def forward(self, x):
        parts = self.parts(self.first(x)).chunk(3, -1)
        q, k, v = (p.unflatten(-1, (12, 64)).transpose(1, 2) for p in parts)
        a = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.out(a.transpose(1, 2).flatten(2))
        return x + self.down(F.gelu(self.up(self.second(x)), approximate="tanh"))


class Gpt2(nn.Module):
    def __init__(self):
        super().__init__()
        self.tokens = nn.Embedding(50257, 768)
        self.places = nn.Embedding(1024, 768)
        self.decoders = nn.Sequential(*(Decoder() for _ in range(12)))
        self.norm = nn.LayerNorm(768, 1e-5)
        for table in (self.tokens, self.places):
            nn.init.normal_(table.weight, std=0.02)

    def forward(self, x):
        x = self.tokens(x) + self.places.weight
        return F.linear(self.norm(self.decoders(x)), self.tokens.weight)


class Grouped(nn.Module):
    """Attention whose heads share keys, and the gated layers after it, of Llama."""

    def __init__(self):
        super().__init__()
        self.query = nn.Linear(2048, 2048, bias=False)
        self.key = nn.Linear(2048, 512, bias=False)
        self.value = nn.Linear(2048, 512, bias=False)
        self.out = nn.Linear(2048, 2048, bias=False)
        self.gate = nn.Linear(2048, 8192, bias=False)
        self.up = nn.Linear(2048, 8192, bias=False)
        self.down = nn.Linear(8192, 2048, bias=False)
        self.first = nn.RMSNorm(2048, 1e-5)
        self.second = nn.RMSNorm(2048, 1e-5)

    @staticmethod
    def turned(x, cos, sin):
        a, b = x.chunk(2, -1)
        return torch.cat([a * cos - b * sin, b * cos + a * sin], -1)

    def forward(self, x, cos, sin):
        y = self.first(x)
        q, k, v = (
            f(y).unflatten(-1, (-1, 64)).transpose(1, 2) for f in (self.query, self.key, self.value))
        q, k = (self.turned(z, cos.to(z.dtype), sin.to(z.dtype)) for z in (q, k))
        a = F.scaled_dot_product_attention(q, k, v, is_causal=True, enable_gqa=True)
        x = x + self.out(a.transpose(1, 2).flatten(2))
        y = self.second(x)
        return x + self.down(F.silu(self.gate(y)) * self.up(y))


class Decoder1b(nn.Module):
    """Llama 3.2 1B; a block runs again for its gradient."""

    def __init__(self):
        super().__init__()
        self.tokens = nn.Embedding(128256, 2048)
        nn.init.normal_(self.tokens.weight, std=0.02)
        self.blocks = nn.ModuleList(Grouped() for _ in range(16))
        self.norm = nn.RMSNorm(2048, 1e-5)
        turns = torch.outer(torch.arange(4096.0), torch.from_numpy(w.llama_frequencies()))
        self.register_buffer("cos", turns.cos())
        self.register_buffer("sin", turns.sin())

    def forward(self, x):
        x = self.tokens(x)
        for block in self.blocks:
            x = checkpoint(block, x, self.cos, self.sin, use_reentrant=False)
        return F.linear(self.norm(x), self.tokens.weight)


class BertLarge(nn.Module):
    """With two classes, as it is trained for a task."""

    def __init__(self):
        super().__init__()
        self.tokens = nn.Embedding(30522, 1024)
        self.places = nn.Embedding(512, 1024)
        self.segments = nn.Embedding(2, 1024)
        self.norm = nn.LayerNorm(1024, 1e-12)
        self.encoders = nn.Sequential(*(Encoder(1024, 16, 4096, F.gelu, 1e-12) for _ in range(24)))
        self.top = nn.Linear(1024, 1024)
        self.classes = nn.Linear(1024, 2)

    def forward(self, inputs):
        tokens, segments = inputs
        x = self.tokens(tokens) + self.places.weight + self.segments(segments)
        x = self.encoders(self.norm(x))
        return self.classes(torch.tanh(self.top(x[:, 0])))


class Bert(nn.Module):
    def __init__(self):
        super().__init__()
        self.tokens = nn.Embedding(30522, 768)
        self.places = nn.Embedding(512, 768)
        self.segments = nn.Embedding(2, 768)
        self.norm = nn.LayerNorm(768, 1e-12)
        self.encoders = nn.Sequential(*(Encoder(768, 12, 3072, F.gelu, 1e-12) for _ in range(12)))
        self.top = nn.Linear(768, 768)

    def forward(self, inputs):
        tokens, segments = inputs
        x = self.tokens(tokens) + self.places.weight[:tokens.shape[1]] + self.segments(segments)
        x = self.encoders(self.norm(x))
        return x, torch.tanh(self.top(x[:, 0]))


class Recurrent(nn.Module):
    """One of the two biases of PyTorch's LSTM stays zero: Keras has one."""

    def __init__(self):
        super().__init__()
        self.tokens = nn.Embedding(20000, 128)
        self.lstm = nn.LSTM(128, 64, batch_first=True)
        nn.init.zeros_(self.lstm.bias_hh_l0)
        self.lstm.bias_hh_l0.requires_grad_(False)
        self.top = nn.Linear(64, 1)

    def forward(self, x):
        return self.top(self.lstm(self.tokens(x))[0][:, -1])


def network(workload):
    if workload == "mlp_train":
        return nn.Sequential(
            nn.Linear(784, 512), nn.ReLU(), nn.Linear(512, 512), nn.ReLU(), nn.Linear(512, 10))
    if workload == "cnn_train":
        return nn.Sequential(
            nn.Conv2d(1, 32, 3), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2),
            nn.Flatten(), nn.Dropout(0.5), nn.Linear(1600, 10))
    if workload.startswith("resnet50"):
        return resnet50()
    if workload == "transformer_train":
        return Transformer()
    if workload == "gpt2_train":
        return Gpt2()
    if workload == "decoder_1b_train":
        return Decoder1b()
    if workload == "bert_large_train":
        return BertLarge()
    if workload == "bert_base_infer":
        return Bert()
    return Recurrent()


def count(model):
    """Weights, and the statistics of batch normalization."""
    state = [b for name, b in model.named_buffers() if "running" in name]
    state += [p for p in model.parameters() if p.requires_grad]
    return sum(t.numel() for t in state)


class Step:
    """One step on one of a few batches that lie on the device."""

    def __init__(self, options):
        torch.manual_seed(w.SEED)
        self.device = "cuda" if options.device == "gpu" else "cpu"
        self.mixed = options.policy == "mixed_bfloat16"
        self.workload = options.workload
        self.model = network(options.workload).to(self.device)
        self.params = count(self.model)
        x, y = w.data(options.workload, w.POOL * options.batch)
        self.batches = [
            (self.tensor(w.part(x, options.batch, k)), self.tensor(w.part(y, options.batch, k)))
            for k in range(w.POOL)]
        self.training = w.trains(options.workload)
        self.model.train(self.training)
        if options.workload == "resnet50_train":
            self.optimizer = torch.optim.SGD(self.model.parameters(), 0.01, momentum=0.9)
        elif options.workload in w.TOKENS:
            # compiled: run eagerly, it would be a peer that nobody trains with
            self.model = torch.compile(self.model)
            rate = 3e-5 if options.workload == "bert_large_train" else 3e-4
            self.optimizer = torch.optim.AdamW(
                self.model.parameters(), rate, eps=1e-7, weight_decay=0.004, fused=True)
        elif self.training:
            self.optimizer = torch.optim.Adam(self.model.parameters(), 1e-3, eps=1e-7)

    def tensor(self, array):
        if isinstance(array, list):
            return [self.tensor(a) for a in array]
        t = torch.from_numpy(array.copy()).to(self.device)
        if t.dim() == 4:
            t = t.permute(0, 3, 1, 2).contiguous()  # the order of PyTorch's own examples
        return t if t.is_floating_point() else t.long()

    def run(self, k):
        x, y = self.batches[k % w.POOL]
        with torch.autocast(self.device, torch.bfloat16, enabled=self.mixed):
            if not self.training:
                with torch.no_grad():
                    return self.model(x)
            out = self.model(x)
        loss = self.loss(out.float(), y)
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        return loss

    def loss(self, out, y):
        if self.workload == "lstm_train":
            return F.binary_cross_entropy_with_logits(out, y)
        return F.cross_entropy(out.flatten(0, -2), y.flatten())

    @staticmethod
    def peak():
        """The most bytes that tensors on the device ever held."""
        return torch.cuda.max_memory_allocated()

    @staticmethod
    def host(out):
        out = out[0] if isinstance(out, tuple) else out
        return out.detach().float().cpu().numpy()
