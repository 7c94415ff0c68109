package org.keras4j.ops.internal.random;

import java.util.Objects;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.BinaryKind;
import org.keras4j.core.primitive.Bitcast;
import org.keras4j.core.primitive.UnaryKind;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.Prims;

/**
 * Normally distributed numbers by Threefry 2x32-20 (Salmon et al. 2011), those that JAX draws for a key.
 * Only for functions whose results, given a seed, are to be Keras's own; everything else is drawn by
 * {@link RandomWords}.
 */
public final class Threefry {
  private static final int[][] ROTATIONS = {{13, 15, 26, 6}, {17, 29, 16, 24}};

  private static final double[] CENTRAL = {
    2.81022636e-08,
    3.43273939e-07,
    -3.5233877e-06,
    -4.39150654e-06,
    0.00021858087,
    -0.00125372503,
    -0.00417768164,
    0.246640727,
    1.50140941
  };
  private static final double[] TAIL = {
    -0.000200214257,
    0.000100950558,
    0.00134934322,
    -0.00367342844,
    0.00573950773,
    -0.0076224613,
    0.00943887047,
    1.00167406,
    2.83297682
  };

  private Threefry() {}

  private static Tensor word(long value) {
    return Prims.scalar(DType.UINT32, value);
  }

  private static Tensor xor(Tensor a, Tensor b) {
    return Prims.binary(BinaryKind.XOR, a, b);
  }

  private static Tensor rotated(Tensor x, int by) {
    Tensor left = Prims.binary(BinaryKind.SHIFT_LEFT, x, word(by));
    Tensor right = Prims.binary(BinaryKind.SHIFT_RIGHT_LOGICAL, x, word(32 - by));
    return Prims.or(left, right);
  }

  /** Words for a key, uint32(2); the shape holds less than 2^32 elements. */
  static Tensor words(Tensor key, Shape shape) {
    Tensor[] k = {part(key, 0), part(key, 1), word(0x1BD11BDAL)};
    k[2] = xor(k[2], xor(k[0], k[1]));
    Tensor y = Prims.add(Prims.iota(Shape.of(shape.size()), 0, DType.UINT32), k[1]);
    Tensor x = Prims.add(Prims.zerosLike(y), k[0]);
    for (int block = 0; block < 5; block++) {
      for (int r : ROTATIONS[block % 2]) {
        x = Prims.add(x, y);
        y = xor(x, rotated(y, r));
      }
      x = Prims.add(x, k[(block + 1) % 3]);
      y = Prims.add(Prims.add(y, k[(block + 2) % 3]), word(block + 1));
    }
    return Prims.reshape(xor(x, y), shape);
  }

  private static Tensor part(Tensor key, int i) {
    return Prims.reshape(Prims.slice(key, 0, i, i + 1), Shape.SCALAR);
  }

  /** Normally distributed float32 numbers. */
  public static Tensor normal(Tensor key, Shape shape) {
    Tensor fraction = Prims.binary(BinaryKind.SHIFT_RIGHT_LOGICAL, words(key, shape), word(9));
    // a significand below 1 is made one between 1 and 2
    Tensor bits = Prims.or(fraction, word(0x3F800000L));
    Tensor unit = Prims.sub(Engine.bind1(new Bitcast(DType.FLOAT32), bits), 1);
    double low = Math.nextUp(-1f);
    Tensor u = Prims.add(Prims.mul(unit, (double) (float) (1 - low)), low);
    Tensor within = Prims.max(u, Prims.scalarLike(u, low));
    return Prims.mul(erfInv(within), Math.sqrt(2));
  }

  // by Giles's polynomials (GPU Computing Gems 2, 2011): backends' own differ in their last digits
  private static Tensor erfInv(Tensor x) {
    Tensor w = Prims.neg(Prims.unary(UnaryKind.LOG1P, Prims.neg(Prims.square(x))));
    Tensor central = Prims.lt(w, Prims.scalarLike(w, 5));
    Tensor root = Prims.sub(Prims.sqrt(w), 3);
    Tensor at = Prims.select(central, Prims.sub(w, 2.5), root);
    Tensor p = null;
    for (int i = 0; i < CENTRAL.length; i++) {
      Tensor c =
          Prims.select(central, Prims.scalarLike(w, CENTRAL[i]), Prims.scalarLike(w, TAIL[i]));
      p = p == null ? c : Prims.add(Prims.mul(p, at), c);
    }
    return Prims.mul(Objects.requireNonNull(p), x);
  }
}
