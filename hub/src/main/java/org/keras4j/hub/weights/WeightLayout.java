package org.keras4j.hub.weights;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.ops.Ops;

/**
 * How the elements of a weight lie in another library's array, told from the array to the weight: a part of the array is
 * taken, its axes are put into another order, axes of size 1 go, and an axis is split into several. Each step can be undone,
 * so the same layout serves reading and writing.
 *
 * <pre>{@code
 * WeightLayout.transposed();                    // the kernel of PyTorch's Linear: (units, inputs) to (inputs, units)
 * WeightLayout.transposed().split(1, 2);        // the same for heads: to (inputs, heads, size)
 * WeightLayout.same().part(0, 3, 1);            // the first third of the columns
 * WeightLayout.permuted(2, 3, 1, 0);            // the kernel of PyTorch's Conv2d
 * }</pre>
 */
public final class WeightLayout {
  private static final WeightLayout SAME = new WeightLayout(null, new int[0], false, -1, -1, 0);

  private record Part(int index, long[] shares, int axis) {
    // shares are relative: (1, 1, 1) are three equal parts
    long unit(Shape whole) {
      return whole.dim(axis) / Arrays.stream(shares).sum();
    }

    boolean fits(Shape whole) {
      return axis < whole.rank() && whole.dim(axis) % Arrays.stream(shares).sum() == 0;
    }

    Shape of(Shape whole) {
      return whole.with(axis, unit(whole) * shares[index]);
    }
  }

  private final @Nullable Part part;
  private final int[] permutation; // empty for none
  private final boolean reversed;
  private final int squeezed; // -1 for none
  private final int splitAxis; // -1 for none
  private final int splitCount;

  private WeightLayout(
      @Nullable Part part,
      int[] permutation,
      boolean reversed,
      int squeezed,
      int splitAxis,
      int splitCount) {
    this.part = part;
    this.permutation = permutation;
    this.reversed = reversed;
    this.squeezed = squeezed;
    this.splitAxis = splitAxis;
    this.splitCount = splitCount;
  }

  /** The array is the weight. */
  public static WeightLayout same() {
    return SAME;
  }

  /** The axes are in the opposite order, as in kernels of PyTorch's {@code Linear}. */
  public static WeightLayout transposed() {
    return new WeightLayout(null, new int[0], true, -1, -1, 0);
  }

  /**
   * The axes are in another order.
   *
   * @param axes for each axis of the weight (before {@link #split}) the array's axis; (2, 1, 0) for PyTorch's Conv1d, (2, 3,
   *     1, 0) for Conv2d
   * @return the layout
   * @throws IllegalArgumentException if that is no permutation
   */
  public static WeightLayout permuted(int... axes) {
    int[] sorted = axes.clone();
    Arrays.sort(sorted);
    if (!Arrays.equals(sorted, IntStream.range(0, axes.length).toArray())) {
      throw new IllegalArgumentException(
          "permuted: expected each axis once, got " + Arrays.toString(axes));
    }
    return new WeightLayout(null, axes.clone(), false, -1, -1, 0);
  }

  /**
   * Only a part of the array is the weight, one of several equal ones.
   *
   * @param index which one, from 0
   * @param count how many there are
   * @param axis the array's axis along which they follow each other
   * @return the layout with this part
   * @throws IllegalArgumentException if there is no such part
   */
  public WeightLayout part(int index, int count, int axis) {
    long[] shares = new long[Math.max(0, count)];
    Arrays.fill(shares, 1);
    return part(index, shares, axis);
  }

  /**
   * Only a part of the array is the weight.
   *
   * @param index which one, from 0
   * @param shares the sizes of all parts, or their relation: (4, 1, 1) for queries, keys and values where four heads of queries
   *     share one of keys
   * @param axis the array's axis along which they follow each other
   * @return the layout with this part
   * @throws IllegalArgumentException if there is no such part
   */
  public WeightLayout part(int index, long[] shares, int axis) {
    if (index < 0
        || index >= shares.length
        || axis < 0
        || Arrays.stream(shares).anyMatch(s -> s < 1)) {
      throw new IllegalArgumentException(
          "part: expected an index below the number of parts, positive shares and an axis, got "
              + index + ", " + Arrays.toString(shares) + " and " + axis);
    }
    return new WeightLayout(
        new Part(index, shares.clone(), axis),
        permutation,
        reversed,
        squeezed,
        splitAxis,
        splitCount);
  }

