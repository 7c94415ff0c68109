package org.keras4j.core.serialization;

import java.util.Map;

/** An object that deserializes the parts of its config itself: models, whose layers are shared. */
public interface RawConfigurable {
  /** Takes over a config as it stands in the file. */
  void setRawConfig(Map<?, ?> config);
}
