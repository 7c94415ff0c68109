package org.keras4j.layers.core;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Keras;
import org.keras4j.core.KerasTensor;
import org.keras4j.core.OperationNode;
import org.keras4j.core.Shape;
import org.keras4j.core.SparseTensor;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.serialization.ConfigEntries;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.DTypePolicy;
import org.keras4j.layers.FluentLayer;

/**
 * The place of an input in a model: a shape, a dtype and a name ({@code keras.layers.InputLayer}). {@link
 * Input} makes one from a shape without the batch axis.
 *
 * <pre>{@code
 * KerasTensor x = new InputLayer(Shape.of(Shape.UNKNOWN, 28, 28)).name("image").output(); // (batch, 28, 28)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public class InputLayer extends FluentLayer<InputLayer> {
  private Shape batchShape;
  private DType elementType = Keras.floatx();
  private boolean optional;
  private boolean sparse;
  private @Nullable KerasTensor output;

  protected InputLayer() {
    this(Shape.SCALAR);
  }

  /**
   * An input of this shape, the batch axis included.
   *
   * @param batchShape the shape, the batch axis included
   */
  public InputLayer(Shape batchShape) {
    this.batchShape = batchShape;
    builtWithoutInput();
  }

  /**
   * The batch size.
   *
   * @param value unknown by default
   * @return this layer
   */
  public InputLayer batchSize(long value) {
    return set("batchSize", () -> batchShape = batchShape.with(0, value));
  }

  /**
   * The dtype of the tensors.
   *
   * @param policy one of a plain dtype; floatx by default, which null means too
   * @return this layer
   */
  @Override
  public InputLayer dtype(@Nullable DTypePolicy policy) {
    super.dtype(policy);
    return set("dtype", () -> elementType = DType.of(dtypePolicy().name()));
  }

  /**
   * Whether null is taken in its place.
   *
   * @param value false by default
   * @return this layer
   */
  public InputLayer optional(boolean value) {
    return set("optional", () -> optional = value);
  }

  /**
   * Whether a {@link SparseTensor}, or {@link org.keras4j.core.SparseArray}, is taken as it is; where it is false, one is made dense.
   *
   * @param value false by default
   * @return this layer
   */
  public InputLayer sparse(boolean value) {
    return set("sparse", () -> sparse = value);
  }

  public final boolean isSparse() {
    return sparse;
  }

  public final boolean isOptional() {
    return optional;
  }

  /** The shape, batch axis included. */
  public final Shape batchShape() {
    return batchShape;
  }

  /** The dtype of the tensors. */
  public final DType elementType() {
    return elementType;
  }

  /** The symbolic tensor that stands for the input; no setting changes afterwards. */
  @Override
  public final KerasTensor output() {
    if (output == null) {
      output = new KerasTensor(new TensorSpec(batchShape, elementType), name(), sparse);
      new OperationNode(this, List.of(), Map.of(), output);
      markBuilt();
    }
    return output;
  }

  /** {@link #output} alone. */
  @Override
  public final List<KerasTensor> outputs() {
    return List.of(output());
  }

  /** Empty: nothing comes before an input. */
  @Override
  public final List<KerasTensor> inputs() {
    return List.of();
  }

  @Override
  protected Tensor call(Tensor x) {
    return x;
  }

  @Override
  public Map<String, Object> getConfig() {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("batch_shape", batchShape);
    out.put("dtype", elementType);
    out.put("sparse", sparse);
    out.put("ragged", false);
    out.put("name", name());
    out.put("optional", optional);
    return out;
  }

  @Override
  public void setConfig(Map<String, Object> config) {
    Object n = config.get("name");
    if (n != null) {
      name(ConfigEntries.text(label(), "name", n));
    }
    Object whole = first(config, "batch_shape", "batch_input_shape");
    Object sizes = first(config, "shape", "input_shape");
    if (whole == null && sizes instanceof List<?> l) {
      batchShape = Shape.of(l).insert(0, Shape.UNKNOWN);
      if (config.get("batch_size") instanceof Number b) {
        batchShape = batchShape.with(0, b.longValue());
      }
    } else if (whole instanceof List<?> l) {
      batchShape = Shape.of(l);
    } else {
      throw new IllegalArgumentException(
          label() + ": config expects 'batch_shape' to be a list, got " + whole);
    }
    Object dtype = config.get("dtype");
    if (dtype != null) {
      dtype(dtype instanceof DTypePolicy p ? p.computeDtype() : DType.from(dtype, DType.FLOAT32));
    }
    sparse = Boolean.TRUE.equals(config.get("sparse"));
    if (Boolean.TRUE.equals(config.get("ragged"))) {
      throw new IllegalArgumentException(label()
          + ": 'ragged' expects false, got true: there are no ragged tensors; pad sequences"
          + " instead");
    }
    optional = Boolean.TRUE.equals(config.get("optional"));
  }

  private static @Nullable Object first(Map<String, Object> config, String key, String otherwise) {
    Object given = config.get(key);
    return given == null ? config.get(otherwise) : given;
  }

  @Override
  public boolean readsConfigKey(String key) {
    return switch (key) {
      case "shape", "batch_size", "input_shape", "batch_input_shape" -> true;
      default -> false;
    };
  }
}