  /**
   * An axis of the array has size 1, and the weight does not have it.
   *
   * @param axis the axis, counted after the permutation
   * @return the layout without it
   */
  public WeightLayout squeezed(int axis) {
    return new WeightLayout(part, permutation, reversed, axis, splitAxis, splitCount);
  }

  /**
   * Several axes of the weight are one of the array.
   *
   * @param axis the first of them, in the weight
   * @param count how many they are
   * @return the layout with these
   */
  public WeightLayout split(int axis, int count) {
    return new WeightLayout(part, permutation, reversed, squeezed, axis, count);
  }

  /** Which part of the array this is, and of how many; null if it is the whole. */
  int @Nullable [] piece() {
    return part == null ? null : new int[] {part.index, part.shares.length};
  }

  int partAxis() {
    return part == null ? -1 : part.axis;
  }

  /** Why an array of this shape cannot be the weight of that shape; null if it can. */
  @Nullable
  String refusal(Shape array, Shape weight) {
    String refused = "has the shape " + array + ", expected " + arrayShape(weight);
    if (part != null && !part.fits(array)) {
      return refused;
    }
    Shape piece = part == null ? array : part.of(array);
    return piece.equals(pieceShape(weight)) ? null : refused;
  }

  /** The shape of the whole array for a weight. */
  Shape arrayShape(Shape weight) {
    Shape piece = pieceShape(weight);
    if (part == null || part.axis >= piece.rank()) {
      return piece;
    }
    long unit = piece.dim(part.axis) / part.shares[part.index];
    return piece.with(part.axis, unit * Arrays.stream(part.shares).sum());
  }

  private Shape pieceShape(Shape weight) {
    Shape s = merged(weight);
    s = squeezed < 0 ? s : s.insert(squeezed, 1);
    if (s.rank() < 2 && permutation.length == 0) {
      return s;
    }
    int[] order = order(s.rank());
    if (order.length != s.rank()) {
      return s;
    }
    long[] dims = new long[order.length];
    for (int i = 0; i < order.length; i++) {
      dims[order[i]] = s.dim(i);
    }
    return Shape.of(dims);
  }

  private Shape merged(Shape weight) {
    if (splitAxis < 0 || splitAxis + splitCount > weight.rank()) {
      return weight;
    }
    long[] dims = new long[weight.rank() - splitCount + 1];
    for (int i = 0; i < dims.length; i++) {
      dims[i] = i < splitAxis
          ? weight.dim(i)
          : i == splitAxis
              ? weight.slice(splitAxis, splitAxis + splitCount).size()
              : weight.dim(i + splitCount - 1);
    }
    return Shape.of(dims);
  }

  private int[] order(int rank) {
    if (reversed) {
      return IntStream.range(0, rank).map(i -> rank - 1 - i).toArray();
    }
    return permutation.length == 0 ? IntStream.range(0, rank).toArray() : permutation;
  }

  private boolean moves() {
    return reversed || permutation.length > 0;
  }

  /** The weight out of an array that is not refused. */
  Tensor weight(Tensor array, Shape weight) {
    Tensor t = array;
    if (part != null) {
      long unit = part.unit(array.shape());
      long from = unit * Arrays.stream(part.shares, 0, part.index).sum();
      long[] start = new long[t.rank()];
      start[part.axis] = from;
      t = Ops.slice(t, start, part.of(array.shape()).toArray());
    }
    if (moves()) {
      t = Ops.transpose(t, order(t.rank()));
    }
    return t.shape().equals(weight) ? t : Ops.reshape(t, weight.toArray());
  }

  /** The array, or the part of it, that holds a weight. */
  Tensor piece(Tensor weight) {
    Shape s = merged(weight.shape());
    s = squeezed < 0 ? s : s.insert(squeezed, 1);
    Tensor t = s.equals(weight.shape()) ? weight : Ops.reshape(weight, s.toArray());
    if (!moves()) {
      return t;
    }
    int[] order = order(t.rank());
    List<Integer> inverse = new ArrayList<>();
    for (int i = 0; i < order.length; i++) {
      int at = i;
      inverse.add(IntStream.range(0, order.length)
          .filter(k -> order[k] == at)
          .findFirst()
          .orElseThrow());
    }
    return Ops.transpose(t, inverse.stream().mapToInt(Integer::intValue).toArray());
  }
}
