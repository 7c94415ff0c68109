package org.keras4j.tck.ops;

import java.util.List;
import org.keras4j.tck.draws.Draws;
import org.keras4j.tck.kit.KitOptions;

/**
 * How much is drawn. The ordinary build draws few; the long profile many, in segments that run one after
 * another or on several machines. System properties:
 *
 * <ul>
 *   <li>{@code keras4j.draws}: how often each function is tried;
 *   <li>{@code keras4j.draws.from}: the number of the first draw, 0 if not given;
 *   <li>{@code keras4j.draws.only}: a part of the names of the functions that are tried;
 *   <li>{@code keras4j.draws.backends}: those that are compared, separated by commas; all if not given;
 *   <li>{@code keras4j.draws.verbose}: {@code true} to say each wrong call before it is made.
 * </ul>
 */
final class Profile {
  private static final String ONLY = System.getProperty("keras4j.draws.only", "");

  private Profile() {}

  /** Has XLA compile fast what is called once, as the build says how; before XLA is loaded. */
  static void compileFast() {
    System.setProperty("keras4j.xla.flags", System.getProperty("kit.xla.flags", ""));
  }

  /** How the kit draws on a backend: on XLA, which compiles each call, a third of what is usual. */
  static KitOptions options(String backend) {
    return new KitOptions().oneDrawOf(backend.equals("xla") ? 3 : 1);
  }

  /** The functions that are tried. */
  static List<String> functions() {
    return Draws.functions().stream().filter(f -> f.contains(ONLY)).toList();
  }

  /** The backends that are compared. */
  static List<String> backends() {
    return List.of(
        System.getProperty("keras4j.draws.backends", "pytorch,tensorflow,xla").split(","));
  }
}
