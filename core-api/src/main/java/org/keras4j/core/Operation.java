package org.keras4j.core;

import java.util.List;
import java.util.Map;

/** What can be a node of a Functional model: a layer, or a function of {@code ops}. */
public interface Operation {
  /** The node's name, unique in a model. */
  String name();

  /**
   * Runs it again on other tensors.
   *
   * @param args positional arguments; tensors may be nested in lists and maps
   * @param kwargs arguments by Keras name
   */
  Object invoke(List<Object> args, Map<String, Object> kwargs);
}
