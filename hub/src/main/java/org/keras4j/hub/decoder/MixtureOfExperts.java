package org.keras4j.hub.decoder;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.CallContext;
import org.keras4j.layers.FluentLayer;
import org.keras4j.layers.Layer;
import org.keras4j.layers.activations.ActivationFunction;
import org.keras4j.layers.core.Dense;
import org.keras4j.ops.Ops;

/**
 * Several gated feed-forward networks, of which each token is given to a few: those that a router finds likeliest, their results
 * weighted by how likely (Shazeer et al. 2017, arXiv:1701.06538; as in Mixtral, arXiv:2401.04088, and Qwen 3,
 * arXiv:2505.09388).
 *
 * <p>Input and output shape: {@code (..., hidden)}. Weights: the kernel {@code (hidden, experts)} of {@code router}, and {@code
 * gate}, {@code up} {@code (experts, hidden, intermediate)} and {@code down} {@code (experts, intermediate, hidden)}.
 *
 * <p>Where few tokens come, as in a step of generating, only the experts they are given to are read. Otherwise all tokens go through all experts,
 * and those that a token is not given to count for nothing: that is exact, and costs as much as all experts together.
 *
 * <pre>{@code
 * Tensor y = new MixtureOfExperts(8, 2, 64).invoke(Ops.ones(new long[] {2, 3, 16})); // (2, 3, 16)
 * }</pre>
 */
@KerasSerializable(pkg = "keras4j.hub")
public final class MixtureOfExperts extends FluentLayer<MixtureOfExperts> {
  @Config
  private int numExperts;

  @Config
  private int topK;

  @Config
  private int intermediateDim;

  @Config
  private ActivationFunction activation = ActivationFunction.get("silu");

  @Config
  private boolean normalizeTopK = true;

  private @Nullable Variable gate;
  private @Nullable Variable up;
  private @Nullable Variable down;

  private MixtureOfExperts() {}

  /**
   * Of these sizes.
   *
   * @param numExperts how many networks there are, above 0
   * @param topK how many of them a token is given to, from 1 to their number
   * @param intermediateDim the length of the vectors within each, above 0
   * @throws IllegalArgumentException if a number is out of its bounds
   */
  public MixtureOfExperts(int numExperts, int topK, int intermediateDim) {
    this.numExperts = numExperts;
    this.topK = topK;
    this.intermediateDim = intermediateDim;
    configured();
  }

  @Override
  protected void configured() {
    if (numExperts < 1 || topK < 1 || topK > numExperts || intermediateDim < 1) {
      throw new IllegalArgumentException(label()
          + ": expected experts, as many or less for each token, and a positive size, got"
          + " numExperts "
          + numExperts + ", topK " + topK + " and intermediateDim " + intermediateDim);
    }
  }

  /**
   * The function of the half that gates.
   *
   * @param value {@code silu} by default; null for none
   * @return this layer
   */
  public MixtureOfExperts activation(@Nullable ActivationFunction value) {
    return set("activation", () -> activation = ActivationFunction.get(value));
  }

  /**
   * {@link #activation(ActivationFunction)} of a name.
   *
   * @param name {@code "gelu"}; {@code "none"} for none
   * @return this layer
   * @throws IllegalArgumentException if there is none of that name
   */
  public MixtureOfExperts activation(@Nullable String name) {
    return activation(ActivationFunction.named(name));
  }

  /**
   * Whether the probabilities of the experts that a token is given to are made to sum to 1.
   *
   * @param value true by default; otherwise they are the router's among all experts
   * @return this layer
   */
  public MixtureOfExperts normalizeTopK(boolean value) {
    return set("normalizeTopK", () -> normalizeTopK = value);
  }

  @Override
  protected void build(Shape input) {
    int hidden = input.intDim(-1);
    track("router", new Dense(numExperts).useBias(false).name("router").dtype(dtypePolicy()))
        .buildFor(input);
    gate = addWeight("gate", Shape.of(numExperts, hidden, intermediateDim), "glorot_uniform");
    up = addWeight("up", Shape.of(numExperts, hidden, intermediateDim), "glorot_uniform");
    down = addWeight("down", Shape.of(numExperts, intermediateDim, hidden), "glorot_uniform");
  }

  @Override
  protected Tensor call(Tensor x, CallContext context) {
    Layer router = (Layer) Objects.requireNonNull(trackedAttributes().get("router"));
    DType wide = x.dtype() == DType.FLOAT64 ? DType.FLOAT64 : DType.FLOAT32;
    Tensor likely = Ops.softmax(Ops.cast(router.invoke(x), wide), -1);
    List<Tensor> best = Ops.topK(likely, topK);
    Shape places = x.shape().slice(0, x.rank() - 1);
    boolean few = places.isKnown() && 2L * topK * places.size() <= numExperts;
    return few ? chosen(x, weights(best.get(0)), best.get(1)) : all(x, spread(likely, best.get(1)));
  }

  private Tensor weights(Tensor probabilities) {
    return normalizeTopK
        ? Ops.divide(probabilities, Ops.sum(probabilities, -1, true))
        : probabilities;
  }

  // (..., experts): the weights of those that a token is given to, and zeros
  private Tensor spread(Tensor likely, Tensor places) {
    Tensor given = Ops.sum(Ops.oneHot(places, numExperts, likely.dtype()), -2);
    return weights(Ops.multiply(likely, given));
  }

  // letters of the axes before the last one
  private static String axes(Tensor x) {
    return "abcdfgjlmnopqrstuv".substring(0, x.rank() - 1);
  }

  private Tensor all(Tensor x, Tensor weights) {
    String a = axes(x);
    String in = a + "h,ehi->e" + a + "i";
    Tensor inner = Ops.multiply(
        activation.call(Ops.einsum(in, x, Objects.requireNonNull(gate))),
        Ops.einsum(in, x, Objects.requireNonNull(up)));
    Tensor w = Ops.expandDims(Ops.cast(Ops.moveaxis(weights, -1, 0), inner.dtype()), -1);
    return Ops.einsum(
        "e" + a + "i,eih->" + a + "h", Ops.multiply(inner, w), Objects.requireNonNull(down));
  }

  private Tensor chosen(Tensor x, Tensor weights, Tensor places) {
    String a = axes(x);
    String in = a + "h," + a + "khi->" + a + "ki";
    Tensor inner = Ops.multiply(
        activation.call(Ops.einsum(in, x, Ops.take(Objects.requireNonNull(gate), places, 0))),
        Ops.einsum(in, x, Ops.take(Objects.requireNonNull(up), places, 0)));
    Tensor w = Ops.expandDims(Ops.cast(weights, inner.dtype()), -1);
    return Ops.einsum(
        a + "ki," + a + "kih->" + a + "h",
        Ops.multiply(inner, w),
        Ops.take(Objects.requireNonNull(down), places, 0));
  }
}
