package org.keras4j.backend.tensorflow.lowering;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.keras4j.backend.tensorflow.runtime.OpCall;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.primitive.ArgReduce;
import org.keras4j.core.primitive.Composite;
import org.keras4j.core.primitive.CompositeName;
import org.keras4j.core.primitive.Composites;
import org.keras4j.core.primitive.LongList;
import org.keras4j.core.primitive.Primitive;
import org.keras4j.core.primitive.Sort;
import org.keras4j.core.primitive.TopK;
import org.keras4j.core.spi.Site;

/**
 * The composites that this backend claims. Some run by kernels of TensorFlow's; of the rest the bodies are
 * lowered as they stand, and claiming them brings the closed form of their gradients.
 */
public final class Claims {
  /** How a composite is run by a kernel. */
  interface Kernel {
    /** Whether the kernel computes what is asked for inputs of these specs. */
    boolean takes(Composite c, List<TensorSpec> in);

    List<Term> lower(TensorFlowOps o, Composite c, Site<Term> s);
  }

  /** What a kernel needs to be told besides. */
  private interface Lowered {
    Term lower(TensorFlowOps o, Composite c, Site<Term> s);
  }

  private static final Map<String, Kernel> KERNELS = new HashMap<>();

  // of files alone: what a converter knows by its name, and runs better than what it is made of
  private static final Map<String, Kernel> SAVED = new HashMap<>();

  // those whose gradients in closed form save work, with their forward and backward parts
  private static final Set<String> BODIES = Set.of(
      Composites.RELU.name(),
      Composites.RELU6.name(),
      Composites.LEAKY_RELU.name(),
      Composites.ELU.name(),
      Composites.SILU.name(),
      Composites.GELU.name(),
      Composites.SOFTPLUS.name(),
      Composites.SOFTMAX.name(),
      Composites.LOG_SOFTMAX.name(),
      Composites.CROSS_ENTROPY.name(),
      Composites.SPARSE_CROSS_ENTROPY.name(),
      Composites.BINARY_CROSS_ENTROPY.name(),
      Composites.DENSE.name(),
      Composites.EMBEDDING.name(),
      Composites.MAX_POOL.name(),
      Composites.AVERAGE_POOL.name(),
      Composites.BATCH_NORMALIZATION.name(),
      Composites.BATCH_NORMALIZATION_TRAIN.name(),
      Composites.LAYER_NORMALIZATION.name(),
      Composites.RMS_NORMALIZATION.name(),
      Composites.DOT_PRODUCT_ATTENTION.name(),
      Composites.LSTM.name(),
      Composites.GRU.name(),
      Composites.RESIZE_BILINEAR.name(),
      Composites.SEARCH_SORTED.name());

