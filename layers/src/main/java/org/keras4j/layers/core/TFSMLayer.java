package org.keras4j.layers.core;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Nest;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.internal.messages.Failures;
import org.keras4j.core.primitive.HostCall;
import org.keras4j.core.spi.ForeignFunction;
import org.keras4j.core.spi.FunctionFormat;
import org.keras4j.layers.CallContext;
import org.keras4j.layers.FluentLayer;
import org.keras4j.ops.internal.engine.ArrayLike;
import org.keras4j.ops.internal.engine.Engine;

/**
 * A function of a TensorFlow SavedModel as a layer ({@code keras.layers.TFSMLayer}). TensorFlow runs it on any
 * backend; its weights are not the layer's, and no gradient flows through it. A SavedModel can hold any
 * operation of TensorFlow's, so load only files you trust; the layer itself is not saved with a model.
 *
 * <p>Input: one tensor, or a structure of as many as the function takes, in the order of their names. Output:
 * one tensor, or a list in the order of the names.
 */
public final class TFSMLayer extends FluentLayer<TFSMLayer> {
  private static final String FORMAT = "tf_saved_model";

  private final Path filepath;
  private String callEndpoint = "serve";
  private @Nullable String callTrainingEndpoint;
  private @Nullable ForeignFunction inference;
  private @Nullable ForeignFunction training;

  /** From the folder of a SavedModel; its endpoint {@code "serve"} unless told otherwise. */
  public TFSMLayer(Path filepath) {
    this.filepath = filepath;
    builtWithoutInput();
  }

  /**
   * The signature that the layer runs.
   *
   * @param value {@code "serve"} by default
   * @return this layer
   */
  public TFSMLayer callEndpoint(String value) {
    return set("callEndpoint", () -> callEndpoint = value);
  }

  /**
   * The signature that the layer runs while training.
   *
   * @param value its name; null (the default) for that which it runs otherwise
   * @return this layer
   */
  public TFSMLayer callTrainingEndpoint(@Nullable String value) {
    return set("callTrainingEndpoint", () -> callTrainingEndpoint = value);
  }

  private synchronized ForeignFunction function(boolean train) {
    if (train && callTrainingEndpoint != null) {
      ForeignFunction f = training;
      if (f == null) {
        f = load(callTrainingEndpoint);
        training = f;
      }
      return f;
    }
    ForeignFunction f = inference;
    if (f == null) {
      f = load(callEndpoint);
      inference = f;
    }
    return f;
  }

  private ForeignFunction load(String endpoint) {
    for (FunctionFormat format :
        ServiceLoader.load(FunctionFormat.class, TFSMLayer.class.getClassLoader())) {
      if (format.name().equals(FORMAT)) {
        try {
          return format.load(filepath, endpoint);
        } catch (IOException e) {
          throw Failures.inPlaceOf(
              e, new IllegalArgumentException(label() + ": " + e.getMessage(), e.getCause()));
        }
      }
    }
    throw new IllegalStateException(
        label() + ": a SavedModel needs the module keras4j-backend-tensorflow on the class path");
  }

  @Override
  protected Object call(@Nullable Object inputs, CallContext context) {
    ForeignFunction f = function(context.training());
    List<TensorSpec> wanted = f.inputs();
    List<Tensor> given = Nest.tensors(inputs);
    if (given.size() != wanted.size()) {
      throw new IllegalArgumentException(label() + ": expected " + wanted.size() + " inputs "
          + f.inputNames() + ", got " + given.size());
    }
    List<Tensor> in = new ArrayList<>();
    for (int i = 0; i < given.size(); i++) {
      TensorSpec w = wanted.get(i);
      if (!w.shape().isCompatible(given.get(i).shape())) {
        throw new IllegalArgumentException(
            label() + ": input '" + f.inputNames().get(i) + "' expects shape " + w.shape()
                + ", got " + given.get(i).shape());
      }
      in.add(ArrayLike.convert(given.get(i), w.dtype()));
    }
    HostCall call = new HostCall("TFSMLayer " + filepath, f.outputs(), f::call);
    List<Tensor> out = Engine.bind(call, in);
    return out.size() == 1 ? out.get(0) : out;
  }

  @Override
  public Map<String, Object> getConfig() {
    throw new IllegalStateException(
        label() + ": runs the SavedModel " + filepath + ", which is not saved with a model");
  }
}
