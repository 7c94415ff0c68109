package org.keras4j.hub.decoder;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.hub.layers.PackedDense;
import org.keras4j.layers.CallArgs;
import org.keras4j.layers.CallContext;
import org.keras4j.layers.FluentLayer;
import org.keras4j.layers.Layer;
import org.keras4j.layers.core.EinsumDense;

/**
 * The attention of a decoder's layer: queries share keys and values in groups, are turned by their positions, see what came
 * before them, perhaps only within a window, and perhaps through a cache.
 *
 * <p>Input: {@code (batch, time, hidden)}; arguments as of {@link CausalBackbone#blocks}. Output shape: the input's. Weights:
 * kernels, and perhaps biases, of {@code query (hidden, heads, dim)}, {@code key}, {@code value} and {@code
 * attention_output (heads, dim, hidden)}, and perhaps the scales of {@code query_norm} and {@code key_norm}.
 */
@KerasSerializable(pkg = "keras4j.hub")
public final class DecoderAttention extends FluentLayer<DecoderAttention> {
  @Config
  private @Nullable DecoderConfig config;

  @Config
  private int index;

  private DecoderAttention() {}

  /**
   * That of one layer.
   *
   * @param config of the decoder
   * @param index the layer's place, from 0 on
   */
  public DecoderAttention(DecoderConfig config, int index) {
    this.config = config;
    this.index = index;
  }

  private DecoderConfig config() {
    return Objects.requireNonNull(config);
  }

  @Override
  protected List<String> callArguments() {
    return List.of("inputs", "positions", "keys", "values", "fresh", "training");
  }

  @Override
  protected void build(Shape input) {
    DecoderConfig c = config();
    project("query", PackedMatrix.QUERY, c.numQueryHeads(), input);
    project("key", PackedMatrix.KEY, c.numKeyValueHeads(), input);
    project("value", PackedMatrix.VALUE, c.numKeyValueHeads(), input);
    Shape heads = Shape.of(-1, -1, c.numQueryHeads(), c.headDim());
    int planes = c.packed(index, PackedMatrix.OUTPUT);
    Layer output = planes > 0
        ? new PackedDense(planes, input.intDim(-1))
            .inputAxes(2)
            .useBias(c.isOutputBias())
            .name("attention_output")
            .dtype(dtypePolicy())
        : new EinsumDense("btuh,uhm->btm", -1, input.intDim(-1))
            .biasAxes(c.isOutputBias() ? "m" : null)
            .name("attention_output")
            .dtype(dtypePolicy());
    track("attention_output", output).buildFor(heads);
    if (c.isQueryKeyNorm()) {
      track("query_norm", DecoderBlock.norm(c, "query_norm", this)).buildFor(heads);
      track("key_norm", DecoderBlock.norm(c, "key_norm", this))
          .buildFor(heads.with(2, c.numKeyValueHeads()));
    }
    track(
        "rotary_embedding",
        new RotaryEmbedding(c.rotaryOf(index)).name("rotary_embedding").dtype(dtypePolicy()));
  }

  private void project(String name, PackedMatrix matrix, int heads, Shape input) {
    DecoderConfig c = config();
    int planes = c.packed(index, matrix);
    Layer projection = planes > 0
        ? new PackedDense(planes, heads, c.headDim())
            .useBias(c.isProjectionBias())
            .name(name)
            .dtype(dtypePolicy())
        : new EinsumDense("btm,muh->btuh", -1, heads, c.headDim())
            .biasAxes(c.isProjectionBias() ? "uh" : null)
            .name(name)
            .dtype(dtypePolicy());
    track(name, projection).buildFor(input);
  }

  private Layer inner(String name) {
    return (Layer) Objects.requireNonNull(trackedAttributes().get(name));
  }

  private Tensor turned(String norm, Tensor heads, Tensor positions) {
    Tensor x = config().isQueryKeyNorm() ? inner(norm).invoke(heads) : heads;
    return inner("rotary_embedding").invoke(x, CallArgs.of("positions", positions));
  }

  @Override
  protected Object call(@Nullable Object inputs, CallContext context) {
    Tensor x = single(inputs);
    DecoderConfig c = config();
    Tensor positions = Objects.requireNonNull(context.tensor("positions"));
    Tensor query = turned("query_norm", inner("query").invoke(x), positions);
    Tensor key = turned("key_norm", inner("key").invoke(x), positions);
    Tensor value = inner("value").invoke(x);
    List<Tensor> out = CachedAttention.scaled(c.attentionScale())
        .softCap(c.attentionSoftCap())
        .window(c.windowOf(index))
        .apply(query, key, value, context);
    Tensor y = inner("attention_output").invoke(out.get(0));
    if (out.size() == 1) {
      return y;
    }
    List<Tensor> with = new ArrayList<>(out);
    with.set(0, y);
    return with;
  }
}
