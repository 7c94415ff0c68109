package org.keras4j.core.serialization;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An object whose weights' shapes are saved beside its config, under {@code build_config}. */
public interface BuildConfigurable {
  /** What is needed to build it again; null if it is not built. */
  @Nullable
  Map<String, Object> getBuildConfig();

  /** Builds it. */
  void buildFromConfig(Map<String, Object> config);
}
