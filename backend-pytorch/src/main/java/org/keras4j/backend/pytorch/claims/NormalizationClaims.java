package org.keras4j.backend.pytorch.claims;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.keras4j.backend.pytorch.script.Script;
import org.keras4j.backend.pytorch.script.Term;
import org.keras4j.core.DType;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.primitive.Attributes;
import org.keras4j.core.primitive.Composites;
import org.keras4j.core.spi.Site;

/** Layer and batch normalization, and their gradients. */
final class NormalizationClaims {
  static final Map<String, Claim> ALL = new HashMap<>();

  static {
    ALL.put(Composites.LAYER_NORMALIZATION.name(), new Layer(1));
    ALL.put(Composites.LAYER_NORMALIZATION.forward(), new Layer(3));
    ALL.put(Composites.LAYER_NORMALIZATION.backward(), new LayerBackward());
    ALL.put(Composites.BATCH_NORMALIZATION.name(), new BatchInference());
    ALL.put(Composites.BATCH_NORMALIZATION_TRAIN.name(), new BatchTrain(3));
    ALL.put(Composites.BATCH_NORMALIZATION_TRAIN.forward(), new BatchTrain(4));
    ALL.put(Composites.BATCH_NORMALIZATION_TRAIN.backward(), new BatchBackward());
  }

  private NormalizationClaims() {}

  /** Gamma and beta among the inputs, or None. */
  private static String[] scaleAndShift(Attributes a, Site<Term> site, Script s, int at) {
    boolean scale = a.get(Composites.SCALE);
    boolean center = a.get(Composites.CENTER);
    return new String[] {
      scale ? s.full(site.input(at)) : "None",
      center ? s.full(site.input(at + (scale ? 1 : 0))) : "None"
    };
  }

  private static String mask(Attributes a) {
    return "[True, " + python(a.get(Composites.SCALE)) + ", " + python(a.get(Composites.CENTER))
        + "]";
  }

  private static String python(boolean b) {
    return b ? "True" : "False";
  }

  /** Assigns the results of a call to variables. */
  private static String[] call(Script s, int results, String expression) {
    String[] names = new String[results];
    for (int i = 0; i < results; i++) {
      names[i] = s.fresh();
      s.memory().made(names[i]);
    }
    s.line(String.join(", ", names) + " = " + expression);
    return names;
  }

  /** The results asked for: dx, and the gradients that there are of gamma and beta. */
  private static List<Term> gradients(
      Attributes a, Site<Term> site, String dx, String dgamma, String dbeta) {
    List<Term> out = new ArrayList<>();
    out.add(Term.of(dx, site.out(0)));
    if (a.get(Composites.SCALE)) {
      out.add(Term.of(dgamma, site.out(1)));
    }
    if (a.get(Composites.CENTER)) {
      out.add(Term.of(dbeta, site.out(out.size())));
    }
    return out;
  }

  private static String normalized(Attributes a, TensorSpec x, Script s) {
    return s.sizes(x.shape().slice(x.rank() - a.get(Composites.AXES)));
  }

  private record Layer(int results) implements Claim {
    @Override
    public boolean accepts(Attributes a, List<TensorSpec> in) {
      return Claims.isSingleOrDouble(in.get(0)) && a.get(Composites.AXES) > 0;
    }

    @Override
    public List<Term> write(Call call) {
      Attributes a = call.attributes();
      Site<Term> site = call.site();
      Script s = call.script();
      String[] p = scaleAndShift(a, site, s, 1);
      String[] r = call(
          s,
          3,
          "torch.native_layer_norm(" + s.full(site.input(0)) + ", " + normalized(a, site.in(0), s)
              + ", " + p[0] + ", " + p[1] + ", " + a.get(Composites.EPSILON) + ")");
      List<Term> out = new ArrayList<>();
      for (int i = 0; i < results; i++) {
        out.add(Term.of(r[i], site.out(i)));
      }
      return out;
    }
  }

  private static final class LayerBackward implements Claim {
    @Override
    public boolean accepts(Attributes a, List<TensorSpec> in) {
      return Claims.isSingleOrDouble(in.get(0)) && a.get(Composites.AXES) > 0;
    }

    @Override
    public boolean reads(int input, int inputs) {
      return input != inputs - 4; // the result
    }

    @Override
    public List<Term> write(Call call) {
      Attributes a = call.attributes();
      Site<Term> site = call.site();
      Script s = call.script();
      int n = site.inputs().size();
      String[] p = scaleAndShift(a, site, s, 1);
      String[] r = call(
          s,
          3,
          "torch.native_layer_norm_backward(" + s.full(site.input(n - 1)) + ", "
              + s.full(site.input(0))
              + ", " + normalized(a, site.in(0), s) + ", " + s.full(site.input(n - 3)) + ", "
              + s.full(site.input(n - 2)) + ", " + p[0] + ", " + p[1] + ", " + mask(a) + ")");
      return gradients(a, site, r[0], r[1], r[2]);
    }
  }

