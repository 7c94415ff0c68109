package org.keras4j.backend.xla.emit;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.keras4j.backend.xla.runtime.ElementType;
import org.keras4j.backend.xla.runtime.TensorType;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.primitive.Attributes;
import org.keras4j.core.primitive.Composite;
import org.keras4j.core.primitive.Composites;

/**
 * Attention by the fused kernels of cuDNN, which never hold the matrix of all pairs of places: the custom calls that XLA has for
 * them on NVIDIA GPUs, in the form that JAX gives them.
 *
 * <p>Results are those of the composite's body, also for queries that a mask lets see no key: such a query gets the mean
 * of the values. cuDNN knows masks only as numbers that are added, so those queries are put right around its calls; and its gradient
 * of what has such numbers overflows where a forbidden key fits a query far better than those that it may see, so that it is not used.
 * A mask of keys alone, the same for all queries, takes another way ({@link KeyMask}), which has a gradient.
 */
public final class FusedAttention {
  // larger negative numbers are mistreated by the kernels' subtractions
  private static final double LOWEST_BFLOAT16 = -0x1p41;
  private static final double LOWEST_FLOAT16 = -0x1p15;
  static final double NOTHING = -0.7 * Float.MAX_VALUE;
  static final int LARGEST_DEPTH = 128;
  // the kernels take queries in blocks of 64 or 128 and go through all keys for each block, one
  // after the other: a few queries, as where
  // tokens are written one by one, leave most of the device idle, and a mask would copy all keys
  // and values of a cache
  private static final int FEWEST_QUERIES = 32;

  private final Hlo h;

  FusedAttention(Hlo h) {
    this.h = h;
  }

  /**
   * Whether there is a kernel for a call of this composite that is worth it: half precision, a depth of at most 128 that is a multiple of
   * 8, and at least 32 queries; gradients without bias and mask, and only without these fewer heads of keys than of queries.
   */
  public static boolean fits(Composite c, List<TensorSpec> in) {
    String name = c.name();
    boolean backward = name.equals(Composites.DOT_PRODUCT_ATTENTION.backward());
    boolean training = backward || name.equals(Composites.DOT_PRODUCT_ATTENTION.forward());
    if (!training && !name.equals(Composites.DOT_PRODUCT_ATTENTION.name())) {
      return false;
    }
    for (TensorSpec s : in) {
      if (!s.shape().isKnown() || s.shape().size() == 0) {
        return false;
      }
    }
    Shape query = in.get(0).shape();
    Shape key = in.get(1).shape();
    Shape value = in.get(2).shape();
    DType dtype = in.get(0).dtype();
    long depth = query.dim(3);
    boolean keyed = KeyMask.fits(c.attributes(), in);
    boolean grouped = query.dim(2) != key.dim(2);
    boolean added =
        !keyed && (c.attributes().get(Composites.BIAS) || c.attributes().get(Composites.MASK));
    return (dtype == DType.BFLOAT16 || dtype == DType.FLOAT16)
        && query.dim(1) >= FEWEST_QUERIES
        && depth <= LARGEST_DEPTH
        && depth % 8 == 0
        && value.dim(3) == depth
        && query.dim(2) % key.dim(2) == 0
        && value.dim(2) == key.dim(2)
        && !(grouped && (keyed || added))
        && !(added && training && (query.dim(1) % 2 != 0 || value.dim(1) % 2 != 0))
        && !(backward && added);
  }

  /** A program with one fused call, by which is found out whether a device has them. */
  public static Module probe() {
    Hlo h = new Hlo(EmitOptions.DEFAULT);
    TensorType t = TensorType.of(ElementType.BF16, 1, 64, 1, 64);
    Term x = new Term("%a0", t);
    Term y = new FusedAttention(h).forward(x, x, x, null, false, 1, false).get(0);
    String text = "module{func.func public @main(%a0:" + t + ")->(" + y.type() + "){\n" + h.text()
        + "return " + y + " : " + y.type() + "\n}}\n";
    return new Module(text, List.of(t), List.of(y.type()), List.of());
  }

