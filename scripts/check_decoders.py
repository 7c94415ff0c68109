"""Makes tiny language models with random weights by Hugging Face's transformers, and what they compute: logits, gradients of
one step of training, 200 tokens of greedy continuation, the tokens that limits of sampling leave.

    python scripts/check_decoders.py hub/src/test/resources/decoders            the models that DecodersTest reads
    python scripts/check_decoders.py /tmp/decoders --large                      larger ones; then
    ./mvnw test -pl hub -am -Dtest=DecodersTest -Dkeras4j.decoders=/tmp/decoders

Needs transformers, torch, safetensors, tokenizers and gguf.
"""

import argparse
import json
import pathlib

import gguf
import numpy as np
import torch
import transformers
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers.modeling_rope_utils import ROPE_INIT_FUNCTIONS

TEXT = [
    "the cat sat on the mat, and the dog sat on the log.",
    "a man, a plan, a canal: panama!",
    "to be, or not to be: that is the question.",
    "she sells sea shells by the sea shore.",
    "it was the best of times, it was the worst of times",
]
GGUF = [("llama3", "llama"), ("qwen3", "qwen3"), ("qwen3_moe", "qwen3moe"), ("mixtral", "llama")]
PROMPTS = ["the cat sat", "to be, or not to be: that is", "a"]


def tokenizer(size):
    t = Tokenizer(models.BPE())
    t.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    t.decoder = decoders.ByteLevel()
    t.train_from_iterator(TEXT, trainers.BpeTrainer(vocab_size=size, special_tokens=["<|end|>"]))
    return t


def configs(large):
    k = 4 if large else 1
    base = dict(
        vocab_size=64,
        hidden_size=16 * k,
        intermediate_size=24 * k,
        num_hidden_layers=2 * k,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=512,
        initializer_range=0.4 / k,
        bos_token_id=None,
        eos_token_id=0,
        pad_token_id=0,
    )

    def rope(theta=10000.0, **scaling):
        return dict(rope_parameters=dict(rope_theta=theta, **(scaling or dict(rope_type="default"))))

    llama3 = dict(
        rope_type="llama3",
        factor=8.0,
        low_freq_factor=1.0,
        high_freq_factor=4.0,
        original_max_position_embeddings=32,
    )
    yarn = dict(rope_type="yarn", factor=4.0, original_max_position_embeddings=64)
    full = "full_attention"
    slide = "sliding_attention"
    gemma_layers = ([slide, slide, full] * k)[: 3 * k]
    return {
        "llama3": transformers.LlamaConfig(
            **base, **rope(500000.0, **llama3), head_dim=16, rms_norm_eps=1e-5, tie_word_embeddings=True
        ),
        "llama_bias": transformers.LlamaConfig(
            **base, **rope(10000.0, rope_type="linear", factor=2.0), attention_bias=True, mlp_bias=True
        ),
        "mistral": transformers.MistralConfig(**base, **rope(), sliding_window=8),
        "qwen2": transformers.Qwen2Config(
            **base, **rope(1e6, **yarn), use_sliding_window=True, sliding_window=8, max_window_layers=1
        ),
        "qwen3": transformers.Qwen3Config(**base, **rope(1e6), head_dim=12),
        "qwen3_moe": transformers.Qwen3MoeConfig(
            **base,
            **rope(1e6),
            head_dim=12,
            num_experts=6,
            num_experts_per_tok=2,
            moe_intermediate_size=12 * k,
            norm_topk_prob=True,
        ),
        "qwen3_some_moe": transformers.Qwen3MoeConfig(
            **base,
            **rope(1e6),
            head_dim=12,
            num_experts=5,
            num_experts_per_tok=2,
            moe_intermediate_size=12 * k,
            norm_topk_prob=False,
            decoder_sparse_step=2,
        ),
        "mixtral": transformers.MixtralConfig(
            **base, **rope(1e6), num_local_experts=4, num_experts_per_tok=2, sliding_window=None
        ),
        "gemma3": transformers.Gemma3TextConfig(
            **{**base, "num_hidden_layers": 3 * k},
            head_dim=12,
            query_pre_attn_scalar=20,
            sliding_window=8,
            layer_types=gemma_layers,
            final_logit_softcapping=5.0,
            rope_parameters={
                full: dict(rope_theta=1e6, rope_type="linear", factor=8.0),
                slide: dict(rope_theta=10000.0, rope_type="default"),
            },
        ),
        "gemma2": transformers.Gemma2Config(
            **base,
            **rope(),
            head_dim=12,
            query_pre_attn_scalar=20,
            sliding_window=8,
            attn_logit_softcapping=3.0,
            final_logit_softcapping=5.0,
        ),
        "gpt2": transformers.GPT2Config(
            vocab_size=64,
            n_positions=256,
            n_embd=16 * k,
            n_layer=2 * k,
            n_head=4,
            resid_pdrop=0.0,
            embd_pdrop=0.0,
            attn_pdrop=0.0,
            initializer_range=0.4 / k,
            bos_token_id=None,
            eos_token_id=0,
        ),
    }


