package org.keras4j.backend.pytorch.claims;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.keras4j.backend.pytorch.script.Literals;
import org.keras4j.backend.pytorch.script.Script;
import org.keras4j.backend.pytorch.script.Term;
import org.keras4j.core.DType;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.primitive.Attributes;
import org.keras4j.core.primitive.CompositeName;
import org.keras4j.core.primitive.Composites;
import org.keras4j.core.spi.Site;

/** Activations, softmax among them, and their gradients; those take x, y and dy. */
final class ActivationClaims {
  static final Map<String, Claim> ALL = new HashMap<>();

  private static final int X = 0;
  private static final int Y = 1;
  private static final int DY = 2;

  static {
    forward(Composites.RELU, "relu", a -> "");
    backward(
        Composites.RELU,
        Set.of(Y, DY),
        (a, t) -> "threshold_backward(" + t[DY] + ", " + t[Y] + ", 0)");
    forward(Composites.RELU6, "hardtanh", a -> ", 0, 6");
    backward(
        Composites.RELU6,
        Set.of(X, DY),
        (a, t) -> "hardtanh_backward(" + t[DY] + ", " + t[X] + ", 0, 6)");
    forward(
        Composites.LEAKY_RELU,
        "leaky_relu",
        a -> ", " + Literals.number(a.get(Composites.NEGATIVE_SLOPE)));
    forward(Composites.ELU, "elu", a -> ", " + Literals.number(a.get(Composites.ALPHA)));
    backward(
        Composites.ELU,
        Set.of(Y, DY),
        // the kernel computes from the result, which tells the sign of x for no negative alpha
        a -> a.get(Composites.ALPHA) >= 0,
        (a, t) -> "elu_backward(" + t[DY] + ", " + Literals.number(a.get(Composites.ALPHA))
            + ", 1, 1, True, " + t[Y] + ")");
    forward(Composites.SILU, "silu", a -> "");
    backward(
        Composites.SILU, Set.of(X, DY), (a, t) -> "silu_backward(" + t[DY] + ", " + t[X] + ")");
    forward(Composites.GELU, "gelu", a -> ", approximate=" + gelu(a));
    backward(
        Composites.GELU,
        Set.of(X, DY),
        (a, t) -> "gelu_backward(" + t[DY] + ", " + t[X] + ", approximate=" + gelu(a) + ")");
    // from 40 on the identity, even in float64
    forward(Composites.SOFTPLUS, "softplus", a -> ", 1, 40");
    backward(
        Composites.SOFTPLUS,
        Set.of(X, DY),
        (a, t) -> "softplus_backward(" + t[DY] + ", " + t[X] + ", 1, 40)");
    softmax(Composites.SOFTMAX, "softmax");
    softmax(Composites.LOG_SOFTMAX, "log_softmax");
  }

  private ActivationClaims() {}

  private static String gelu(Attributes a) {
    return a.get(Composites.APPROXIMATE) ? "\"tanh\"" : "\"none\"";
  }

  // those that have a kernel which overwrites
  private static final Set<String> IN_PLACE =
      Set.of("relu", "hardtanh", "silu", "gelu", "elu", "leaky_relu");

  private static boolean isDouble(Term x) {
    return x.spec().dtype() == DType.FLOAT64;
  }

  private static void forward(
      CompositeName name, String function, Function<Attributes, String> rest) {
    ALL.put(name.name(), new Claim() {
      @Override
      public boolean accepts(Attributes a, List<TensorSpec> in) {
        return in.get(0).dtype().isFloat();
      }

      @Override
      public List<Term> write(Call call) {
        Attributes a = call.attributes();
        Site<Term> site = call.site();
        Script s = call.script();
        Term x = site.input(0);
        // the exact kernel of narrow floats has no number for infinity, whose value is infinity
        String infinite = function.equals("gelu") && !a.get(Composites.APPROXIMATE) && !isDouble(x)
            ? s.let("torch.isposinf(" + s.tensor(x) + ")")
            : null;
        String r = IN_PLACE.contains(function)
            ? s.apply(function, x, rest.apply(a), site.out(0))
            : s.let("torch." + function + "(" + s.tensor(x) + rest.apply(a) + ")");
        if (infinite != null) {
          s.line(r + ".masked_fill_(" + infinite + ", " + Literals.number(Double.POSITIVE_INFINITY)
              + ")");
        }
        return List.of(Term.of(r, site.out(0), x.held()));
      }
    });
  }

  /** Writes a gradient, given the variables it may use. */
  private interface Backward {
    String write(Attributes a, String[] terms);
  }

  private static void backward(CompositeName name, Set<Integer> read, Backward f) {
    backward(name, read, a -> true, f);
  }

  private static void backward(
      CompositeName name, Set<Integer> read, Predicate<Attributes> accepted, Backward f) {
    ALL.put(name.backward(), new Claim() {
      @Override
      public boolean accepts(Attributes a, List<TensorSpec> in) {
        return in.get(0).dtype().isFloat() && accepted.test(a);
      }

      @Override
      public boolean reads(int input, int inputs) {
        return read.contains(input);
      }

      @Override
      public List<Term> write(Call call) {
        Attributes a = call.attributes();
        Site<Term> site = call.site();
        Script s = call.script();
        String[] terms = new String[3];
        for (int i : read) {
          terms[i] = s.full(site.input(i));
        }
        String text = "torch." + f.write(a, terms);
        TensorSpec out = site.out(0);
        Term dy = site.input(DY);
        if (!s.memory().mayOverwrite(dy, out)) {
          return List.of(Term.of(s.let(text), out));
        }
        String n = s.fresh();
        s.line(
            n + " = " + text.substring(0, text.length() - 1) + ", grad_input=" + dy.name() + ")");
        s.memory().overwritten(n, dy.name());
        return List.of(Term.of(n, out));
      }
    });
  }

  private static void softmax(CompositeName claimed, String name) {
    ALL.put(claimed.name(), new Claim() {
      @Override
      public boolean accepts(Attributes a, List<TensorSpec> in) {
        return in.get(0).dtype().isFloat();
      }

      @Override
      public List<Term> write(Call call) {
        Attributes a = call.attributes();
        Site<Term> site = call.site();
        Script s = call.script();
        String x = s.full(site.input(0));
        return List.of(Term.of(
            s.let("torch._" + name + "(" + x + ", " + a.get(Composites.AXIS) + ", False)"),
            site.out(0)));
      }
    });
    ALL.put(claimed.backward(), new Claim() {
      @Override
      public boolean accepts(Attributes a, List<TensorSpec> in) {
        return in.get(0).dtype().isFloat();
      }

      @Override
      public boolean reads(int input, int inputs) {
        return input != X;
      }

      @Override
      public List<Term> write(Call call) {
        Attributes a = call.attributes();
        Site<Term> site = call.site();
        Script s = call.script();
        String y = s.full(site.input(Y));
        String dy = s.full(site.input(DY));
        return List.of(Term.of(
            s.let("torch._" + name + "_backward_data(" + dy + ", " + y + ", "
                + a.get(Composites.AXIS) + ", " + s.code(site.out(0).dtype()) + ")"),
            site.out(0)));
      }
    });
  }
}
