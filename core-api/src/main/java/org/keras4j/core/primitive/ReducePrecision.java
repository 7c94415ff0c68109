package org.keras4j.core.primitive;

import java.util.List;
import java.util.Set;
import org.keras4j.core.DType;
import org.keras4j.core.TensorSpec;

/**
 * Floats rounded to the nearest number, of two to that with an even last bit, of a format with so many bits of exponent and of
 * mantissa, and given in their own dtype. A width that the dtype does not exceed changes nothing. Where there are fewer exponents,
 * what is too large becomes infinite, and what is below the smallest normal number a zero of its sign. NaN stays.
 */
public record ReducePrecision(int exponentBits, int mantissaBits) implements Primitive {
  private static final Set<Trait> TRAITS = Set.of(Trait.ARITHMETIC);

  /** The widths of a dtype of two, four or eight bytes. */
  public static ReducePrecision of(DType floats) {
    return switch (floats) {
      case FLOAT16 -> new ReducePrecision(5, 10);
      case BFLOAT16 -> new ReducePrecision(8, 7);
      case FLOAT32 -> new ReducePrecision(8, 23);
      case FLOAT64 -> new ReducePrecision(11, 52);
      default ->
        throw new IllegalArgumentException("no floats of two, four or eight bytes: " + floats);
    };
  }

  /** What is added to an exponent of so many bits as it is stored. */
  public static long bias(int exponentBits) {
    return (1L << (exponentBits - 1)) - 1;
  }

  @Override
  public List<TensorSpec> infer(List<TensorSpec> in) {
    Rule.inputs(in, 1);
    Rule.require(in.get(0).dtype().isFloat(), in, "floats");
    Rule.require(
        exponentBits > 0 && mantissaBits > 0,
        in,
        "at least one bit of exponent and one of mantissa, not " + exponentBits + " and "
            + mantissaBits);
    return List.of(in.get(0));
  }

  @Override
  public Set<Trait> traits() {
    return TRAITS;
  }

  @Override
  public <C, R> R accept(PrimitiveVisitor<C, R> visitor, C context) {
    return visitor.reducePrecision(this, context);
  }
}
