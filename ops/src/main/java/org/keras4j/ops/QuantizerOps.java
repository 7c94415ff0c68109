package org.keras4j.ops;

import java.util.Arrays;
import java.util.List;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.ops.custom.Op;
import org.keras4j.ops.internal.arguments.Axes;
import org.keras4j.ops.internal.arguments.Dtypes;
import org.keras4j.ops.internal.core.CoreOps;
import org.keras4j.ops.internal.engine.Prims;
import org.keras4j.ops.internal.numpy.ArithmeticOps;
import org.keras4j.ops.internal.numpy.ComparisonOps;
import org.keras4j.ops.internal.numpy.ElementaryOps;
import org.keras4j.ops.internal.numpy.IndexingOps;
import org.keras4j.ops.internal.numpy.ReductionOps;
import org.keras4j.ops.internal.numpy.ShapeOps;
import org.keras4j.ops.internal.quantize.FakeQuantizer;
import org.keras4j.ops.internal.quantize.PackedIntegers;

/**
 * Numbers of few bits for weights and activations ({@code keras.quantizers}).
 *
 * <p>A quantized tensor holds integers within a range; a scale, and for some a zero point, say which floats
 * they stand for. Two integers of four bits fit in one byte.
 */
public final class QuantizerOps {
  // what Keras adds to a range before it divides by it
  private static final double EPSILON = 1e-7;

  private QuantizerOps() {}

  /** {@link #absMaxQuantize(Object, Object, Object, Object, double, boolean)} to int8, from -127 to 127. */
  public static List<Tensor> absMaxQuantize(Object inputs, Object axis) {
    return absMaxQuantize(inputs, axis, List.of(-127, 127), DType.INT8, EPSILON, false);
  }

  /**
   * Integers in proportion to floats, the largest magnitude becoming the largest integer ({@code
   * keras.quantizers.abs_max_quantize}).
   *
   * @param axis the axis or axes that share a scale
   * @param valueRange the smallest and the largest integer
   * @param dtype of the integers
   * @param epsilon added to the largest magnitude
   * @param toNumpy whether to do as Keras does on the host, where integers and bfloat16 are multiplied by
   *     the scale as wide as it was computed
   * @return the integers, {@code round(inputs * scale)}, and the scale, whose shared axes have size 1
   */
  public static List<Tensor> absMaxQuantize(
      Object inputs,
      Object axis,
      Object valueRange,
      Object dtype,
      double epsilon,
      boolean toNumpy) {
    return Op.call(
        "quantizers.abs_max_quantize",
        a -> {
          Tensor x = a.tensor(0);
          Range r = Range.of(a, 2);
          boolean host = a.flag(5);
          Tensor wide = host ? onHost(x) : x;
          Tensor most = ReductionOps.max(ArithmeticOps.abs(wide), a.get(1), true);
          Tensor scale = ArithmeticOps.divide(r.high, ArithmeticOps.add(most, a.given(4)));
          Tensor given = CoreOps.cast(scale, x.dtype());
          return List.of(
              r.integers(ArithmeticOps.multiply(wide, host ? scale : given), a.given(3)), given);
        },
        inputs,
        axis,
        valueRange,
        dtype,
        epsilon,
        toNumpy);
  }

  // numpy has no arithmetic of these with a float but in more digits
  private static Tensor onHost(Tensor x) {
    if (!x.dtype().isFloat()) {
      return CoreOps.cast(x, DType.FLOAT64);
    }
    return x.dtype() == DType.BFLOAT16 ? CoreOps.cast(x, DType.FLOAT32) : x;
  }

  /** {@link #absMaxQuantizeGroupedWithZeroPoint(Object, int, Object, Object, double, boolean)} to 4 bits. */
  public static List<Tensor> absMaxQuantizeGroupedWithZeroPoint(Object inputs, int blockSize) {
    return absMaxQuantizeGroupedWithZeroPoint(
        inputs, blockSize, List.of(-8, 7), DType.INT8, EPSILON, false);
  }

