package org.keras4j.layers;

import java.util.Locale;

/** The policy of a layer whose weights became integers by what its inputs were: mode, bits, and size of groups. */
public abstract sealed class CalibratedDTypePolicy extends QuantizedDTypePolicy
    permits GPTQDTypePolicy, AWQDTypePolicy {
  CalibratedDTypePolicy(String mode, DTypePolicy source) {
    super(mode, source);
  }

  /** The numbers of bits that there may be, as a pattern. */
  abstract String bits();

  abstract String method();

  @Override
  void check(String given) {
    String start = method().toLowerCase(Locale.ROOT) + "/";
    if (!given.matches(start + bits() + "/(-1|[1-9]\\d{0,8})")) {
      throw new IllegalArgumentException(getClass().getSimpleName() + ": 'mode' expects '" + start
          + "', the number of bits, " + bits() + ", '/' and the size of a group, -1 or a positive"
          + " integer, got '" + given + "'");
    }
  }

  /** How many bits an integer has. */
  public final int weightBits() {
    return Integer.parseInt(mode().split("/")[1]);
  }

  /** How many inputs share a scale; -1 for all. */
  public final int groupSize() {
    return Integer.parseInt(mode().split("/")[2]);
  }
}
