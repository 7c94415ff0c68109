package org.keras4j.backend.pytorch.claims;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.keras4j.backend.pytorch.script.Script;
import org.keras4j.backend.pytorch.script.Term;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.primitive.Attributes;
import org.keras4j.core.primitive.Composites;
import org.keras4j.core.spi.Site;

/**
 * Updates of many variables at once, in place where they may be. Inputs are the learning rate, the number
 * of the step, further scalars, then {@code count} variables, gradients, first slots, second slots and so
 * on; results the new variables and slots.
 */
final class OptimizerClaims {
  static final Map<String, Claim> ALL = new HashMap<>();

  static {
    ALL.put(Composites.ADAM_UPDATE.name(), new Adam());
    ALL.put(Composites.SGD_UPDATE.name(), new Sgd());
  }

  private OptimizerClaims() {}

  private static boolean isUniform(Attributes a, List<TensorSpec> in) {
    int n = a.get(Composites.COUNT);
    int scalars = a.get(Composites.SCALARS);
    for (TensorSpec s : in) {
      if (!Claims.isSingleOrDouble(s) || s.dtype() != in.get(0).dtype()) {
        return false;
      }
    }
    for (int i = 0; i < n; i++) {
      for (int k = scalars + i; k < in.size(); k += n) {
        if (!in.get(k).equals(in.get(scalars + i))) {
          return false;
        }
      }
    }
    return n > 0;
  }

  /** The tensors of one kind: variables are 0, gradients 1, slots follow. */
  private static List<Term> kind(Attributes a, Site<Term> site, int kind) {
    int n = a.get(Composites.COUNT);
    int at = a.get(Composites.SCALARS) + kind * n;
    return site.inputs().subList(at, at + n);
  }

  /** Variables with the same values, dense, whose memory may be written to. */
  private static List<String> writable(List<Term> terms, Script s) {
    List<String> out = new ArrayList<>();
    for (Term t : terms) {
      out.add(s.writable(t));
    }
    return out;
  }

  private static List<String> dense(List<Term> terms, Script s) {
    List<String> out = new ArrayList<>();
    for (Term t : terms) {
      out.add("torch.contiguous(" + s.full(t) + ")");
    }
    return out;
  }

  private static String list(List<String> names) {
    return "[" + String.join(", ", names) + "]";
  }

  /** Tensors of one kind, and the list of them that operations write into. */
  private record Written(String list, List<String> names) {}

  private static Written written(Attributes a, Site<Term> site, int kind, Script s) {
    List<String> names = writable(kind(a, site, kind), s);
    return new Written(s.number(list(names)), names);
  }

  private static List<Term> results(Site<Term> site, List<Written> kinds, Script s) {
    List<Term> out = new ArrayList<>();
    for (Written w : kinds) {
      for (String n : s.elements(w.list(), w.names())) {
        out.add(Term.of(n, site.out(out.size())));
      }
    }
    return out;
  }

  /** A scalar input as a number. */
  private static String number(Term t, Script s) {
    return s.number("float(" + s.full(t) + ")");
  }

  /** libtorch's kernel adds epsilon after dividing by the root of the second correction; ours before. */
  private static final class Adam implements Claim {
    @Override
    public boolean accepts(Attributes a, List<TensorSpec> in) {
      return isUniform(a, in) && a.get(Composites.SCALARS) == 2;
    }

    @Override
    public List<Term> write(Call call) {
      Attributes a = call.attributes();
      Site<Term> site = call.site();
      Script s = call.script();
      String rate = number(site.input(0), s);
      String step = s.number(s.full(site.input(1)) + ".to(6)");
      double beta2 = a.get(Composites.BETA_2);
      String epsilon = s.number(
          a.get(Composites.EPSILON) + " / (1.0 - " + beta2 + " ** float(" + step + ")) ** 0.5");
      boolean amsgrad = a.get(Composites.AMSGRAD);
      List<String> g = dense(kind(a, site, 1), s);
      Written w = written(a, site, 0, s);
      Written m = written(a, site, 2, s);
      Written v = written(a, site, 3, s);
      List<Written> kinds = new ArrayList<>(List.of(w, m, v));
      String top = "[]";
      if (amsgrad) {
        kinds.add(written(a, site, 4, s));
        top = kinds.get(3).list();
      }
      s.line("torch._fused_adam_(" + w.list() + ", " + list(g) + ", " + m.list() + ", " + v.list()
          + ", " + top + ", [" + step + "] * " + g.size() + ", lr=" + rate + ", beta1="
          + a.get(Composites.BETA_1) + ", beta2=" + beta2 + ", weight_decay=0.0, eps=" + epsilon
          + ", amsgrad=" + (amsgrad ? "True" : "False")
          + ", maximize=False, grad_scale=None, found_inf=None)");
      return results(site, kinds, s);
    }
  }

  private static final class Sgd implements Claim {
    @Override
    public boolean accepts(Attributes a, List<TensorSpec> in) {
      return isUniform(a, in);
    }

    @Override
    public List<Term> write(Call call) {
      Attributes a = call.attributes();
      Site<Term> site = call.site();
      Script s = call.script();
      String rate = number(site.input(0), s);
      boolean moves = site.out().size() > a.get(Composites.COUNT);
      List<String> g = new ArrayList<>();
      kind(a, site, 1).forEach(t -> g.add(s.full(t)));
      Written w = written(a, site, 0, s);
      if (!moves) {
        s.line("torch._foreach_add_(" + w.list() + ", " + list(g) + ", alpha=-" + rate + ")");
        return results(site, List.of(w), s);
      }
      double momentum = a.get(Composites.MOMENTUM);
      Written v = written(a, site, 2, s);
      s.line("torch._foreach_mul_(" + v.list() + ", " + momentum + ")");
      s.line("torch._foreach_add_(" + v.list() + ", " + list(g) + ", alpha=-" + rate + ")");
      if (a.get(Composites.NESTEROV)) {
        s.line("torch._foreach_add_(" + w.list() + ", " + v.list() + ", alpha=" + momentum + ")");
        s.line("torch._foreach_add_(" + w.list() + ", " + list(g) + ", alpha=-" + rate + ")");
      } else {
        s.line("torch._foreach_add_(" + w.list() + ", " + v.list() + ")");
      }
      return results(site, List.of(w, v), s);
    }
  }
}