  /**
   * Integers for a matrix whose columns are cut into groups, each with a scale and a zero point of its own
   * ({@code keras.quantizers.abs_max_quantize_grouped_with_zero_point}). A group's range goes from its
   * smallest to its largest element.
   *
   * @param inputs {@code (rows, columns)}, both known
   * @param blockSize how many rows form a group; the last one may have fewer
   * @param valueRange the smallest and the largest integer
   * @param dtype of the integers
   * @param epsilon added to a group's range
   * @param toNumpy whether to do as Keras does on the host, where a last group counts as filled up with
   *     zeros even if it is the only one, and a group of equal elements has no range but epsilon; else
   *     such a group's range is widened by 1 to both sides
   * @return the integers, {@code round(inputs / scale) + zeroPoint}, and scale and zero point, of {@code
   *     (groups, columns)}, the latter of int8
   */
  public static List<Tensor> absMaxQuantizeGroupedWithZeroPoint(
      Object inputs,
      int blockSize,
      Object valueRange,
      Object dtype,
      double epsilon,
      boolean toNumpy) {
    return Op.call(
        "quantizers.abs_max_quantize_grouped_with_zero_point",
        a -> {
          Tensor x = a.tensor(0);
          int block = a.integer(1);
          if (x.rank() != 2 || !x.shape().isKnown() || x.shape().size() == 0 || block <= 0) {
            throw new IllegalArgumentException(
                a.name() + ": expected a matrix of known size and a positive block size, got "
                    + x.shape() + " and " + block);
          }
          Range r = Range.of(a, 2);
          boolean host = a.flag(5);
          int rows = x.shape().intDim(0);
          int columns = x.shape().intDim(1);
          int groups = (rows + block - 1) / block;
          int missing = groups * block - rows;
          Tensor padded =
              missing == 0 ? x : Prims.pad(x, 0, new long[] {0, 0}, new long[] {missing, 0});
          Tensor grouped = ShapeOps.reshape(padded, groups, block, columns);
          // a lone group's padding counts on the host only
          Tensor ranged = host || groups > 1 ? grouped : ShapeOps.expandDims(x, 0);
          Tensor low = ReductionOps.min(ranged, 1, true);
          Tensor high = ReductionOps.max(ranged, 1, true);
          if (!host) {
            Tensor equal = ComparisonOps.equal(low, high);
            low = IndexingOps.where(equal, ArithmeticOps.subtract(low, 1), low);
            high = IndexingOps.where(equal, ArithmeticOps.add(high, 1), high);
          }
          Tensor span = ArithmeticOps.add(ArithmeticOps.subtract(high, low), a.given(4));
          // in twice the digits, in which a product with the rounded inverse does no harm
          Tensor wide = ArithmeticOps.divide(CoreOps.cast(span, DType.FLOAT64), r.high - r.low);
          Tensor scale = CoreOps.cast(wide, x.dtype());
          Tensor zero = ArithmeticOps.add(
              ElementaryOps.round(ArithmeticOps.divide(ArithmeticOps.negative(low), scale)), r.low);
          zero = ArithmeticOps.clip(zero, r.low, r.high);
          Tensor steps =
              ArithmeticOps.add(ElementaryOps.round(ArithmeticOps.divide(grouped, scale)), zero);
          long all = (long) groups * block;
          Tensor integers = ShapeOps.reshape(r.integers(steps, a.given(3)), Shape.of(all, columns));
          return List.of(
              missing == 0 ? integers : Prims.slice(integers, 0, 0, rows),
              ShapeOps.squeeze(scale, 1),
              CoreOps.cast(ShapeOps.squeeze(zero, 1), DType.INT8));
        },
        inputs,
        blockSize,
        valueRange,
        dtype,
        epsilon,
        toNumpy);
  }

