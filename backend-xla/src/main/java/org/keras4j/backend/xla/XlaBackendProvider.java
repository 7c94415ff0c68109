package org.keras4j.backend.xla;

import java.util.List;
import org.keras4j.core.spi.Backend;
import org.keras4j.core.spi.BackendProvider;

/** Announces the backend as {@code "xla"}, and as {@code "jax"}, the name in Keras's own files. */
public final class XlaBackendProvider implements BackendProvider {
  @Override
  public String name() {
    return "xla";
  }

  @Override
  public List<String> aliases() {
    return List.of("jax");
  }

  @Override
  public int priority() {
    return 20;
  }

  @Override
  public Backend create() {
    return XlaBackend.start(XlaSettings.read());
  }
}
