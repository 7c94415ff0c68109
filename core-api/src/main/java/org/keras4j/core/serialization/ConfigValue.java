package org.keras4j.core.serialization;

import org.jspecify.annotations.Nullable;

/** Something that stands in a config as a plain value: an activation as its name. */
public interface ConfigValue {
  @Nullable
  Object configValue();
}
