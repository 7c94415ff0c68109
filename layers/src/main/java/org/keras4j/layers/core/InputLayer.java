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
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.FluentLayer;

/**
 * The place of an input in a model: a shape, a dtype and a name ({@code keras.layers.InputLayer}). {@link
 * Input} makes one from a shape without the batch axis.
 */
@KerasSerializable(module = "keras.layers")
public class InputLayer extends FluentLayer<InputLayer> {
  private Shape batchShape;
  private DType elementType = Keras.floatx();
  private boolean sparse;
  private boolean optional;
  private @Nullable KerasTensor output;

  protected InputLayer() {
    this(Shape.SCALAR);
  }

  /** An input of this shape, the batch axis included. */
  public InputLayer(Shape batchShape) {
    this.batchShape = batchShape;
    builtWithoutInput();
  }

  /** The batch size; unknown by default. */
  public InputLayer batchSize(long value) {
    return set("batch_size", () -> batchShape = batchShape.with(0, value));
  }

  /** The dtype of the tensors; floatx by default. */
  @Override
  public InputLayer dtype(Object value) {
    super.dtype(value);
    return set("dtype", () -> elementType = DType.from(value));
  }

  /** Whether null is taken in its place. */
  public InputLayer optional(boolean value) {
    return set("optional", () -> optional = value);
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
  public final KerasTensor output() {
    if (output == null) {
      output = new KerasTensor(new TensorSpec(batchShape, elementType), name());
      new OperationNode(this, List.of(), Map.of(), output);
      markBuilt();
    }
    return output;
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
      name((String) n);
    }
    Object shape = config.get("batch_shape");
    if (shape == null) {
      shape = config.get("batch_input_shape");
    }
    if (shape == null && config.get("shape") instanceof List<?> l) {
      batchShape = Shape.of(l).insert(0, Shape.UNKNOWN);
    } else if (shape instanceof List<?> l) {
      batchShape = Shape.of(l);
    } else {
      throw new IllegalArgumentException(
          "InputLayer: config expects 'batch_shape' to be a list, got " + shape);
    }
    Object dtype = config.get("dtype");
    if (dtype instanceof String || dtype instanceof DType) {
      dtype(dtype);
    }
    sparse = Boolean.TRUE.equals(config.get("sparse"));
    if (Boolean.TRUE.equals(config.get("ragged"))) {
      throw new IllegalArgumentException("InputLayer: ragged inputs do not exist here");
    }
    optional = Boolean.TRUE.equals(config.get("optional"));
  }
}
