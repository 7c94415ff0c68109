package org.keras4j.backend.pytorch.claims;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.backend.pytorch.script.Literals;
import org.keras4j.backend.pytorch.script.Script;
import org.keras4j.backend.pytorch.script.Term;
import org.keras4j.core.DType;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.primitive.Attributes;
import org.keras4j.core.primitive.Composites;

/** Scaled dot-product attention by libtorch's blockwise kernel, which never holds all the logits. */
final class AttentionClaims {
  static final Map<String, Claim> ALL = new HashMap<>();

  static {
    ALL.put(Composites.DOT_PRODUCT_ATTENTION.name(), new Forward(1));
    ALL.put(Composites.DOT_PRODUCT_ATTENTION.forward(), new Forward(2));
    ALL.put(Composites.DOT_PRODUCT_ATTENTION.backward(), new Backward());
  }

  /** Queries and keys from which the blockwise gradient pays. */
  private static final long LARGE = 64;

  private AttentionClaims() {}

  private static boolean fits(List<TensorSpec> in) {
    TensorSpec q = in.get(0);
    // the kernel wants as many heads of keys as of queries
    return Claims.isSingleOrDouble(q)
        && in.get(2).dim(3) == q.dim(3)
        && in.get(1).dim(2) == q.dim(2);
  }

  /** (batch, time, heads, depth) as (batch, heads, time, depth), or back. */
  private static String swapped(String n) {
    return "torch.transpose(" + n + ", 1, 2)";
  }

  /** What is added to the logits, and where anything is allowed at all; each null if it does not matter. */
  private record Mask(@Nullable String added, @Nullable String allowed) {}

  // the kernel's own causal mask needs as many queries as keys, and no other mask
  private static Mask mask(Call call) {
    Attributes a = call.attributes();
    Script s = call.script();
    boolean square = call.in(0).dim(1) == call.in(1).dim(1);
    boolean mask = a.get(Composites.MASK);
    boolean bias = a.get(Composites.BIAS);
    String allowed = mask ? call.full(bias ? 4 : 3) : null;
    if (a.get(Composites.CAUSAL) && (!square || mask || bias)) {
      String rows = s.size(call.in(0).dim(1));
      String columns = s.size(call.in(1).dim(1));
      String past = s.let("torch.view(torch.tril(torch.ones([" + rows + ", " + columns
          + "], dtype=11)), [1, 1, " + rows + ", " + columns + "])");
      allowed = allowed == null ? past : s.let("torch.logical_and(" + allowed + ", " + past + ")");
    }
    if (allowed == null) {
      return new Mask(bias ? call.full(3) : null, null);
    }
    // a row where all is forbidden must come out uniform, so no infinities
    String t = s.code(call.in(0).dtype());
    double lowest =
        call.in(0).dtype() == DType.FLOAT64 ? -0.7 * Double.MAX_VALUE : -0.7 * Float.MAX_VALUE;
    String limit = s.let("torch.full([], " + lowest + ", dtype=" + t + ")");
    String free = bias ? call.full(3) : s.let("torch.full([], 0.0, dtype=" + t + ")");
    String added = s.let("torch.where(" + allowed + ", " + free + ", " + limit + ")");
    return new Mask(added, mask ? allowed : null);
  }

  private static String options(Call call, @Nullable String mask) {
    boolean causal = call.attributes().get(Composites.CAUSAL) && mask == null;
    return "0.0, " + (causal ? "True" : "False") + ", attn_mask=" + (mask == null ? "None" : mask)
        + ", scale=" + Literals.number(call.attributes().get(Composites.FACTOR)) + ")";
  }

  private record Forward(int results) implements Claim {
    @Override
    public boolean accepts(Attributes a, List<TensorSpec> in) {
      return fits(in);
    }

    @Override
    public List<Term> write(Call call) {
      Script s = call.script();
      if (!s.isCpu()) {
        return call.body();
      }
      String y = s.fresh();
      String lse = s.fresh();
      s.line(y + ", " + lse + " = torch._scaled_dot_product_flash_attention_for_cpu("
          + swapped(call.full(0))
          + ", " + swapped(call.full(1)) + ", " + swapped(call.full(2)) + ", "
          + options(call, mask(call).added()));
      s.memory().made(y);
      s.memory().made(lse);
      List<Term> out = new ArrayList<>();
      out.add(call.result(s.view(swapped(y), y), 0));
      if (results > 1) {
        out.add(call.result(s.view("torch.unsqueeze(" + lse + ", -1)", lse), 1));
      }
      return out;
    }
  }

  private static final class Backward implements Claim {
    @Override
    public boolean accepts(Attributes a, List<TensorSpec> in) {
      return fits(in);
    }

    @Override
    public List<Term> write(Call call) {
      Script s = call.script();
      boolean bias = call.attributes().get(Composites.BIAS);
      // the kernel cancels gradients through the result, which loses digits where one key takes it
      // all: it is worth that only where the logits would be large
      boolean small = call.in(0).dim(1) * call.in(1).dim(1) <= LARGE * LARGE;
      if (!s.isCpu() || small || (bias && call.isWanted(3))) {
        return call.body();
      }
      int n = call.inputs();
      Mask mask = mask(call);
      String query = swapped(call.full(0));
      String lse = "torch.squeeze(" + call.full(n - 2) + ", -1)";
      String added = mask.added();
      String any = null;
      if (mask.allowed() != null) {
        // rows where all is forbidden: uniform, and what is forbidden passes no gradient; their
        // logits
        // are made 0, for the logarithm of the sum of numbers so large does not tell how many there
        // were
        any = s.let("torch.any(" + mask.allowed() + ", -1, True)");
        query = s.let("torch.mul(" + query + ", " + any + ")");
        added = s.let("torch.mul(" + added + ", " + any + ")");
        double uniform = Math.log(call.in(1).dim(1));
        lse = s.let("torch.where(torch.squeeze(" + any + ", -1), " + lse + ", " + uniform + ")");
      }
      String[] d = {s.fresh(), s.fresh(), s.fresh()};
      s.line(String.join(", ", d) + " = torch._scaled_dot_product_flash_attention_for_cpu_backward("
          + swapped(call.full(n - 1)) + ", " + query + ", " + swapped(call.full(1)) + ", "
          + swapped(call.full(2)) + ", " + swapped(call.full(n - 3)) + ", " + lse + ", "
          + options(call, added));
      List<Term> out = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        s.memory().made(d[i]);
        if (i == 0 && any != null) {
          d[0] = s.let("torch.mul(" + d[0] + ", " + any + ")");
        }
        out.add(call.result(s.view(swapped(d[i]), d[i]), i));
      }
      for (int i = 3; i < call.outputs(); i++) {
        out.add(call.unwanted(i));
      }
      return out;
    }
  }
}
