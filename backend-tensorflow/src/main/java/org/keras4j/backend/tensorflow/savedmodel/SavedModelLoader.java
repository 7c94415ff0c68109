package org.keras4j.backend.tensorflow.savedmodel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.keras4j.backend.tensorflow.runtime.TensorFlowLibrary;
import org.keras4j.core.internal.messages.Failures;
import org.keras4j.core.spi.ForeignFunction;
import org.keras4j.core.spi.FunctionFormat;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Signature;
import org.tensorflow.exceptions.TensorFlowException;

/** Loads the signatures of TensorFlow SavedModels. */
public final class SavedModelLoader implements FunctionFormat {
  @Override
  public String name() {
    return "tf_saved_model";
  }

  @Override
  public ForeignFunction load(Path source, String endpoint) throws IOException {
    if (!Files.isRegularFile(source.resolve("saved_model.pb"))) {
      throw new IOException(source + " is not a TensorFlow SavedModel: it has no saved_model.pb");
    }
    TensorFlowLibrary.load();
    SavedModelBundle bundle;
    try {
      bundle = SavedModelBundle.load(source.toString(), "serve");
    } catch (TensorFlowException e) {
      throw Failures.inPlaceOf(
          e,
          new IOException(
              source + " cannot be loaded as a TensorFlow SavedModel: " + e.getMessage(),
              e.getCause()));
    }
    boolean found = false;
    try {
      Map<String, Signature> signatures = new TreeMap<>();
      bundle.signatures().forEach(s -> signatures.put(s.key(), s));
      Signature s = signatures.get(endpoint);
      if (s == null) {
        List<String> known = new ArrayList<>(signatures.keySet());
        known.remove("__saved_model_init_op");
        throw new IllegalArgumentException(
            source + " has no endpoint '" + endpoint + "', expected one of " + known);
      }
      SavedModelFunction f = new SavedModelFunction(source, bundle, s);
      found = true;
      return f;
    } finally {
      if (!found) {
        bundle.close();
      }
    }
  }
}