  /** The integers that are used. */
  private record Range(int low, int high) {
    static Range of(Op.Args a, int i) {
      long[] r = Axes.longs(a.get(i));
      if (r.length != 2 || r[0] >= r[1]) {
        throw new IllegalArgumentException(
            a.name() + ": expected a range of two numbers, got " + Arrays.toString(r));
      }
      return new Range(Math.toIntExact(r[0]), Math.toIntExact(r[1]));
    }

    Tensor integers(Tensor x, Object dtype) {
      return CoreOps.cast(ArithmeticOps.clip(ElementaryOps.round(x), low, high), dtype);
    }
  }

  /**
   * The floats of grouped integers: {@code (integers - zero) * scale}, with scale and zero of each
   * element's group.
   *
   * @param scale has an element a group along the axis
   * @param zero likewise
   * @param groups the group of each element along the axis, of any number dtype
   */
  @org.keras4j.ops.internal.facade.Extension
  public static Tensor dequantizeGrouped(
      Object integers, Object scale, Object zero, Object groups, int axis) {
    Tensor at = CoreOps.cast(groups, DType.INT32);
    Tensor s = IndexingOps.take(scale, at, axis);
    Tensor z = CoreOps.cast(IndexingOps.take(zero, at, axis), s.dtype());
    return ArithmeticOps.multiply(ArithmeticOps.subtract(integers, z), s);
  }

  // ---- four bits

  /** {@link #packInt4(Object, int, String)} of int8 along the first axis. */
  public static List<Object> packInt4(Object arr) {
    return packInt4(arr, 0, "int8");
  }

  /**
   * Puts pairs of integers of four bits into a byte each: the first into the low half, the second into the
   * high one ({@code keras.quantizers.pack_int4}).
   *
   * @param arr integers from -8 to 7, or from 0 to 15
   * @param axis along which pairs are; an odd size is filled up with a zero
   * @param dtype {@code "int8"} or {@code "uint8"}, which the integers must have
   * @return the bytes, their shape (a {@link Shape}), and the size of the axis before (an integer)
   */
  public static List<Object> packInt4(Object arr, int axis, String dtype) {
    return Op.call("quantizers.pack_int4", PackedIntegers::packInt4, arr, axis, dtype);
  }

  /** {@link #unpackInt4(Object, int, int, String)} to int8 along the first axis. */
  public static Tensor unpackInt4(Object packed, int origLen) {
    return unpackInt4(packed, origLen, 0, "int8");
  }

  /**
   * The integers that {@link #packInt4} put in pairs ({@code keras.quantizers.unpack_int4}).
   *
   * @param packed bytes of int8 or uint8
   * @param origLen the size of the axis before packing
   * @param dtype {@code "int8"} for integers from -8 to 7, {@code "uint8"} for 0 to 15
   */
  public static Tensor unpackInt4(Object packed, int origLen, int axis, String dtype) {
    return Op.call(
        "quantizers.unpack_int4", PackedIntegers::unpackInt4, packed, origLen, axis, dtype);
  }

  // ---- two bits, and three values

  /** {@link #packInt2(Object, int, String)} of int8 along the first axis. */
  public static List<Object> packInt2(Object arr) {
    return packInt2(arr, 0, "int8");
  }

  /**
   * Puts integers of two bits into bytes, four in each, the first into the lowest bits ({@code keras.quantizers.pack_int2},
   * of Keras 3.16).
   *
   * @param arr integers from -2 to 1, or from 0 to 3
   * @param axis along which four are put together; a size that is no multiple of four is filled up with zeros
   * @param dtype {@code "int8"} or {@code "uint8"}, which the integers must have
   * @return the bytes, their shape (a {@link Shape}), and the size of the axis before (an integer)
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  public static List<Object> packInt2(Object arr, int axis, String dtype) {
    return Op.call("quantizers.pack_int2", PackedIntegers::packInt2, arr, axis, dtype);
  }

  /** {@link #unpackInt2(Object, int, int, String)} to int8 along the first axis. */
  public static Tensor unpackInt2(Object packed, int origLen) {
    return unpackInt2(packed, origLen, 0, "int8");
  }

