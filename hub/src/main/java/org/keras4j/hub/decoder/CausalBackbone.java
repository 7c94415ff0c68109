package org.keras4j.hub.decoder;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Tensor;
import org.keras4j.layers.CallArgs;
import org.keras4j.layers.CallContext;
import org.keras4j.layers.DTypePolicyMap;
import org.keras4j.layers.Layer;
import org.keras4j.models.Model;
import org.keras4j.ops.Ops;

/**
 * A network that reads tokens from left to right: the vector of each depends on it and those before.
 *
 * <p>Input shape: {@code (batch, time)}, integers. Output shape: {@code (batch, time, hidden)}. Texts of different lengths are
 * padded behind: no token sees what comes later, so padding changes nothing before it, and its own vectors mean
 * nothing.
 */
public abstract class CausalBackbone extends Model {
  /** For subclasses. */
  protected CausalBackbone() {}

  /** How many tokens there are. */
  public abstract int vocabularySize();

  /** The length of the vectors that it gives. */
  public abstract int hiddenDim();

  /** How many layers a {@link KeyValueCache} holds keys and values for. */
  public abstract int numLayers();

  /** How many heads of keys and values a layer has. */
  public abstract int numKeyValueHeads();

  /** The size of a head. */
  public abstract int headDim();

  /** The most tokens that a text can have, or null where nothing limits it. */
  public @Nullable Integer maxLength() {
    return null;
  }

  /**
   * The vectors of tokens.
   *
   * @param tokens {@code (batch, time)}, integers
   * @param positions where each stands in its text, {@code (batch, time)}, int32
   * @return {@code (batch, time, hidden)}
   */
  protected abstract Tensor embed(Tensor tokens, Tensor positions);

  /**
   * The layers between. Each takes {@code (batch, time, hidden)} and the arguments {@code positions}, and perhaps {@code
   * keys} and {@code values} of a cache, and {@code fresh}, true if the cache is empty; with them it gives a list of the
   * vectors and the new keys and values.
   */
  protected abstract List<Layer> blocks();

  /** The vectors as they are given out. */
  protected abstract Tensor normalize(Tensor hidden);

  /**
   * How likely each token is to come next.
   *
   * @param hidden {@code (..., hidden)}, what the network gives
   * @return logits {@code (..., vocabulary)}
   */
  public abstract Tensor logits(Tensor hidden);

  /** With the policies of layers inside that were quantized, so that a file of this network holds their integers. */
  @Override
  public Map<String, Object> getConfig() {
    Map<String, Object> config = super.getConfig();
    if (dtypePolicy() instanceof DTypePolicyMap) {
      return config;
    }
    DTypePolicyMap policies = new DTypePolicyMap(dtypePolicy());
    boolean any = false;
    for (Layer layer : flattenLayers(false)) {
      if (layer.quantizationMode() != null) {
        // whatever this network is a part of where the file is read
        policies.put(".*" + layer.path().substring(path().length()), layer.dtypePolicy());
        any = true;
      }
    }
    if (any) {
      config.put("dtype", policies);
    }
    return config;
  }

  @Override
  protected Tensor call(Tensor tokens, CallContext context) {
    Tensor positions = Ops.subtract(Ops.cumsum(Ops.onesLike(tokens, DType.INT32), 1), 1);
    Tensor x = embed(tokens, positions);
    for (Layer block : blocks()) {
      x = block.invoke(x, CallArgs.of("positions", positions));
    }
    return normalize(x);
  }

  /**
   * What the network gives for tokens that follow others, and the cache with them.
   *
   * @param hidden {@code (batch, time, hidden)}
   * @param state of the cache, as {@link KeyValueCache#state} has it
   */
  public record Cached(Tensor hidden, List<Tensor> state) {}

  /**
   * The vectors of tokens that follow those of which a cache holds keys and values.
   *
   * @param tokens {@code (batch, time)}, integers
   * @param starts how many tokens of each text came before, {@code (batch)}, int32
   * @param state that of the cache
   * @param fresh whether none came before, in any text
   * @return vectors, and the state of the cache after these tokens
   */
  public final Cached cached(Tensor tokens, Tensor starts, List<Tensor> state, boolean fresh) {
    Tensor steps = Ops.arange(tokens.shape().intDim(1), null, null, "int32");
    Tensor positions = Ops.add(Ops.expandDims(starts, 1), Ops.expandDims(steps, 0));
    Tensor x = embed(tokens, positions);
    List<Tensor> next = new ArrayList<>();
    List<Layer> blocks = blocks();
    for (int i = 0; i < blocks.size(); i++) {
      CallArgs args = CallArgs.of(
          "positions",
          positions,
          "keys",
          state.get(2 * i),
          "values",
          state.get(2 * i + 1),
          "fresh",
          fresh);
      List<?> out = (List<?>) blocks.get(i).invokeNested(x, args);
      x = (Tensor) out.get(0);
      next.add((Tensor) out.get(1));
      next.add((Tensor) out.get(2));
    }
    return new Cached(normalize(x), next);
  }
}
