package org.keras4j.core.sharding;

import java.util.List;

/**
 * The axes along which devices are laid out, without the devices.
 *
 * @param names of the axes, none twice
 * @param sizes how many devices there are along each, at least one
 */
public record Mesh(List<String> names, List<Long> sizes) {
  /**
   * Checks that names and sizes fit.
   *
   * @throws IllegalArgumentException if their numbers differ, or a size is below one
   */
  public Mesh {
    names = List.copyOf(names);
    sizes = List.copyOf(sizes);
    if (names.size() != sizes.size() || sizes.stream().anyMatch(s -> s < 1)) {
      throw new IllegalArgumentException(
          "A mesh needs a size of at least one for each axis, got " + names + " and " + sizes);
    }
  }

  /** How many devices there are. */
  public long devices() {
    return sizes.stream().reduce(1L, Math::multiplyExact);
  }

  /** {@code batch=2, model=4}. */
  @Override
  public String toString() {
    StringBuilder b = new StringBuilder();
    for (int i = 0; i < names.size(); i++) {
      b.append(i == 0 ? "" : ", ").append(names.get(i)).append('=').append(sizes.get(i));
    }
    return b.toString();
  }
}