  /** A call that {@linkplain #fits fits}. */
  List<Term> emit(Composite c, List<Term> in) {
    Attributes a = c.attributes();
    boolean causal = a.get(Composites.CAUSAL);
    double scale = a.get(Composites.FACTOR);
    Term query = in.get(0);
    Term key = in.get(1);
    Term value = in.get(2);
    boolean keyed = a.get(Composites.MASK)
        && !a.get(Composites.BIAS)
        && KeyMask.isOfKeys(in.get(3).type().dims(), key.dim(1), query.dim(3), scale);
    if (c.name().equals(Composites.DOT_PRODUCT_ATTENTION.backward())) {
      return keyed
          ? new KeyMask(h, this, in.get(3), query, key, causal).backward(in, scale)
          : backward(in, causal, scale);
    }
    if (keyed) {
      boolean training = c.name().equals(Composites.DOT_PRODUCT_ATTENTION.forward());
      return new KeyMask(h, this, in.get(3), query, key, causal).forward(in, scale, training);
    }
    int next = 3;
    Term bias = a.get(Composites.BIAS) ? in.get(next++) : null;
    Term allowed = a.get(Composites.MASK) ? allowed(in.get(next), query, key, causal) : null;
    // what is masked by the bias need not be masked by the kernel
    boolean masksFuture = causal && allowed == null;
    Term added = added(bias, allowed, query, key);
    Term seeing = allowed == null ? null : seeing(allowed, query);
    boolean training = c.name().equals(Composites.DOT_PRODUCT_ATTENTION.forward());
    List<Term> out = forward(query, key, value, added, masksFuture, scale, training);
    Term y = out.get(0);
    if (seeing != null) {
      y = h.select(rows(seeing, y), y, repeated(mean(value), y));
    }
    if (!training) {
      return List.of(y);
    }
    Term lse = out.get(1);
    if (seeing != null) {
      lse = h.select(seeing, lse, h.full(lse.type(), NOTHING));
    }
    return List.of(y, h.reshape(lse, lse.dim(0), lse.dim(1), lse.dim(2), 1));
  }

  /** The call of cuDNN: the result, and in training what the gradient needs, {@code (batch, heads, t)}. */
  List<Term> forward(
      Term query,
      Term key,
      Term value,
      @Nullable Term added,
      boolean masksFuture,
      double scale,
      boolean training) {
    List<Term> in = new ArrayList<>(List.of(query, key, value));
    if (added != null) {
      in.add(added);
    }
    List<TensorType> out = new ArrayList<>(List.of(heads(query)));
    if (training) {
      out.add(TensorType.of(ElementType.F32, query.dim(0), query.dim(2), query.dim(1)));
    }
    String config = config(query, key, masksFuture, scale)
        + numbers("bmm1", "3", "3", "[\"0\",\"2\"]")
        + numbers("bmm2", "3", "1", "[\"0\",\"1\"]");
    List<Term> results =
        call(added == null ? "fmhaSoftmax" : "fmhaScaleBiasSoftmax", in, out, config);
    Term y = h.transpose(results.get(0), 0, 2, 1, 3);
    return training ? List.of(y, results.get(1)) : List.of(y);
  }

  /** The call of cuDNN for the gradients by query, key and value, of {@code query key value y lse dy}. */
  List<Term> backward(List<Term> in, boolean causal, double scale) {
    Term query = in.get(0);
    Term key = in.get(1);
    Term value = in.get(2);
    Term lse = h.reshape(in.get(4), query.dim(0), query.dim(2), query.dim(1));
    String config = config(query, key, causal, scale)
        + numbers("bmm1_grad_gemm1", "2", "1", "[\"0\",\"1\"]")
        + numbers("bmm1_grad_gemm2", "3", "1", "[\"0\",\"1\"]")
        + numbers("bmm2_grad_gemm1", "2", "1", "[\"0\",\"1\"]")
        + numbers("bmm2_grad_gemm2", "3", "3", "[\"0\",\"2\"]");
    List<Term> out = call(
        "fmhaSoftmaxBackward",
        List.of(query, key, value, lse, in.get(5), in.get(3)),
        List.of(heads(query), heads(key), heads(value)),
        config);
    return List.of(
        h.transpose(out.get(0), 0, 2, 1, 3),
        h.transpose(out.get(1), 0, 2, 1, 3),
        h.transpose(out.get(2), 0, 2, 1, 3));
  }

  // the mask, and where asked for that no query sees a later place, of all queries and keys
  private Term allowed(Term mask, Term query, Term key, boolean causal) {
    long t = query.dim(1);
    long s = key.dim(1);
    Term all = h.broadcastTo(mask, mask.dim(0), mask.dim(1), t, s);
    if (!causal) {
      return all;
    }
    TensorType places = TensorType.of(ElementType.S32, t, s);
    Term past = h.compare("GE", h.iota(places, 0), h.iota(places, 1));
    return h.and(all, h.broadcastTo(past, all.type().dims()));
  }

  // what is added to the logits
  private @Nullable Term added(@Nullable Term bias, @Nullable Term allowed, Term query, Term key) {
    if (bias == null && allowed == null) {
      return null;
    }
    long[] d = {1, 1, query.dim(1), key.dim(1)};
    for (int i = 0; i < 2; i++) {
      d[i] = Math.max(bias == null ? 1 : bias.dim(i), allowed == null ? 1 : allowed.dim(i));
    }
    TensorType type = query.type().withDims(d);
    Term x = bias == null ? h.full(type, 0) : h.broadcastTo(bias, d);
    if (allowed == null) {
      return x;
    }
    double lowest = query.element() == ElementType.BF16 ? LOWEST_BFLOAT16 : LOWEST_FLOAT16;
    return h.select(h.broadcastTo(allowed, d), x, h.full(type, lowest));
  }