  /** The array as one image with all places in a column: channels last to libtorch, whatever the rank. */
  private static String column(String n, TensorSpec x, Script s) {
    long channels = x.dim(-1);
    long places = x.shape().size() / channels;
    return "torch.permute(torch.reshape(" + n + ", [1, " + s.size(places) + ", 1, "
        + s.size(channels) + "]), [0, 3, 1, 2])";
  }

  /** Back to the array. */
  private static String array(String n, TensorSpec x, Script s) {
    return s.view(
        "torch.reshape(torch.permute(" + n + ", [0, 2, 3, 1]), " + s.sizes(x.shape()) + ")", n);
  }

  private static final class BatchInference implements Claim {
    @Override
    public boolean accepts(Attributes a, List<TensorSpec> in) {
      return Claims.isSingleOrDouble(in.get(0));
    }

    @Override
    public List<Term> write(Call call) {
      Attributes a = call.attributes();
      Site<Term> site = call.site();
      Script s = call.script();
      String[] p = scaleAndShift(a, site, s, 3);
      String r = s.let("torch.native_batch_norm(" + column(s.full(site.input(0)), site.in(0), s)
          + ", " + p[0] + ", "
          + p[1] + ", " + s.full(site.input(1)) + ", " + s.full(site.input(2)) + ", False, 0.0, "
          + a.get(Composites.EPSILON) + ")[0]");
      return List.of(Term.of(array(r, site.in(0), s), site.out(0)));
    }
  }

  private record BatchTrain(int results) implements Claim {
    @Override
    public boolean accepts(Attributes a, List<TensorSpec> in) {
      TensorSpec x = in.get(0);
      return Claims.isSingleOrDouble(x) && x.shape().size() > x.dim(-1); // more than one place
    }

    @Override
    public List<Term> write(Call call) {
      Attributes a = call.attributes();
      Site<Term> site = call.site();
      Script s = call.script();
      TensorSpec x = site.in(0);
      DType t = x.dtype();
      String[] p = scaleAndShift(a, site, s, 1);
      String channels = "[" + s.size(x.dim(-1)) + "]";
      // the variance comes out as the running one of a momentum of 1, there divided by n - 1
      String mean = s.let("torch.zeros(" + channels + ", " + s.options(t) + ")");
      String variance = s.let("torch.zeros(" + channels + ", " + s.options(t) + ")");
      String[] r = call(
          s,
          3,
          "torch._native_batch_norm_legit(" + column(s.full(site.input(0)), x, s) + ", " + p[0]
              + ", " + p[1] + ", " + mean + ", " + variance + ", True, 1.0, "
              + a.get(Composites.EPSILON) + ")");
      double n = (double) x.shape().size() / x.dim(-1);
      List<Term> out = new ArrayList<>();
      out.add(Term.of(array(r[0], x, s), site.out(0)));
      out.add(Term.of(r[1], site.out(1)));
      out.add(Term.of(s.let("torch.mul(" + variance + ", " + (n - 1) / n + ")"), site.out(2)));
      if (results > 3) {
        out.add(Term.of(r[2], site.out(3)));
      }
      return out;
    }
  }

  private static final class BatchBackward implements Claim {
    @Override
    public boolean accepts(Attributes a, List<TensorSpec> in) {
      TensorSpec x = in.get(0);
      return Claims.isSingleOrDouble(x) && x.shape().size() > x.dim(-1);
    }

    @Override
    public boolean reads(int input, int inputs) {
      int fromEnd = inputs - input; // x ... y mean variance rstd dy dmean dvariance
      return fromEnd > 7 || fromEnd == 6 || fromEnd == 4 || fromEnd == 3;
    }

    @Override
    public List<Term> write(Call call) {
      Attributes a = call.attributes();
      Site<Term> site = call.site();
      Script s = call.script();
      int n = site.inputs().size();
      TensorSpec x = site.in(0);
      String gamma = a.get(Composites.SCALE) ? s.full(site.input(1)) : "None";
      String[] r = call(
          s,
          3,
          "torch.native_batch_norm_backward(" + column(s.full(site.input(n - 3)), x, s) + ", "
              + column(s.full(site.input(0)), x, s) + ", " + gamma + ", None, None, "
              + s.full(site.input(n - 6)) + ", " + s.full(site.input(n - 4)) + ", True, "
              + a.get(Composites.EPSILON) + ", " + mask(a) + ")");
      return gradients(a, site, array(r[0], x, s), r[1], r[2]);
    }
  }
}
