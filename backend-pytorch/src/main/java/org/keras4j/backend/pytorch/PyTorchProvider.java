package org.keras4j.backend.pytorch;

import java.util.List;
import org.keras4j.core.spi.Backend;
import org.keras4j.core.spi.BackendProvider;

/** Announces the PyTorch backend. */
public final class PyTorchProvider implements BackendProvider {
  @Override
  public String name() {
    return "pytorch";
  }

  @Override
  public List<String> aliases() {
    return List.of("torch");
  }

  @Override
  public int priority() {
    return 30;
  }

  @Override
  public Backend create() {
    LibTorch.load();
    return new PyTorchBackend();
  }
}