  // whether a query sees any key: (batch, heads, t)
  private Term seeing(Term allowed, Term query) {
    Term none = h.full(TensorType.of(ElementType.PRED), 0);
    Term any = h.reduce(allowed, none, "or", 3);
    return h.broadcastTo(any, query.dim(0), query.dim(2), query.dim(1));
  }

  /** {@code (batch, heads, t)} as {@code (batch, t, heads, depth)}. */
  Term rows(Term seeing, Term like) {
    return h.broadcast(seeing, new int[] {0, 2, 1}, like.type().dims());
  }

  /** {@code (batch, heads, depth)} at every place. */
  Term repeated(Term x, Term like) {
    return h.broadcast(x, new int[] {0, 2, 3}, like.type().dims());
  }

  /** The mean over the places. */
  Term mean(Term x) {
    return scaled(x, 1.0 / x.dim(1));
  }

  // the sum over the places times a factor
  private Term scaled(Term x, double factor) {
    Term sum = h.reduce(h.convert(x, ElementType.F32), h.scalar(ElementType.F32, 0), "add", 1);
    return h.convert(h.mul(sum, h.full(sum.type(), factor)), x.element());
  }

  private static TensorType heads(Term x) {
    return x.type().withDims(x.dim(0), x.dim(2), x.dim(1), x.dim(3));
  }

  private List<Term> call(String name, List<Term> in, List<TensorType> out, String config) {
    List<TensorType> results = new ArrayList<>(out);
    results.add(TensorType.of(ElementType.U8, 0)); // the workspace, which XLA makes
    StringBuilder operands = new StringBuilder();
    for (Term t : in) {
      operands.append(operands.length() == 0 ? "" : ",").append(layout(t.type(), false));
    }
    StringBuilder produced = new StringBuilder();
    for (TensorType t : results) {
      produced.append(produced.length() == 0 ? "" : ",").append(layout(t, t.rank() == 4));
    }
    return h.lines(
        "stablehlo.custom_call @__cudnn$" + name + "(" + Hlo.names(in)
            + "){api_version=2:i32,backend_config=\"" + config(config) + "\",operand_layouts=["
            + operands + "],result_layouts=[" + produced + "]} : (" + Hlo.types(in) + ")->("
            + Hlo.typeList(results) + ")",
        results);
  }

  // axes from the fastest to the slowest; results lie as (batch, t, heads, depth), whatever their
  // axes' order
  private static String layout(TensorType t, boolean byHeads) {
    String axes = switch (t.rank()) {
      case 4 -> byHeads ? "[3,1,2,0]" : "[3,2,1,0]";
      case 3 -> "[2,1,0]";
      default -> "0";
    };
    return "dense<" + axes + "> : tensor<" + t.rank() + "xindex>";
  }

  private static String config(String attention) {
    String json =
        "{\"operation_queue_id\":\"0\",\"cudnn_fmha_backend_config\":{" + attention + "}}";
    return json.replace("\"", "\\22");
  }

  private static String config(Term query, Term key, boolean masksFuture, double scale) {
    return "\"algorithm\":{\"algo_id\":\"0\",\"math_type\":\"TENSOR_OP_MATH\","
        + "\"tuning_knobs\":{\"17\":\"1\",\"24\":\"0\"},\"is_cudnn_frontend\":true,\"workspace_size\":\"0\"},"
        + "\"fmha_scale\":" + scale
        + ",\"intermediate_tensor_shape\":{\"element_type\":\""
        + query.element().mlir().toUpperCase(Locale.ROOT)
        + "\",\"dimensions\":["
        + String.format(
            Locale.ROOT,
            "\"%d\",\"%d\",\"%d\",\"%d\"",
            query.dim(0),
            query.dim(2),
            query.dim(1),
            key.dim(1))
        + "],\"tuple_shapes\":[],\"layout\":{\"minor_to_major\":[\"3\",\"2\",\"1\",\"0\"]},"
        + "\"is_dynamic_dimension\":[false,false,false,false]},"
        + "\"is_flash_attention\":true,\"mask_type\":\"" + (masksFuture ? "CAUSAL" : "NO_MASK")
        + "\",\"dropout_rate\":0.0,\"seed\":42,\"sliding_window_length\":0,\"max_seg_per_batch\":1,"
        + "\"is_paged_attention\":false";
  }

  // the axes of a product: contracted ones, and those of batches and heads at the left; at the
  // right these are 0 and 2
  private static String numbers(String product, String left, String right, String leftBatch) {
    return ",\"" + product + "_dot_dimension_numbers\":{\"lhs_contracting_dimensions\":[\"" + left
        + "\"],\"rhs_contracting_dimensions\":[\"" + right + "\"],\"lhs_batch_dimensions\":"
        + leftBatch + ",\"rhs_batch_dimensions\":[\"0\",\"2\"]}";
  }
}
