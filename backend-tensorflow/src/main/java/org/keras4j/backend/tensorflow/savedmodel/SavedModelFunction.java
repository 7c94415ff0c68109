package org.keras4j.backend.tensorflow.savedmodel;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.keras4j.backend.tensorflow.runtime.NativeType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.internal.messages.Failures;
import org.keras4j.core.spi.BackendException;
import org.keras4j.core.spi.ForeignFunction;
import org.tensorflow.Result;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Signature;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.types.family.TType;

/** One signature of a loaded SavedModel. */
final class SavedModelFunction implements ForeignFunction {
  private final Path source;
  private final SavedModelBundle bundle;
  private final String key;
  private final Map<String, TensorSpec> inputs;
  private final Map<String, TensorSpec> outputs;

  SavedModelFunction(Path source, SavedModelBundle bundle, Signature signature) {
    this.source = source;
    this.bundle = bundle;
    this.key = signature.key();
    this.inputs = specs(signature.getInputs());
    this.outputs = specs(signature.getOutputs());
  }

  private static Map<String, TensorSpec> specs(Map<String, Signature.TensorDescription> of) {
    Map<String, TensorSpec> out = new LinkedHashMap<>();
    new TreeMap<>(of)
        .forEach((name, d) -> out.put(
            name,
            new TensorSpec(Shape.of(d.shape.asArray()), NativeType.of(d.dataType.getNumber()))));
    return out;
  }

  @Override
  public List<String> inputNames() {
    return List.copyOf(inputs.keySet());
  }

  @Override
  public List<TensorSpec> inputs() {
    return List.copyOf(inputs.values());
  }

  @Override
  public List<String> outputNames() {
    return List.copyOf(outputs.keySet());
  }

  @Override
  public List<TensorSpec> outputs() {
    return List.copyOf(outputs.values());
  }

  @Override
  public List<NDArray> call(List<NDArray> arguments) {
    Map<String, org.tensorflow.Tensor> named = new LinkedHashMap<>();
    List<TType> given = new ArrayList<>();
    try {
      int k = 0;
      for (String name : inputs.keySet()) {
        NDArray a = arguments.get(k++);
        TType theirs = SessionTensors.of(a);
        given.add(theirs);
        named.put(name, theirs);
      }
      List<NDArray> out = new ArrayList<>();
      try (Result result = bundle.function(key).call(named)) {
        for (String name : outputs.keySet()) {
          out.add(SessionTensors.array(result.get(name).orElseThrow()));
        }
      }
      return out;
    } catch (TensorFlowException e) {
      throw Failures.inPlaceOf(
          e,
          new BackendException(
              "'" + key + "' of " + source + " failed on " + inputs + ": " + e.getMessage(),
              e.getCause()));
    } finally {
      given.forEach(TType::close);
    }
  }

  @Override
  public void close() {
    bundle.close();
  }
}