def gradients(model, folder):
    """Gradients by the names of files, where the experts of the library's one parameter lie apart."""
    saved = {v.float().numpy().tobytes(): k for k, v in load_file(folder / "model.safetensors").items()}
    out = {}
    for key, p in model.named_parameters():
        value, grad = p.detach(), p.grad.detach()
        name = saved.get(value.numpy().tobytes())
        if name:
            out["gradient." + name] = grad
            continue
        for v, g in zip(value, grad):
            halves = [(v, g)]
            if v.contiguous().numpy().tobytes() not in saved:
                halves = list(zip(v.chunk(2), g.chunk(2)))
            for a, b in halves:
                out["gradient." + saved[a.contiguous().numpy().tobytes()]] = b.clone()
    return out


def contrastive(model, prompt, width, alpha, count):
    """Contrastive search (Su et al. 2022) in plain words: no cache, every text read anew."""

    def read(ids):
        with torch.no_grad():
            out = model(ids, output_hidden_states=True, use_cache=False)
        vectors = torch.nn.functional.normalize(out.hidden_states[-1], dim=-1)
        return vectors, torch.softmax(out.logits[:, -1], -1)

    ids = prompt
    vectors, likely = read(ids)
    vectors, likely = vectors[0], likely[0]
    for _ in range(count):
        p, tokens = likely.topk(width)
        all_vectors, after = read(torch.cat([ids.repeat(width, 1), tokens[:, None]], 1))
        own = all_vectors[:, -1]
        best = int(((1 - alpha) * p - alpha * (own @ vectors.T).max(-1).values).argmax())
        ids = torch.cat([ids, tokens[None, best : best + 1]], 1)
        vectors, likely = torch.cat([vectors, own[best : best + 1]]), after[best]
    return ids[0, prompt.shape[1] :].int()


def record(name, config, folder, tok):
    torch.manual_seed(sum(map(ord, name)))
    config._attn_implementation = "eager"
    model = transformers.AutoModelForCausalLM.from_config(config).float().eval()
    with torch.no_grad():  # norms and biases start as ones and zeros, which would hide them
        for p in model.parameters():
            if p.ndim == 1:
                p.add_(torch.randn_like(p) * 0.2)
    target = folder / name
    target.mkdir(parents=True, exist_ok=True)
    model.save_pretrained(target)
    tok.save(str(target / "tokenizer.json"))
    golden = {}
    tokens = torch.randint(1, config.vocab_size, (2, 24))
    golden["tokens"] = tokens.int()
    logits = model(tokens).logits
    golden["logits"] = logits.detach().float()
    loss = torch.nn.functional.cross_entropy(
        logits[:, :-1].reshape(-1, config.vocab_size), tokens[:, 1:].reshape(-1)
    )
    loss.backward()
    golden["loss"] = loss.detach()
    golden.update(gradients(model, target))
    greedy = dict(do_sample=False, max_new_tokens=200, eos_token_id=None, pad_token_id=0, use_cache=True)
    model.generation_config.eos_token_id = None
    lines = []
    for i, prompt in enumerate(PROMPTS):
        ids = torch.tensor([tok.encode(prompt).ids])
        out = model.generate(ids, attention_mask=torch.ones_like(ids), **greedy)[0]
        golden[f"greedy.{i}"] = out[ids.shape[1] :].int()
        beams = model.generate(
            ids, attention_mask=torch.ones_like(ids), **{**greedy, "max_new_tokens": 30, "eos_token_id": 5},
            num_beams=4, length_penalty=0.7,
        )[0]
        golden[f"beams.{i}"] = beams[ids.shape[1] :].int()
        golden[f"contrastive.{i}"] = contrastive(model, ids, 4, 0.6, 40)
        # the first 40 tokens as text, up to the token that ends texts
        new = out[ids.shape[1] : ids.shape[1] + 40].tolist()
        new = new[: new.index(0)] if 0 in new else new
        prefix = tok.decode(ids[0].tolist())
        lines.append(dict(prompt=prompt, text=tok.decode(ids[0].tolist() + new)[len(prefix) :], tokens=len(new)))
    save_file({k: v.contiguous() for k, v in golden.items()}, target / "golden.safetensors")
    (target / "texts.json").write_text(json.dumps(lines, indent=1))
    print(name, sum(p.numel() for p in model.parameters()), "parameters")


def samplers(folder):
    """Which tokens the limits of sampling leave, and how likely each is then."""
    torch.manual_seed(3)
    logits = torch.randn(6, 50) * 3
    golden = {"logits": logits}
    cases = []
    for i, (temperature, k, p, m) in enumerate(
        [(1.0, 0, 1.0, 0.0), (0.7, 10, 1.0, 0.0), (1.3, 0, 0.8, 0.0), (1.0, 0, 1.0, 0.1), (2.0, 20, 0.9, 0.05)]
    ):
        x = logits / temperature
        if k:
            x = transformers.TopKLogitsWarper(k)(None, x)
        if p < 1:
            x = transformers.TopPLogitsWarper(p)(None, x)
        if m:
            x = transformers.MinPLogitsWarper(m)(None, x)
        golden[f"probabilities.{i}"] = torch.softmax(x, -1)
        cases.append(dict(temperature=temperature, top_k=k, top_p=p, min_p=m))
    target = folder / "samplers"
    target.mkdir(parents=True, exist_ok=True)
    save_file(golden, target / "golden.safetensors")
    (target / "cases.json").write_text(json.dumps(cases, indent=1))


