package org.keras4j.core.serialization;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An object whose training setup is saved beside its config, under {@code compile_config}. */
public interface CompileConfigurable {
  /** Optimizer, losses and metrics; null if it was not compiled. */
  @Nullable
  Map<String, Object> getCompileConfig();

  /** Compiles it again. */
  void compileFromConfig(Map<String, Object> config);
}