  static {
    SAVED.put(Composites.SOFTMAX.name(), softmax("Softmax"));
    SAVED.put(Composites.FAKE_QUANT, kernel((c, in) -> true, Claims::fakeQuant));
    SAVED.put(Composites.ORDER_OF_NUMBERS, new OrderOfNumbers());
    KERNELS.put(
        Composites.RELU.name(),
        kernel((c, in) -> in.get(0).dtype().isFloat(), (o, c, s) -> o.unary("Relu", s.input(0))));
    KERNELS.put(
        Composites.RELU6.name(),
        kernel((c, in) -> in.get(0).dtype().isFloat(), (o, c, s) -> o.unary("Relu6", s.input(0))));
    activation(Composites.ELU, "Elu", c -> c.attributes().get(Composites.ALPHA) == 1, "EluGrad", 1);
    activation(Composites.SOFTPLUS, "Softplus", c -> true, "SoftplusGrad", 0);
    KERNELS.put(
        Composites.GELU.name(), kernel(Claims::isExactGelu, (o, c, s) -> gelu(o, s.input(0))));
    // softmax keeps its body: oneDNN's kernel, which functions get, gives 0 beside a NaN in a row
    KERNELS.put(Composites.LOG_SOFTMAX.name(), softmax("LogSoftmax"));
    KERNELS.put(Composites.RESIZE_BILINEAR.name(), kernel(Claims::isImage, Claims::resize));
    KERNELS.put(Composites.EMBEDDING.name(), kernel((c, in) -> true, Claims::embedding));
    KERNELS.put(Composites.EMBEDDING.backward(), new EmbeddingGradient());
    KERNELS.put(Composites.SEARCH_SORTED.name(), kernel(Searching::takes, Searching::lower));
    KERNELS.put(Composites.MAX_POOL.backward(), new Pooling.MaxGradient());
    KERNELS.put(Composites.AVERAGE_POOL.name(), new Pooling.Average());
    KERNELS.put(Composites.AVERAGE_POOL.backward(), new Pooling.AverageGradient());
    KERNELS.put(Composites.BATCH_NORMALIZATION.name(), new BatchNormalization.Inference());
    KERNELS.put(Composites.BATCH_NORMALIZATION_TRAIN.name(), new BatchNormalization.Training(3));
    KERNELS.put(Composites.BATCH_NORMALIZATION_TRAIN.forward(), new BatchNormalization.Training(4));
    KERNELS.put(Composites.BATCH_NORMALIZATION_TRAIN.backward(), new BatchNormalization.Gradient());
  }

  private Claims() {}

  /** Whether a composite is claimed for inputs of these specs. */
  public static boolean has(Composite c, List<TensorSpec> in) {
    String name = c.name();
    if (name.endsWith("_forward")) {
      name = name.substring(0, name.length() - "_forward".length());
    } else if (name.endsWith("_backward")) {
      name = name.substring(0, name.length() - "_backward".length());
    }
    return BODIES.contains(name);
  }

  /** Lowers a composite, by a kernel if one takes it. */
  static List<Term> lower(TensorFlowOps o, Composite c, Site<Term> s) {
    Kernel saved = o.target().isSaved() ? SAVED.get(c.name()) : null;
    Kernel k = saved != null ? saved : KERNELS.get(c.name());
    if (k != null && k.takes(c, s.in())) {
      return k.lower(o, c, s);
    }
    return new TensorFlowLowering(o.target()).apply(c.body(s.in()), s.inputs());
  }

  /** The dtypes in which TensorFlow's neural kernels compute without loss. */
  static boolean isWide(TensorSpec s) {
    return s.dtype() == DType.FLOAT32 || s.dtype() == DType.FLOAT64;
  }

  /** By floats themselves, not by integers of their order. */
  private static final class OrderOfNumbers implements Kernel {
    @Override
    public boolean takes(Composite c, List<TensorSpec> in) {
      return true;
    }

    @Override
    public List<Term> lower(TensorFlowOps o, Composite c, Site<Term> s) {
      Primitive p = c.body(s.in()).nodes().get(0).primitive();
      if (p instanceof TopK k) {
        return new Sorting(o, true).largest(s.input(0), k.k());
      } else if (p instanceof Sort sort) {
        return new Sorting(o, true).sort(s.inputs(), sort.axis(), sort.descending());
      }
      ArgReduce a = (ArgReduce) p;
      return List.of(new Reductions(o).argReduce(a.max(), s.input(0), a.axis(), true));
    }
  }

  private interface Condition {
    boolean holds(Composite c);
  }

  private interface Takes {
    boolean takes(Composite c, List<TensorSpec> in);
  }

  private static Kernel kernel(Takes takes, Lowered lowered) {
    return new Kernel() {
      @Override
      public boolean takes(Composite c, List<TensorSpec> in) {
        return takes.takes(c, in);
      }

      @Override
      public List<Term> lower(TensorFlowOps o, Composite c, Site<Term> s) {
        return List.of(lowered.lower(o, c, s));
      }
    };
  }

