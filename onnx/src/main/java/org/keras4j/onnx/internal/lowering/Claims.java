package org.keras4j.onnx.internal.lowering;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.primitive.Composite;
import org.keras4j.core.primitive.CompositeName;
import org.keras4j.core.primitive.Composites;
import org.keras4j.core.primitive.LongList;
import org.keras4j.core.spi.Site;

/** The composites that ONNX has an operator for. The others come as their bodies. */
public final class Claims {
  private interface Takes {
    boolean takes(Composite c, List<TensorSpec> in);
  }

  private interface Form {
    List<Term> lower(OnnxOps o, Composite c, Site<Term> s);
  }

  /**
   * An operator.
   *
   * @param operator what stands in the file
   * @param since the first opset that has it
   */
  private record Claim(String operator, int since, Takes takes, Form form) {}

  private static final Map<String, Claim> CLAIMS = new HashMap<>();

  static {
    claim(Composites.RELU, "Relu", 14, Claims::isFloat, (o, c, s) -> one(o, "Relu", s));
    claim(Composites.RELU6, "Clip", 13, Claims::isFloat, (o, c, s) -> {
      Term x = s.input(0);
      Term y = o.call("Clip", x.dtype(), x.shape(), x, o.like(x, 0), o.like(x, 6));
      return List.of(y);
    });
    claim(Composites.LEAKY_RELU, "LeakyRelu", 16, Claims::isSingle, (o, c, s) -> {
      double slope = c.attributes().get(Composites.NEGATIVE_SLOPE);
      return List.of(o.unary(new Call("LeakyRelu").set("alpha", slope), s.input(0)));
    });
    claim(Composites.ELU, "Elu", 6, Claims::isSingle, (o, c, s) -> {
      double alpha = c.attributes().get(Composites.ALPHA);
      return List.of(o.unary(new Call("Elu").set("alpha", alpha), s.input(0)));
    });
    claim(Composites.SOFTPLUS, "Softplus", 1, Claims::isSingle, (o, c, s) -> one(o, "Softplus", s));
    claim(Composites.GELU, "Gelu", 20, Claims::isSingle, (o, c, s) -> {
      boolean tanh = c.attributes().get(Composites.APPROXIMATE);
      Call gelu = new Call("Gelu").set("approximate", tanh ? "tanh" : "none");
      return List.of(o.unary(gelu, s.input(0)));
    });
    claim(Composites.SOFTMAX, "Softmax", 13, Claims::isFloat, Claims::alongAxis);
    claim(Composites.LOG_SOFTMAX, "LogSoftmax", 13, Claims::isFloat, Claims::alongAxis);
    claim(
        Composites.LAYER_NORMALIZATION,
        "LayerNormalization",
        17,
        Claims::isNormalized,
        Claims::layerNormalization);
    claim(
        Composites.RMS_NORMALIZATION,
        "RMSNormalization",
        23,
        Claims::isNormalized,
        Claims::rmsNormalization);
    claim(
        Composites.BATCH_NORMALIZATION,
        "BatchNormalization",
        15,
        (c, in) -> isFloat(c, in)
            && in.get(0).dtype() == in.get(1).dtype()
            && in.get(0).rank() >= 2
            && in.get(1).shape().isKnown(),
        Claims::batchNormalization);
    claim(
        Composites.MAX_POOL,
        "MaxPool",
        12,
        Claims::isPooled,
        (o, c, s) -> pooled(o, "MaxPool", c, s));
    claim(
        Composites.AVERAGE_POOL,
        "AveragePool",
        11,
        (c, in) -> isSingle(c, in) && isPooled(c, in),
        (o, c, s) -> pooled(o, "AveragePool", c, s));
    claim(Composites.LSTM, "LSTM", 14, Recurrent::takes, Recurrent::lstm);
    claim(Composites.GRU, "GRU", 14, Recurrent::takes, Recurrent::gru);
  }

  private Claims() {}

  private static void claim(
      CompositeName name, String operator, int since, Takes takes, Form form) {
    CLAIMS.put(name.name(), new Claim(operator, since, takes, form));
  }

  /** The operator that a composite becomes at best, and the opset from which on; null if it has none. */
  public static @Nullable String operator(CompositeName name) {
    Claim c = CLAIMS.get(name.name());
    return c == null ? null : c.operator + " (" + c.since + ")";
  }

  /** Whether a composite has an operator for inputs of these specs. */
  public static boolean has(Composite c, List<TensorSpec> in, int opset) {
    Claim claim = CLAIMS.get(c.name());
    return claim != null && opset >= claim.since && claim.takes.takes(c, in);
  }

  private static Claim claim(Composite c) {
    return Objects.requireNonNull(CLAIMS.get(c.name()), c.name());
  }

  static List<Term> lower(OnnxOps o, Composite c, Site<Term> s) {
    return claim(c).form.lower(o, c, s);
  }

  // what the kernels of runtimes compute; halves go through float32
  private static boolean isFloat(Composite c, List<TensorSpec> in) {
    DType t = in.get(0).dtype();
    return t == DType.FLOAT32 || t == DType.FLOAT64 || t == DType.FLOAT16;
  }

