package org.keras4j.backend.tensorflow;

import java.util.List;
import org.keras4j.core.spi.Backend;
import org.keras4j.core.spi.BackendProvider;

/** Announces the TensorFlow backend under the name {@code "tensorflow"}. */
public final class TensorFlowProvider implements BackendProvider {
  @Override
  public String name() {
    return "tensorflow";
  }

  @Override
  public List<String> aliases() {
    return List.of("tf");
  }

  @Override
  public int priority() {
    return 10;
  }

  @Override
  public Backend create() {
    return new TensorFlowBackend();
  }
}