  /** An operation {@code y = f(x)} with one for {@code dx} from {@code dy} and input {@code of}: x or y. */
  private static void activation(
      CompositeName name, String f, Condition when, String gradient, int of) {
    Takes takes = (c, in) -> in.get(0).dtype().isFloat() && when.holds(c);
    KERNELS.put(name.name(), kernel(takes, (o, c, s) -> o.unary(f, s.input(0))));
    KERNELS.put(
        name.backward(), kernel(takes, (o, c, s) -> o.binary(gradient, s.input(2), s.input(of))));
  }

  private static boolean isExactGelu(Composite c, List<TensorSpec> in) {
    return in.get(0).dtype() == DType.FLOAT32 && !c.attributes().get(Composites.APPROXIMATE);
  }

  // as Keras on TensorFlow has it: Erfc goes through the C library number by number, Erf does not;
  // far below zero what is lost is a unit of 1, not of the result
  private static Term gelu(TensorFlowOps o, Term x) {
    Term erf = o.unary("Erf", o.mul(x, o.scalar(DType.FLOAT32, Math.sqrt(0.5))));
    Term share = o.add(erf, o.scalar(DType.FLOAT32, 1.0));
    return o.mul(o.mul(x, o.scalar(DType.FLOAT32, 0.5)), share);
  }

  private static Term fakeQuant(TensorFlowOps o, Composite c, Site<Term> s) {
    OpCall call = new OpCall("FakeQuantWithMinMaxArgs")
        .real("min", c.attributes().getDouble(Composites.LOWEST))
        .real("max", c.attributes().getDouble(Composites.HIGHEST));
    return o.call(call, s.out(0).shape(), DType.FLOAT32, s.input(0));
  }

  private static Kernel softmax(String op) {
    return kernel(
        (c, in) -> isWide(in.get(0))
            && c.attributes().get(Composites.AXIS) == in.get(0).rank() - 1,
        (o, c, s) -> o.unary(op, s.input(0)));
  }

  private static boolean isImage(Composite c, List<TensorSpec> in) {
    Shape x = in.get(0).shape();
    LongList to = c.attributes().get(Composites.SIZE);
    return in.get(0).dtype() == DType.FLOAT32
        && x.rank() == 4
        && x.size() != 0
        && to.get(0) > 0
        && to.get(1) > 0;
  }

  private static Term resize(TensorFlowOps o, Composite c, Site<Term> s) {
    LongList to = c.attributes().get(Composites.SIZE);
    Term size = o.ints(Math.toIntExact(to.get(0)), Math.toIntExact(to.get(1)));
    OpCall call = new OpCall("ResizeBilinear").flag("half_pixel_centers", true);
    return o.call(call, s.out(0).shape(), DType.FLOAT32, s.input(0), size);
  }

  private static Term embedding(TensorFlowOps o, Composite c, Site<Term> s) {
    Term table = s.input(0);
    return o.call("GatherV2", s.out(0).shape(), table.dtype(), table, s.input(1), o.scalar(0));
  }

  /** Sums the rows of the cotangent by the row of the table that they came from. */
  private static final class EmbeddingGradient implements Kernel {
    @Override
    public boolean takes(Composite c, List<TensorSpec> in) {
      return isWide(in.get(0));
    }

    @Override
    public List<Term> lower(TensorFlowOps o, Composite c, Site<Term> s) {
      Term table = s.input(0);
      Term sum = o.call(
          "UnsortedSegmentSum",
          table.shape(),
          table.dtype(),
          s.input(3),
          s.input(1),
          o.dim(table, 0));
      return List.of(sum, o.scalar(table.dtype(), 0L));
    }
  }

  /** A float32 vector of one value. */
  static Term vector(TensorFlowOps o, long size, double value) {
    Shape s = Shape.of(size);
    return o.fill(o.ints(s), s, o.scalar(DType.FLOAT32, value));
  }
}