  /**
   * The integers that {@link #packInt2} put together ({@code keras.quantizers.unpack_int2}, of Keras 3.16).
   *
   * @param packed bytes of int8 or uint8
   * @param origLen the size of the axis before packing
   * @param axis along which they were put together
   * @param dtype {@code "int8"} for integers from -2 to 1, {@code "uint8"} for 0 to 3
   * @return integers of that dtype
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  public static Tensor unpackInt2(Object packed, int origLen, int axis, String dtype) {
    return Op.call(
        "quantizers.unpack_int2", PackedIntegers::unpackInt2, packed, origLen, axis, dtype);
  }

  /** {@link #packTernary(Object, int)} along the first axis. */
  public static List<Object> packTernary(Object arr) {
    return packTernary(arr, 0);
  }

  /**
   * Puts numbers that are -1, 0 or 1 into bytes, five in each as the digits of a number of base 3, the first as the lowest ({@code
   * keras.quantizers.pack_ternary}, of Keras 3.16).
   *
   * @param arr numbers of any dtype, which are rounded to these three
   * @param axis along which five are put together; a size that is no multiple of five is filled up with zeros
   * @return the bytes in uint8, their shape (a {@link Shape}), and the size of the axis before (an integer)
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  public static List<Object> packTernary(Object arr, int axis) {
    return Op.call("quantizers.pack_ternary", PackedIntegers::packTernary, arr, axis);
  }

  /** {@link #unpackTernary(Object, int, int)} along the first axis. */
  public static Tensor unpackTernary(Object packed, int origLen) {
    return unpackTernary(packed, origLen, 0);
  }

  /**
   * The numbers that {@link #packTernary} put together ({@code keras.quantizers.unpack_ternary}, of Keras 3.16).
   *
   * @param packed bytes of uint8
   * @param origLen the size of the axis before packing
   * @param axis along which they were put together
   * @return -1, 0 and 1 in int8
   */
  @API(status = API.Status.EXPERIMENTAL, since = "0.1")
  public static Tensor unpackTernary(Object packed, int origLen, int axis) {
    return Op.call(
        "quantizers.unpack_ternary", PackedIntegers::unpackTernary, packed, origLen, axis);
  }

  // ---- fake quantization

  /** {@link #fakeQuantWithMinMaxVars(Object, Object, Object, int, boolean, Integer)} of 8 bits for all. */
  public static Tensor fakeQuantWithMinMaxVars(Object inputs, Object minVals, Object maxVals) {
    return fakeQuantWithMinMaxVars(inputs, minVals, maxVals, 8, false, null);
  }

  /**
   * Floats as they come back after quantization between two limits ({@code
   * keras.quantizers.fake_quant_with_min_max_vars}). Limits are moved such that 0 is among the results. The
   * gradient passes between the limits, and goes to the limit where an input is cut off.
   *
   * @param minVals the lower limit, or one for each index of the axis
   * @param maxVals the upper limit, likewise
   * @param numBits how many steps there are: {@code 2^numBits - 1}
   * @param narrowRange whether there is one step less, of the smallest integer
   * @param axis of limits of their own; null if there is one pair
   */
  public static Tensor fakeQuantWithMinMaxVars(
      Object inputs,
      Object minVals,
      Object maxVals,
      int numBits,
      boolean narrowRange,
      @Nullable Integer axis) {
    return Op.call(
        "quantizers.fake_quant_with_min_max_vars",
        a -> {
          Tensor x = a.tensor(0);
          Integer at = a.isGiven(5) ? Axes.one(a.integer(5), x.rank()) : null;
          int bits = a.integer(3);
          if (bits < 2 || bits > 16) {
            throw new IllegalArgumentException(
                a.name() + ": num_bits must be from 2 to 16, got " + bits);
          }
          FakeQuantizer q = new FakeQuantizer(bits, a.flag(4), at);
          return q.apply(x, Dtypes.asFloat(a.tensor(1)), Dtypes.asFloat(a.tensor(2)));
        },
        inputs,
        minVals,
        maxVals,
        numBits,
        narrowRange,
        axis);
  }

