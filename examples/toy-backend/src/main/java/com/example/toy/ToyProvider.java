package com.example.toy;

import java.util.List;
import org.keras4j.core.spi.Backend;
import org.keras4j.core.spi.BackendProvider;

/** Announces the backend; {@code META-INF/services} names this class. */
public final class ToyProvider implements BackendProvider {
  @Override
  public String name() {
    return "toy";
  }

  @Override
  public List<String> aliases() {
    return List.of();
  }

  /** Below those of the library: it is taken where it is asked for, or alone. */
  @Override
  public int priority() {
    return 1;
  }

  @Override
  public Backend create() {
    return new ToyBackend();
  }
}
