package org.keras4j.layers.core;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Fluent;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.CallContext;
import org.keras4j.layers.WeightOptions;
import org.keras4j.layers.quantization.AbsMaxQuantizer;
import org.keras4j.layers.quantization.QuantizationConfig;
import org.keras4j.layers.quantization.QuantizedProduct;
import org.keras4j.layers.quantization.QuantizedWeight;
import org.keras4j.layers.quantization.Quantizer;
import org.keras4j.ops.Ops;

/**
 * Turns integers into vectors that are learned, and vectors back into a score for each integer ({@code
 * keras.layers.ReversibleEmbedding}); the argument {@code reverse} of the call chooses.
 *
 * <p>Input shape: any, of integers from 0 to {@code inputDim - 1}; reversed {@code (..., outputDim)}. Output
 * shape: {@code (..., outputDim)}; reversed {@code (..., inputDim)}. Weights: {@code embeddings (inputDim,
 * outputDim)}, and {@code reverse_embeddings (outputDim, inputDim)} unless weights are tied.
 *
 * <pre>{@code
 * var layer = new ReversibleEmbedding(1000, 64);
 * Tensor hidden = layer.invoke(new int[][] {{1, 2, 3}}); // (1, 3, 64)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class ReversibleEmbedding extends BaseEmbedding<ReversibleEmbedding> {
  @Config
  private boolean tieWeights = true;

  @Config
  private @Nullable DType reverseDtype;

  @Config
  private @Nullable Number logitSoftCap;

  private @Nullable Variable reverseEmbeddings;
  private @Nullable QuantizedWeight quantizedReverse;

  private ReversibleEmbedding() {}

  /**
   * With a table of this size.
   *
   * @param inputDim how many integers there are
   * @param outputDim the length of the vectors
   */
  public ReversibleEmbedding(int inputDim, int outputDim) {
    super(inputDim, outputDim);
  }

  /**
   * Whether the reversed direction uses the same table.
   *
   * @param value true by default
   * @return this layer
   */
  public ReversibleEmbedding tieWeights(boolean value) {
    return set("tieWeights", () -> tieWeights = value);
  }

  /**
   * The dtype of the reversed direction.
   *
   * @param value null (the default) for the compute dtype
   * @return this layer
   */
  public ReversibleEmbedding reverseDtype(@Nullable DType value) {
    return set("reverseDtype", () -> reverseDtype = value);
  }

  /**
   * {@link #reverseDtype(DType)} of a name.
   *
   * @param name {@code "float32"}; {@code "none"} for the compute dtype
   * @return this layer
   * @throws IllegalArgumentException if there is none of that name
   */
  public ReversibleEmbedding reverseDtype(@Nullable String name) {
    return reverseDtype(DType.from(Fluent.nameOrNull(name)));
  }

  /**
   * Confines scores to plus and minus this number by tanh.
   *
   * @param value null (the default) for no limit
   * @return this layer
   */
  public ReversibleEmbedding logitSoftCap(@Nullable Number value) {
    return set("logitSoftCap", () -> logitSoftCap = value);
  }

  @Override
  protected void build(Shape input) {
    super.build(input);
    if (quantized() != null) {
      quantizedReverse = tieWeights ? null : quantizedReverse();
    } else if (!tieWeights) {
      reverseEmbeddings = addWeight(
          "reverse_embeddings",
          Shape.of(outputDim(), inputDim()),
          WeightOptions.initializer(tableInitializer()));
    }
  }

  private QuantizedWeight quantizedReverse() {
    return new QuantizedWeight(
        this::addWeight,
        new QuantizedWeight.Layout("reverse_embeddings", outputDim(), inputDim(), 0, 0),
        Objects.requireNonNull(quantizationMode()),
        QuantizedWeight.blockSize(quantizationConfig(), ownPolicy()),
        quantized());
  }

  @Override
  public void quantize(QuantizationConfig config) {
    super.quantize(config);
    if (reverseEmbeddings != null) {
      Variable floats = reverseEmbeddings;
      untrack(floats);
      quantizedReverse = quantizedReverse();
      quantizedReverse
          .quantized(floats.value(), config.weightQuantizer())
          .forEach(Variable::assign);
      reverseEmbeddings = null;
    }
  }

  // the scores by integers; their gradient is that of the product with the floats they stand for
  private Tensor quantizedLogits(Tensor x, QuantizedWeight table) {
    QuantizationConfig config = quantizationConfig();
    Quantizer quantizer = config == null ? new AbsMaxQuantizer(-1) : config.activationQuantizer();
    QuantizedWeight weights = quantizedReverse == null ? table : quantizedReverse;
    boolean turned = quantizedReverse == null;
    Tensor floats = weights.floats(computeDtype());
    boolean grouped = weights.isGrouped();
    QuantizedProduct product = new QuantizedProduct(
        (in, kernel) -> Ops.matmul(in, turned ? Ops.transpose(kernel) : kernel),
        (ct, kernel) -> Ops.matmul(ct, turned ? kernel : Ops.transpose(kernel)),
        new int[] {-1},
        scale -> scale);
    return product.of(
        x,
        grouped ? floats : weights.integers(),
        grouped ? null : weights.scale(),
        floats,
        quantizer,
        computeDtype());
  }

  private Tensor capped(Tensor logits) {
    return logitSoftCap == null
        ? logits
        : Ops.multiply(Ops.tanh(Ops.divide(logits, logitSoftCap)), logitSoftCap);
  }

  @Override
  protected List<String> callArguments() {
    return List.of("inputs", "reverse");
  }

  @Override
  protected Tensor call(Tensor x, CallContext context) {
    if (!context.flag("reverse", false)) {
      Tensor y = lookUp(x);
      if (isMaskZero()) {
        y.setKerasMask(Ops.notEqual(x, 0));
      }
      return y;
    }
    QuantizedWeight table = quantized();
    if (table != null) {
      return capped(quantizedLogits(x, table));
    }
    Object kernel = reverseEmbeddings == null
        ? Ops.transpose(Ops.cast(adapted(), computeDtype()))
        : reverseEmbeddings;
    Object in = x;
    if (reverseDtype != null) {
      in = Ops.cast(x, reverseDtype);
      kernel = Ops.cast(kernel, reverseDtype);
    }
    return capped(Ops.matmul(in, kernel));
  }

  @Override
  protected @Nullable Object computeMask(@Nullable Object inputs, @Nullable Object previousMask) {
    return null;
  }
}
