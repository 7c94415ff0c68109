package org.keras4j.backend.pytorch.claims;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.global.torch;
import org.keras4j.backend.pytorch.script.Script;
import org.keras4j.backend.pytorch.script.Term;
import org.keras4j.core.DType;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.primitive.Attributes;
import org.keras4j.core.primitive.Composites;

/** Products with weights, whole or by rows. */
final class AffineClaims {
  static final Map<String, Claim> ALL = new HashMap<>();

  private static final boolean IS_AVX512 =
      torch.get_cpu_capability().getString().equals("AVX512");

  static {
    ALL.put(Composites.DENSE.name(), new Dense());
    ALL.put(Composites.DENSE.backward(), new DenseBackward());
    ALL.put(Composites.EMBEDDING.name(), new Embedding());
    ALL.put(Composites.EMBEDDING.backward(), new EmbeddingBackward());
    ALL.put(Composites.PACKED_DENSE.name(), new PackedDense());
  }

  private AffineClaims() {}

  /** The array as a matrix of rows. */
  private static String rows(String n, TensorSpec x, Script s) {
    if (x.rank() == 2) {
      return n;
    }
    long width = x.dim(-1);
    return "torch.reshape(" + n + ", [" + s.size(x.shape().size() / width) + ", " + s.size(width)
        + "])";
  }

  private static Term shaped(String matrix, TensorSpec out, Script s) {
    return out.rank() == 2
        ? Term.of(matrix, out)
        : Term.of(s.view("torch.view(" + matrix + ", " + s.sizes(out.shape()) + ")", matrix), out);
  }

  private static final class Dense implements Claim {
    @Override
    public boolean accepts(Attributes a, List<TensorSpec> in) {
      return in.get(0).dtype().isFloat();
    }

    @Override
    public List<Term> write(Call call) {
      Script s = call.script();
      String x = rows(call.full(0), call.in(0), s);
      String product = call.attributes().get(Composites.BIAS)
          ? "torch.addmm(" + call.full(2) + ", " + x + ", " + call.full(1) + ")"
          : "torch.mm(" + x + ", " + call.full(1) + ")";
      return List.of(shaped(s.let(product), call.out(0), s));
    }
  }

  private static final class DenseBackward implements Claim {
    @Override
    public boolean accepts(Attributes a, List<TensorSpec> in) {
      return in.get(0).dtype().isFloat();
    }

    @Override
    public boolean reads(int input, int inputs) {
      return input < 2 || input == inputs - 1;
    }

    @Override
    public List<Term> write(Call call) {
      Script s = call.script();
      int last = call.inputs() - 1;
      String dy = rows(call.full(last), call.in(last), s);
      List<Term> out = new ArrayList<>();
      if (call.isWanted(0)) {
        String dx = s.let("torch.mm(" + dy + ", torch.t(" + call.full(1) + "))");
        out.add(shaped(dx, call.out(0), s));
      } else {
        out.add(call.unwanted(0));
      }
      if (call.isWanted(1)) {
        String x = rows(call.full(0), call.in(0), s);
        out.add(call.result(s.let("torch.mm(torch.t(" + x + "), " + dy + ")"), 1));
      } else {
        out.add(call.unwanted(1));
      }
      if (call.attributes().get(Composites.BIAS)) {
        out.add(
            call.isWanted(2)
                ? call.result(s.let("torch.sum(" + dy + ", [0], False)"), 2)
                : call.unwanted(2));
      }
      return out;
    }
  }

  /** On the CPU an index that is no row is an error; a GPU would be lost by it, so there it gives NaN. */
  private static final class Embedding implements Claim {
    @Override
    public boolean accepts(Attributes a, List<TensorSpec> in) {
      return in.get(0).dtype().isFloat() && in.get(0).rank() == 2;
    }

    @Override
    public List<Term> write(Call call) {
      Script s = call.script();
      if (!s.isCpu()) {
        return call.body();
      }
      return List.of(
          call.result(s.let("torch.embedding(" + call.full(0) + ", " + call.full(1) + ")"), 0));
    }
  }

  /** The kernel for AVX-512 reads the integers as they lie; those for other processors want them in another order. */
  private static final class PackedDense implements Claim {
    @Override
    public boolean accepts(Attributes a, List<TensorSpec> in) {
      TensorSpec scales = in.get(2);
      long group = in.get(1).dim(1) / scales.dim(0);
      return in.get(0).dtype() == DType.BFLOAT16
          && scales.dtype() == DType.BFLOAT16
          && (group == 32 || group == 64 || group == 128 || group == 256)
          && group * scales.dim(0) == in.get(1).dim(1)
          && IS_AVX512;
    }

    @Override
    public List<Term> write(Call call) {
      Script s = call.script();
      if (!s.isCpu()) {
        return call.body();
      }
      TensorSpec packed = call.in(1);
      long inputs = packed.dim(1);
      long units = call.in(2).dim(1);
      String kernel = "torch.view(torch.contiguous(" + call.full(1) + "), [" + s.size(units) + ", "
          + s.size(inputs / 2) + "])";
      String x = "torch.contiguous(" + rows(call.full(0), call.in(0), s) + ")";
      String y = s.let("torch._weight_int4pack_mm_for_cpu(" + x + ", " + kernel + ", "
          + inputs / call.in(2).dim(0) + ", torch.contiguous(" + call.full(2) + "))");
      return List.of(shaped(y, call.out(0), s));
    }
  }

  private static final class EmbeddingBackward implements Claim {
    @Override
    public boolean accepts(Attributes a, List<TensorSpec> in) {
      return Claims.isSingleOrDouble(in.get(0)) && in.get(0).rank() == 2;
    }

    @Override
    public boolean reads(int input, int inputs) {
      return input == 1 || input == 3;
    }

    @Override
    public List<Term> write(Call call) {
      Script s = call.script();
      long rows = call.in(0).dim(0);
      // the kernel trusts its indices
      String safe = s.let("torch.clamp(" + call.full(1) + ", 0, " + s.size(rows) + " - 1)");
      String r = s.let("torch.embedding_dense_backward(torch.contiguous(" + call.full(3) + "), "
          + safe + ", " + s.size(rows) + ", -1, False)");
      return List.of(call.result(r, 0), call.unwanted(1));
    }
  }
}
