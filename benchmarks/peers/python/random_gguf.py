"""A decoder of random weights as a GGUF file, written without any library: leg_gguf.py FILE Q8_0|Q4_0 V,H,L,NH,KV,I"""
import struct, sys
import numpy as np
F, kind, shape = sys.argv[1:4]
V,H,L,NH,KV,I = map(int, shape.split(','))
num, ts = {'Q8_0': (8,34), 'Q4_0': (2,18)}[kind]
d = H//NH
B=[chr(c) for c in list(range(33,127))+list(range(161,173))+list(range(174,256))+list(range(256,324))]
toks=['<|end|>']+B+['Ġt']+[f'Ġt{i}' for i in range(V-2-len(B))]
def s(x):
    b=x.encode(); return struct.pack('<Q',len(b))+b
kv=[]
def put(k,t,v): kv.append(s(k)+struct.pack('<I',t)+v)
u=lambda k,v: put(k,4,struct.pack('<I',v)); f=lambda k,v: put(k,6,struct.pack('<f',v)); st=lambda k,v: put(k,8,s(v))
st('general.architecture','llama'); u('general.alignment',32)
u('llama.context_length',2048);u('llama.block_count',L);u('llama.embedding_length',H);u('llama.feed_forward_length',I)
u('llama.attention.head_count',NH);u('llama.attention.head_count_kv',KV);u('llama.attention.key_length',d);u('llama.attention.value_length',d);u('llama.rope.dimension_count',d);u('llama.vocab_size',V)
f('llama.attention.layer_norm_rms_epsilon',1e-5);f('llama.rope.freq_base',500000.0)
st('tokenizer.ggml.model','gpt2');st('tokenizer.ggml.pre','gpt-2')
put('tokenizer.ggml.tokens',9,struct.pack('<IQ',8,len(toks))+b''.join(map(s,toks)))
put('tokenizer.ggml.token_type',9,struct.pack('<IQ',5,len(toks))+struct.pack(f'<{len(toks)}i',3,*([1]*(len(toks)-1))))
put('tokenizer.ggml.merges',9,struct.pack('<IQ',8,1)+s('Ġ t'))
u('tokenizer.ggml.eos_token_id',0);u('tokenizer.ggml.bos_token_id',0);put('tokenizer.ggml.add_bos_token',7,b'\0')
ten=[]
q=lambda n,a,b: ten.append((n,(a,b),num)); n1=lambda n: ten.append((n,(H,),0))
q('token_embd.weight',V,H)
for i in range(L):
    b=f'blk.{i}.'; n1(b+'attn_norm.weight');n1(b+'ffn_norm.weight')
    q(b+'attn_q.weight',H,H);q(b+'attn_k.weight',KV*d,H);q(b+'attn_v.weight',KV*d,H);q(b+'attn_output.weight',H,H)
    q(b+'ffn_gate.weight',I,H);q(b+'ffn_up.weight',I,H);q(b+'ffn_down.weight',H,I)
n1('output_norm.weight')
size=lambda sh,t: (sh[0]*4 if t==0 else sh[0]*sh[1]//32*ts)
at=0; info=b''
for n,sh,t in ten:
    info+=s(n)+struct.pack('<I',len(sh))+b''.join(struct.pack('<Q',x) for x in sh[::-1])+struct.pack('<IQ',t,at); at+=(size(sh,t)+31)//32*32
head=b'GGUF'+struct.pack('<IQQ',3,len(ten),len(kv))+b''.join(kv)+info
rng=np.random.default_rng(1)
half=np.frombuffer(np.float16((0.02/73) if ts==34 else 0.02/4.6).tobytes(),np.uint8)
with open(F,'wb') as o:
    o.write(head); o.write(b'\0'*(-len(head)%32))
    for n,sh,t in ten:
        if t==0: o.write(np.ones(sh[0],np.float32).tobytes())
        else:
            raw=rng.integers(0,256,(sh[0]*sh[1]//32,ts),dtype=np.uint8); raw[:,:2]=half; o.write(raw.tobytes())
        o.write(b'\0'*(-size(sh,t)%32))