def gguf_types(folder):
    """Arrays of every type that is read, and what the wheel gguf makes of them."""
    rng = np.random.default_rng(5)
    writer = gguf.GGUFWriter(folder / "types.gguf", "none")
    writer.add_string("a.text", "größe")
    writer.add_array("a.list", [1, 2, 3])
    writer.add_float32("a.number", 0.5)
    writer.add_bool("a.flag", True)
    kinds = gguf.GGMLQuantizationType
    golden = {}
    floats = (rng.standard_normal((3, 256)) * 2).astype(np.float32)
    for kind in [kinds.F32, kinds.F16, kinds.BF16, kinds.Q8_0, kinds.Q4_0, kinds.Q4_K, kinds.Q6_K]:
        if kind in (kinds.Q4_K, kinds.Q6_K):  # the wheel cannot make these: any bytes are some, but for their scales
            raw = rng.integers(0, 256, (3, gguf.GGML_QUANT_SIZES[kind][1]), dtype=np.uint8)
            halves = np.array([0.01, 0.02], np.float16).view(np.uint8)
            if kind == kinds.Q4_K:
                raw[:, :4] = halves
            else:
                raw[:, -2:] = halves[:2]
        else:
            raw = gguf.quantize(floats, kind)
        writer.add_tensor(kind.name, raw, raw_dtype=kind)
        golden[kind.name] = torch.tensor(gguf.dequantize(raw, kind).astype(np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    save_file(golden, folder / "types.safetensors")


def joined(weights):
    """The kernels of experts as llama.cpp has them: one array for all."""
    out, parts = {}, {}
    for name, value in weights.items():
        before, _, rest = name.partition(".experts.")
        number, _, rest = rest.partition(".")
        if number:
            parts.setdefault(f"{before}.experts.{rest}", {})[int(number)] = value
        else:
            out[name] = value
    for name, numbered in parts.items():
        out[name] = torch.stack([numbered[i] for i in range(len(numbered))])
    return out


def gguf_model(source, target, architecture):
    """A recorded model as llama.cpp's converter writes it: heads of llamas in pairs, norms of Gemma with one added."""
    config = json.loads((source / "config.json").read_text())
    weights = load_file(source / "model.safetensors")
    writer = gguf.GGUFWriter(target, architecture)
    heads, shared = config["num_attention_heads"], config["num_key_value_heads"]
    dim = config.get("head_dim") or config["hidden_size"] // heads
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_head_count(heads)
    writer.add_head_count_kv(shared)
    writer.add_key_length(dim)
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
    experts = config.get("num_experts") or config.get("num_local_experts")
    if experts:
        weights = joined(weights)
        writer.add_expert_count(experts)
        writer.add_expert_used_count(config["num_experts_per_tok"])
        writer.add_expert_feed_forward_length(config.get("moe_intermediate_size") or config["intermediate_size"])
    rope = config["rope_parameters"]
    writer.add_rope_freq_base(rope["rope_theta"])
    if rope["rope_type"] == "llama3":
        frequencies, _ = ROPE_INIT_FUNCTIONS["llama3"](transformers.AutoConfig.from_pretrained(source), "cpu")
        plain = 1.0 / rope["rope_theta"] ** (torch.arange(0, dim, 2).float() / dim)
        writer.add_tensor("rope_freqs.weight", (plain / frequencies).numpy())
    mapping = gguf.get_tensor_name_map(gguf.MODEL_ARCH[architecture.upper()], config["num_hidden_layers"])
    for name, value in weights.items():
        if architecture == "llama" and ("q_proj" in name or "k_proj" in name):
            n = heads if "q_proj" in name else shared
            value = value.reshape(n, 2, value.shape[0] // n // 2, *value.shape[1:]).swapaxes(1, 2).reshape(value.shape)
        writer.add_tensor(mapping.get_name(name, (".weight", ".bias")), value.contiguous().numpy())
    model = json.loads((source / "tokenizer.json").read_text())["model"]
    tokens = sorted(model["vocab"], key=model["vocab"].get)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list(tokens)
    writer.add_token_types([3 if i == 0 else 1 for i in range(len(tokens))])
    writer.add_token_merges([" ".join(m) for m in model["merges"]])
    writer.add_eos_token_id(0)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--large", action="store_true")
    parser.add_argument("--only", nargs="*", help="names of models; nothing else is made then")
    args = parser.parse_args()
    tok = tokenizer(64)
    for name, config in configs(args.large).items():
        if not args.only or name in args.only:
            record(name, config, args.folder, tok)
    if args.only:
        return
    samplers(args.folder)
    gguf_types(args.folder)
    for name, architecture in GGUF:
        gguf_model(args.folder / name, args.folder / f"{name}.gguf", architecture)


main()
