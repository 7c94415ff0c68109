package org.keras4j.layers.normalization;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.CallContext;
import org.keras4j.layers.InputSpec;
import org.keras4j.layers.Layer;
import org.keras4j.layers.WeightOptions;
import org.keras4j.layers.core.Wrapper;
import org.keras4j.layers.initializers.TruncatedNormal;
import org.keras4j.layers.internal.Extent;
import org.keras4j.ops.Ops;
import org.keras4j.ops.custom.Autocast;
import org.keras4j.ops.internal.engine.Prims;

/**
 * Divides the kernel of a layer by its largest singular value, found by power iteration, at each training
 * step ({@code keras.layers.SpectralNormalization}; Miyato et al. 2018, arXiv:1802.05957).
 *
 * <p>Input and output: those of the layer. Weights: the layer's, and {@code vector_u (1, outputs)}, which is
 * not trainable.
 *
 * <pre>{@code
 * Tensor y = new SpectralNormalization(new Dense(4)).powerIterations(2).invoke(Ops.ones(new long[] {2, 3})); // (2, 4)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class SpectralNormalization extends Wrapper<SpectralNormalization> {
  @Config
  private int powerIterations = 1;

  private @Nullable Variable kernel;
  private @Nullable Variable vectorU;

  private SpectralNormalization() {}

  /**
   * Of a layer that has a weight {@code kernel} or {@code embeddings}.
   *
   * @param layer the layer inside
   */
  public SpectralNormalization(Layer layer) {
    super(layer);
  }

  /**
   * How often the vector is improved at each step.
   *
   * @param value 1 by default
   * @return this layer
   */
  public SpectralNormalization powerIterations(int value) {
    set("powerIterations", () -> powerIterations = value);
    configured();
    return this;
  }

  @Override
  protected void configured() {
    Extent.of(label() + " powerIterations", 1, 1, powerIterations);
  }

  @Override
  protected List<String> callArguments() {
    return List.of("inputs", "training");
  }

  @Override
  protected void build(Shape input) {
    layer().buildFor(input);
    inputSpec(new InputSpec().minNdim(1).axis(-1, input.last()));
    kernel = layer().ownWeights().stream()
        .filter(v -> v.name().equals("kernel") || v.name().equals("embeddings"))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(
            label() + ": expected a layer with a weight 'kernel' or 'embeddings', got " + layer()));
    adopt(kernel);
    vectorU = addWeight(
        "vector_u",
        Shape.of(1, kernel.shape().last()),
        WeightOptions.initializer(new TruncatedNormal(0.0, 0.02))
            .trainable(false)
            .dtype(kernel.dtype()));
  }

  @Override
  protected Tensor call(Tensor x, CallContext context) {
    if (context.training()) {
      normalize(Objects.requireNonNull(kernel), Objects.requireNonNull(vectorU));
    }
    return Prims.convert(layer().invoke(x), x.dtype());
  }

  private void normalize(Variable kernel, Variable vectorU) {
    Tensor weights = Autocast.value(kernel);
    Tensor matrix = Ops.reshape(weights, -1, kernel.shape().last());
    Tensor before = Autocast.value(vectorU);
    Tensor u = before;
    Tensor v = u;
    for (int i = 0; i < powerIterations; i++) {
      v = unit(Ops.matmul(u, Ops.transpose(matrix)));
      u = unit(Ops.matmul(v, matrix));
    }
    u = Prims.stopGradient(u);
    v = Prims.stopGradient(v);
    Tensor sigma = Ops.reshape(Ops.matmul(Ops.matmul(v, matrix), Ops.transpose(u)), Shape.SCALAR);
    Tensor zero = Ops.logicalNot(Ops.any(Ops.notEqual(weights, 0)));
    // a kernel of zeros stays as it is
    Tensor divisor = Ops.where(zero, Prims.onesLike(sigma), sigma);
    vectorU.assign(Prims.convert(Ops.where(zero, before, u), vectorU.dtype()));
    kernel.assign(Prims.convert(Ops.divide(weights, divisor), kernel.dtype()));
  }

  private static Tensor unit(Tensor x) {
    Tensor norm = Ops.sqrt(Ops.sum(Ops.square(x)));
    return Ops.divide(x, Ops.maximum(norm, 1e-12));
  }
}
