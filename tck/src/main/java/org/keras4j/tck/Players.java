package org.keras4j.tck;

import java.util.ArrayList;
import java.util.List;

/** Which checks a category's cases get. */
final class Players {
  private Players() {}

  /** Plays a case; the messages of what failed. */
  static List<String> play(Case c) {
    switch (c.category()) {
      case "ops":
      case "activations":
      case "functions":
        return new Checks(c, new FunctionSubject(c), 1).run();
      case "losses":
      case "schedules":
      case "initializers":
      case "regularizers":
      case "constraints":
        return object(c);
      case "metrics":
        Made.of(c);
        return new MetricPlay(c).run();
      case "optimizers":
        Made.of(c);
        return new OptimizerPlay(c).run();
      case "layers":
        return withConfig(c, new Checks(c, new LayerSubject(c), 10).run(), Made.of(c));
      default:
        throw new NotBuiltException("category " + c.category());
    }
  }

  private static List<String> object(Case c) {
    Object object = Made.of(c);
    return withConfig(c, new Checks(c, new ObjectSubject(c, object), 1).run(), object);
  }

  private static List<String> withConfig(Case c, List<String> failures, Object made) {
    String config = Made.difference(c, made);
    if (config == null) {
      return failures;
    }
    List<String> all = new ArrayList<>(failures);
    all.add(config);
    return all;
  }
}
