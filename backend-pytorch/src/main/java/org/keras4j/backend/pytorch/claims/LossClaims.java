package org.keras4j.backend.pytorch.claims;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.keras4j.backend.pytorch.script.Script;
import org.keras4j.backend.pytorch.script.Term;
import org.keras4j.core.NDArray;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.primitive.Attributes;
import org.keras4j.core.primitive.Composites;
import org.keras4j.core.spi.Site;

/** Cross-entropy by class numbers: the classes are looked up, in place of being compared with all. */
final class LossClaims {
  static final Map<String, Claim> ALL = new HashMap<>();

  static {
    ALL.put(Composites.SPARSE_CROSS_ENTROPY.name(), new Sparse(1));
    ALL.put(Composites.SPARSE_CROSS_ENTROPY.forward(), new Sparse(2));
    ALL.put(Composites.SPARSE_CROSS_ENTROPY.backward(), new SparseBackward());
  }

  private LossClaims() {}

  /** The labels, held within the classes, as an index along the last axis. */
  private static String index(String labels, TensorSpec logits, Script s) {
    return s.let("torch.clamp(" + labels + ", 0, " + s.size(logits.dim(-1)) + " - 1)");
  }

  private record Sparse(int results) implements Claim {
    @Override
    public boolean accepts(Attributes a, List<TensorSpec> in) {
      return Claims.isSingleOrDouble(in.get(0));
    }

    @Override
    public List<Term> write(Call call) {
      Attributes a = call.attributes();
      Site<Term> site = call.site();
      Script s = call.script();
      String x = s.full(site.input(0));
      String labels = s.full(site.input(1));
      String safe = index(labels, site.in(0), s);
      String lse = s.let("torch.logsumexp(" + x + ", [-1], True)");
      String chosen = s.let("torch.gather(" + x + ", -1, torch.unsqueeze(" + safe + ".to(4), -1))");
      String loss = s.let("torch.squeeze(torch.sub(" + lse + ", " + chosen + "), -1)");
      // a label that is no class costs nothing
      loss = s.let("torch.masked_fill(" + loss + ", torch.ne(" + safe + ", " + labels + "), 0)");
      Term first = Term.of(loss, site.out(0));
      return results == 1 ? List.of(first) : List.of(first, Term.of(lse, site.out(1)));
    }
  }

  private static final class SparseBackward implements Claim {
    @Override
    public boolean accepts(Attributes a, List<TensorSpec> in) {
      return Claims.isSingleOrDouble(in.get(0));
    }

    @Override
    public boolean reads(int input, int inputs) {
      return input != 2; // the loss
    }

    @Override
    public List<Term> write(Call call) {
      Attributes a = call.attributes();
      Site<Term> site = call.site();
      Script s = call.script();
      String labels = s.full(site.input(1));
      String safe = index(labels, site.in(0), s);
      String d = s.let("torch.unsqueeze(torch.masked_fill(" + s.full(site.input(4)) + ", torch.ne("
          + safe + ", " + labels + "), 0), -1)");
      // p is nobody else's, so all may happen in its memory
      String p = s.let("torch.sub(" + s.full(site.input(0)) + ", " + s.full(site.input(3)) + ")");
      s.line("torch.exp_(" + p + ")");
      s.line("torch.mul_(" + p + ", " + d + ")");
      s.line("torch.scatter_add_(" + p + ", -1, torch.unsqueeze(" + safe + ".to(4), -1), torch.neg("
          + d + "))");
      return List.of(
          Term.of(p, site.out(0)),
          Term.literal(NDArray.scalar(site.out(1).dtype(), 0.0), site.out(1)));
    }
  }
}
