package org.keras4j.hub.gpt2;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.hub.decoder.ApproximateGELU;
import org.keras4j.hub.decoder.CachedAttention;
import org.keras4j.hub.decoder.CausalBackbone;
import org.keras4j.layers.CallContext;
import org.keras4j.layers.FluentLayer;
import org.keras4j.layers.Layer;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.EinsumDense;
import org.keras4j.layers.normalization.LayerNormalization;
import org.keras4j.layers.regularization.Dropout;
import org.keras4j.ops.Ops;

/**
 * A layer of GPT-2: attention to what came before and a feed-forward network, each added to what goes in, which is normalized
 * before them.
 *
 * <p>Input: {@code (batch, time, hidden)}; arguments as of {@link CausalBackbone#blocks}. Output shape: the input's. Weights:
 * those of {@code attention_norm}, {@code query}, {@code key}, {@code value}, {@code attention_output}, {@code
 * feed_forward_norm}, {@code intermediate} and {@code feed_forward_output}.
 */
@KerasSerializable(pkg = "keras4j.hub")
public final class GPT2Block extends FluentLayer<GPT2Block> {
  @Config
  private int numHeads;

  @Config
  private int intermediateDim;

  @Config
  private double layerNormEpsilon = 1e-5;

  @Config
  private double dropout;

  private GPT2Block() {}

  /**
   * With these sizes.
   *
   * @param numHeads how many heads there are, a divisor of the input's last axis
   * @param intermediateDim the length of the vectors within the feed-forward network
   * @throws IllegalArgumentException if one is below 1
   */
  public GPT2Block(int numHeads, int intermediateDim) {
    this.numHeads = numHeads;
    this.intermediateDim = intermediateDim;
    configured();
  }

  @Override
  protected void configured() {
    if (numHeads <= 0 || intermediateDim <= 0 || !(dropout >= 0 && dropout < 1)) {
      throw new IllegalArgumentException(
          label() + ": expected sizes above 0 and a dropout from 0 to"
              + " below 1, got numHeads " + numHeads + ", intermediateDim " + intermediateDim
              + " and dropout " + dropout);
    }
  }

  /**
   * What is added to variances in normalizations.
   *
   * @param value 1e-5 by default
   * @return this layer
   */
  public GPT2Block layerNormEpsilon(double value) {
    return set("layerNormEpsilon", () -> layerNormEpsilon = value);
  }

  /**
   * Which part of attention weights and results is dropped in training.
   *
   * @param value 0 by default
   * @return this layer
   * @throws IllegalArgumentException if it is not from 0 to below 1
   */
  public GPT2Block dropout(double value) {
    set("dropout", () -> dropout = value);
    configured();
    return this;
  }

  @Override
  protected List<String> callArguments() {
    return List.of("inputs", "positions", "keys", "values", "fresh", "training");
  }

  @Override
  protected void build(Shape input) {
    int hidden = input.intDim(-1);
    if (hidden % numHeads != 0) {
      throw new IllegalArgumentException(
          label() + ": expected a last axis that " + numHeads + " heads divide, got " + input);
    }
    norm("attention_norm", input);
    for (String name : new String[] {"query", "key", "value"}) {
      add(name, new EinsumDense("btm,muh->btuh", -1, numHeads, hidden / numHeads).biasAxes("uh"))
          .buildFor(input);
    }
    add("attention_output", new EinsumDense("btuh,uhm->btm", -1, hidden).biasAxes("m"))
        .buildFor(Shape.of(-1, -1, numHeads, hidden / numHeads));
    norm("feed_forward_norm", input);
    add("intermediate", new Dense(intermediateDim).activation(new ApproximateGELU()))
        .buildFor(input);
    add("feed_forward_output", new Dense(hidden)).buildFor(input.with(-1, intermediateDim));
    for (String name : new String[] {"weights_dropout", "attention_dropout", "output_dropout"}) {
      add(name, new Dropout(dropout)).buildFor(input);
    }
  }

  private void norm(String name, Shape input) {
    add(name, new LayerNormalization().epsilon(layerNormEpsilon)).buildFor(input);
  }

  private <L extends FluentLayer<L>> Layer add(String name, L layer) {
    return track(name, layer.name(name).dtype(dtypePolicy()));
  }

  private Layer inner(String name) {
    return (Layer) Objects.requireNonNull(trackedAttributes().get(name));
  }

  @Override
  protected Object call(@Nullable Object inputs, CallContext context) {
    Tensor x = single(inputs);
    Tensor normed = inner("attention_norm").invoke(x);
    Tensor query = inner("query").invoke(normed);
    double scale = 1 / Math.sqrt(query.shape().intDim(-1));
    Layer drop = context.training() && dropout > 0 ? inner("weights_dropout") : null;
    List<Tensor> heads = CachedAttention.scaled(scale)
        .dropout(drop)
        .apply(query, inner("key").invoke(normed), inner("value").invoke(normed), context);
    Tensor attended = inner("attention_output").invoke(heads.get(0));
    Tensor h = Ops.add(x, inner("attention_dropout").invoke(attended));
    Tensor fed = inner("intermediate").invoke(inner("feed_forward_norm").invoke(h));
    Tensor y =
        Ops.add(h, inner("output_dropout").invoke(inner("feed_forward_output").invoke(fed)));
    if (heads.size() == 1) {
      return y;
    }
    List<Tensor> out = new ArrayList<>(heads);
    out.set(0, y);
    return out;
  }
}