  // ---- eight-bit floats

  /** {@link #computeFloat8Scale(Object, Object, Object, int)} without margin. */
  public static Tensor computeFloat8Scale(Object amax, Object scale, Object dtypeMax) {
    return computeFloat8Scale(amax, scale, dtypeMax, 0);
  }

  /**
   * The scale that makes the largest magnitude seen the largest float of eight bits ({@code
   * keras.quantizers.compute_float8_scale}).
   *
   * @param amax the largest magnitude; where it is 0 or not finite, the scale stays
   * @param scale the scale so far
   * @param dtypeMax the largest number of the dtype
   * @param margin powers of two to stay below it
   */
  public static Tensor computeFloat8Scale(Object amax, Object scale, Object dtypeMax, int margin) {
    return Op.call(
        "quantizers.compute_float8_scale",
        a -> {
          Tensor most = a.tensor(0);
          Tensor before = ArithmeticOps.reciprocal(a.given(1));
          Tensor factor = ArithmeticOps.divide(
              ArithmeticOps.divide(a.given(2), most), Math.pow(2, a.integer(3)));
          factor = IndexingOps.where(ComparisonOps.greater(most, 0.0), factor, before);
          factor = IndexingOps.where(ComparisonOps.isfinite(most), factor, before);
          return ArithmeticOps.reciprocal(factor);
        },
        amax,
        scale,
        dtypeMax,
        margin);
  }

  /**
   * The history of largest magnitudes with that of a further tensor ({@code
   * keras.quantizers.compute_float8_amax_history}): moved on by one, the newest at the front.
   */
  public static Tensor computeFloat8AmaxHistory(Object x, Object amaxHistory) {
    return Op.call(
        "quantizers.compute_float8_amax_history",
        a -> {
          Tensor history = a.tensor(1);
          Tensor newest =
              CoreOps.cast(ReductionOps.max(ArithmeticOps.abs(a.given(0))), history.dtype());
          Tensor moved = ShapeOps.roll(history, -1);
          return CoreOps.scatterUpdate(moved, new int[][] {{0}}, ShapeOps.reshape(newest, 1));
        },
        x,
        amaxHistory);
  }

  /**
   * Floats as they come back after a conversion to eight bits ({@code
   * keras.quantizers.quantize_and_dequantize}).
   *
   * @param scale what inputs are divided by before, and multiplied with afterwards
   * @param quantizedDtype {@code "float8_e4m3fn"} or {@code "float8_e5m2"}
   * @param computeDtype the dtype of the result
   */
  public static Tensor quantizeAndDequantize(
      Object inputs, Object scale, Object quantizedDtype, Object computeDtype) {
    return Op.call(
        "quantizers.quantize_and_dequantize",
        a -> {
          DType narrow = DType.from(a.get(2));
          if (narrow != DType.FLOAT8_E4M3FN && narrow != DType.FLOAT8_E5M2) {
            throw new IllegalArgumentException(
                a.name() + ": expected a float dtype of eight bits, got " + a.get(2));
          }
          double most = narrow == DType.FLOAT8_E4M3FN ? 448 : 57344;
          Tensor s = CoreOps.cast(a.given(1), a.get(3));
          Tensor x = ArithmeticOps.clip(ArithmeticOps.divide(a.given(0), s), -most, most);
          return ArithmeticOps.multiply(CoreOps.cast(CoreOps.cast(x, narrow), a.get(3)), s);
        },
        inputs,
        scale,
        quantizedDtype,
        computeDtype);
  }
}
