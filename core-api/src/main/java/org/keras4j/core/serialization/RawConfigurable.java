package org.keras4j.core.serialization;

import java.util.Map;
import java.util.Set;

/** An object that deserializes the parts of its config itself: models, whose layers are shared. */
public interface RawConfigurable {
  /** Takes over a config as it stands in the file; it has no entries but {@link #rawConfigKeys}. */
  void setRawConfig(Map<?, ?> config);

  /** The entries that the config may have. */
  Set<String> rawConfigKeys();
}
