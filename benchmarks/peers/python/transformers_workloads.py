"""Language models of Hugging Face's transformers, of random weights made on the device."""
import torch
from transformers import LlamaConfig, LlamaForCausalLM
from transformers.utils import logging

import timing
import workloads as w

logging.set_verbosity_error()
PROMPTS = (128, 2048)
PEAK = 4.8e12  # bytes a second of an H200's memory


def config(workload):
    large = "_8b_" in workload
    return LlamaConfig(
        vocab_size=128256,
        hidden_size=4096 if large else 2048,
        num_hidden_layers=32 if large else 16,
        num_attention_heads=32,
        num_key_value_heads=8,
        intermediate_size=14336 if large else 8192,
        rms_norm_eps=1e-5,
        max_position_embeddings=131072,
        tie_word_embeddings=not large,
        rope_theta=500000.0,
        rope_scaling={
            "rope_type": "llama3", "factor": 8.0 if large else 32.0, "low_freq_factor": 1.0, "rope_theta": 500000.0,
            "high_freq_factor": 4.0, "original_max_position_embeddings": 8192},
        attn_implementation="sdpa")


def network(options, device):
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.bfloat16 if options.policy == "bfloat16" else torch.float32)
    try:
        with torch.device(device):
            return LlamaForCausalLM(config(options.workload))
    finally:
        torch.set_default_dtype(before)


def wait(device):
    if device == "cuda":
        torch.cuda.synchronize()


def measure(options, rows):
    torch.manual_seed(w.SEED)
    device = "cuda" if options.device == "gpu" else "cpu"
    model = None

    def build():
        nonlocal model
        model = network(options, device)

    rows.common["build_s"] = round(timing.first_call(build), 3)
    rows.common["params"] = sum(p.numel() for p in model.parameters())
    if w.trains(options.workload):
        train(model, device, options, rows)
    else:
        for prompt in PROMPTS[:None if device == "cuda" else 1]:
            decode(model, device, prompt, options, rows)


def train(model, device, options, rows):
    x, y = w.data(options.workload, w.POOL * options.batch)
    batches = [
        tuple(torch.from_numpy(w.part(a, options.batch, k).copy()).long().to(device) for a in (x, y))
        for k in range(w.POOL)]
    compiled = torch.compile(model)
    optimizer = torch.optim.AdamW(
        model.parameters(), 3e-4, eps=1e-7, weight_decay=0.004, fused=device == "cuda")

    def step(k):
        x, y = batches[k % w.POOL]
        logits = compiled(input_ids=x).logits
        loss = torch.nn.functional.cross_entropy(logits.float().flatten(0, 1), y.flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return float(loss)

    first = timing.first_call(lambda: step(0))
    times = timing.take(step, 1, options.steps, options.max_seconds)
    tokens = batches[0][0].numel()
    rows.emit(
        times, compile_s=timing.compile_seconds(first, times), loss=round(step(0), 4),
        tokens_per_s=round(tokens * 1e3 / times.median))


def decode(model, device, prompt, options, rows):
    """generate() with a cache of fixed length, whose steps it compiles by itself on a GPU."""
    model.eval()
    count = 256 if device == "cuda" else 32
    ids = ((7 * torch.arange(prompt)[None] + torch.arange(options.batch)[:, None]) % model.config.vocab_size).to(device)

    def generate(n):
        with torch.no_grad():
            out = model.generate(
                ids, attention_mask=torch.ones_like(ids), do_sample=False, min_new_tokens=n, max_new_tokens=n,
                pad_token_id=0, eos_token_id=None, cache_implementation="static" if device == "cuda" else None)
        wait(device)
        return out

    def prefill(_):
        with torch.no_grad():
            model(input_ids=ids, use_cache=True, logits_to_keep=1).logits.argmax(-1).cpu()

    first = timing.first_call(lambda: generate(1 + count))
    reading = timing.take(prefill, 1, options.steps, options.max_seconds / 2)
    one = timing.take(lambda _: generate(1), 1, 5, options.max_seconds / 2, 3)
    whole = timing.take(lambda _: generate(1 + count), 1, options.steps, options.max_seconds, 3)
    times = timing.Times(
        [max(0, t - one.median) / count for t in whole.ms], max(0, whole.cpu_ms - one.cpu_ms) / count)
    read = sum(p.numel() * p.element_size() for p in model.parameters())
    c = model.config
    if not c.tie_word_embeddings:
        read -= model.get_input_embeddings().weight.nbytes
    dim = c.hidden_size // c.num_attention_heads
    size = model.dtype.itemsize
    read += 2 * options.batch * (prompt + count // 2) * c.num_hidden_layers * c.num_key_value_heads * dim * size
    fields = {"h200_bandwidth_share": round(read / (times.median / 1e3) / PEAK, 4)} if device == "cuda" else {}
    rows.emit(
        times, part="" if prompt == PROMPTS[0] else str(prompt), prompt=prompt,
        compile_s=round(first - whole.median / 1e3, 2), prefill_ms=round(reading.median, 3),
        prefill_tokens_per_s=round(options.batch * prompt * 1e3 / reading.median),
        tokens_per_s=round(options.batch * 1e3 / times.median, 2), mb_per_token=round(read / 1e6, 1),
        gb_per_s=round(read / times.median / 1e6, 2), **fields)