  private static boolean isSingle(Composite c, List<TensorSpec> in) {
    DType t = in.get(0).dtype();
    return t == DType.FLOAT32 || t == DType.FLOAT16;
  }

  private static List<Term> one(OnnxOps o, String op, Site<Term> s) {
    return List.of(o.unary(op, s.input(0)));
  }

  private static List<Term> alongAxis(OnnxOps o, Composite c, Site<Term> s) {
    String op = claim(c).operator;
    long axis = c.attributes().get(Composites.AXIS);
    return List.of(o.unary(new Call(op).set("axis", axis), s.input(0)));
  }

  private static boolean isNormalized(Composite c, List<TensorSpec> in) {
    TensorSpec x = in.get(0);
    int axes = c.attributes().get(Composites.AXES);
    boolean typed = x.dtype() == DType.FLOAT32 || x.dtype() == DType.FLOAT64;
    for (TensorSpec s : in) {
      typed &= s.dtype() == x.dtype();
    }
    Shape normal = x.shape().slice(Math.max(0, x.rank() - axes));
    return typed && axes > 0 && axes < x.rank() && normal.isKnown() && normal.size() > 0;
  }

  private static Term ones(OnnxOps o, Shape s, DType t) {
    NDArray a = NDArray.zeros(t, s);
    for (int i = 0; i < a.size(); i++) {
      a.setDouble(i, 1);
    }
    return o.constant(a);
  }

  private static List<Term> layerNormalization(OnnxOps o, Composite c, Site<Term> s) {
    boolean scale = c.attributes().get(Composites.SCALE);
    boolean center = c.attributes().get(Composites.CENTER);
    Term x = s.input(0);
    long axes = c.attributes().get(Composites.AXES);
    Shape normal = x.shape().slice(x.rank() - (int) axes);
    Term gamma = scale ? o.reshape(s.input(1), normal) : ones(o, normal, x.dtype());
    Term beta = center ? o.reshape(s.input(scale ? 2 : 1), normal) : null;
    Call call = new Call("LayerNormalization").set("axis", -axes).set("epsilon", (double)
        c.attributes().get(Composites.EPSILON));
    return List.of(o.call(call, x.dtype(), x.shape(), x, gamma, beta));
  }

  private static List<Term> rmsNormalization(OnnxOps o, Composite c, Site<Term> s) {
    boolean scale = c.attributes().get(Composites.SCALE);
    Term x = s.input(0);
    long axes = c.attributes().get(Composites.AXES);
    Shape normal = x.shape().slice(x.rank() - (int) axes);
    Term gamma = scale ? o.reshape(s.input(1), normal) : ones(o, normal, x.dtype());
    Call call = new Call("RMSNormalization").set("axis", -axes).set("epsilon", (double)
        c.attributes().get(Composites.EPSILON));
    return List.of(o.call(call, x.dtype(), x.shape(), x, gamma));
  }

  private static List<Term> batchNormalization(OnnxOps o, Composite c, Site<Term> s) {
    boolean scale = c.attributes().get(Composites.SCALE);
    boolean center = c.attributes().get(Composites.CENTER);
    Term x = s.input(0);
    Shape channels = s.in(1).shape();
    Term gamma = scale ? s.input(3) : ones(o, channels, x.dtype());
    Term beta = center ? s.input(scale ? 4 : 3) : o.constant(NDArray.zeros(x.dtype(), channels));
    int rank = x.rank();
    Term first = o.transpose(x, Convolutions.channelsFirst(rank));
    Call call = new Call("BatchNormalization")
        .set("epsilon", (double) c.attributes().get(Composites.EPSILON));
    Term y = o.call(call, x.dtype(), first.shape(), first, gamma, beta, s.input(1), s.input(2));
    return List.of(o.transpose(y, Convolutions.channelsLast(rank)));
  }

  private static boolean isPooled(Composite c, List<TensorSpec> in) {
    TensorSpec x = in.get(0);
    LongList size = c.attributes().get(Composites.SIZE);
    if (!isFloat(c, in) || size.size() < 1 || size.size() > 3) {
      return false;
    }
    Shape out = c.infer(in).get(0).shape();
    for (int i = 0; i < x.rank(); i++) {
      if (x.dim(i) == 0 || out.dim(i) == 0) {
        return false;
      }
    }
    for (int i = 0; i < size.size(); i++) {
      if (c.attributes().get(Composites.LOW).get(i) >= size.get(i)
          || c.attributes().get(Composites.HIGH).get(i) >= size.get(i)) {
        return false;
      }
    }
    return true;
  }

  private static List<Term> pooled(OnnxOps o, String op, Composite c, Site<Term> s) {
    Call call = Windows.pool(
        op,
        c.attributes().get(Composites.SIZE).toArray(),
        c.attributes().get(Composites.STRIDE).toArray(),
        c.attributes().get(Composites.LOW).toArray(),
        c.attributes().get(Composites.HIGH).toArray());
    return List.of(new Windows(o).apply(call, s.input(0), s.out(0).shape()));
  }
}
