package org.keras4j.backend.tensorflow.savedmodel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.keras4j.backend.tensorflow.runtime.TensorFlowLibrary;
import org.keras4j.core.internal.messages.Failures;
import org.keras4j.core.spi.ForeignProgram;
import org.keras4j.core.spi.ProgramFormat;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.exceptions.TensorFlowException;

/** The format {@code "saved_model"} of programs to be trained: SavedModels, of which one signature is taken. */
public final class SavedModelPrograms implements ProgramFormat {
  /** Found by {@code ServiceLoader}. */
  public SavedModelPrograms() {}

  @Override
  public String name() {
    return "saved_model";
  }

  @Override
  public ForeignProgram load(Path source) throws IOException {
    if (!Files.isRegularFile(source.resolve("saved_model.pb"))) {
      throw new IOException(source + " is not a TensorFlow SavedModel: it has no saved_model.pb");
    }
    TensorFlowLibrary.load();
    try (SavedModelBundle bundle = SavedModelBundle.load(source.toString(), "serve")) {
      return SavedModelProgram.of(bundle, source.toString());
    } catch (TensorFlowException e) {
      throw Failures.inPlaceOf(
          e,
          new IOException(
              source + " cannot be loaded as a TensorFlow SavedModel: " + e.getMessage(),
              e.getCause()));
    }
  }

  @Override
  public ForeignProgram read(byte[] program) throws IOException {
    TensorFlowLibrary.load();
    return SavedModelProgram.read(program);
  }
}
