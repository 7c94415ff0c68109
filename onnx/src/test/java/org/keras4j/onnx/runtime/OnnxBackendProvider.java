package org.keras4j.onnx.runtime;

import java.util.List;
import org.keras4j.core.spi.Backend;
import org.keras4j.core.spi.BackendProvider;

/** Announces {@link OnnxBackend}, for tests that ask for it by name. */
public final class OnnxBackendProvider implements BackendProvider {
  @Override
  public String name() {
    return "onnx";
  }

  @Override
  public List<String> aliases() {
    return List.of();
  }

  @Override
  public int priority() {
    return Integer.MIN_VALUE;
  }

  @Override
  public Backend create() {
    return new OnnxBackend();
  }
}
