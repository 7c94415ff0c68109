package org.keras4j.tck.kit;

/**
 * One test of the kit.
 *
 * @param name what is tested, unique among its neighbours
 * @param body runs it; fails by any exception or error
 */
public record KitTest(String name, Body body) {
  /** What a test does. */
  @FunctionalInterface
  public interface Body {
    void run() throws Exception;
  }
}
