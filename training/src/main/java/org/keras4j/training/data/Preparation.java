package org.keras4j.training.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Keras;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.ops.Ops;

/** Functions that bring data into the form that models take, on the host ({@code keras.utils}). */
public final class Preparation {
  // numpy's dtypes of strings
  private static final Pattern TEXT =
      Pattern.compile("(?:[<>=|]?[US]|str_?|unicode|bytes_?)(\\d*)");

  private Preparation() {}

  /**
   * Inputs, targets and weights as what {@code fit} takes of a batch ({@code
   * keras.utils.pack_x_y_sample_weight}).
   *
   * @param y targets; null if there are none, and then the weights count as null too
   * @return the inputs alone (in a list of one if they are a list), or a list of two or three
   */
  public static Object packXYSampleWeight(
      Object x, @Nullable Object y, @Nullable Object sampleWeight) {
    if (y == null) {
      return x instanceof List ? List.of(x) : x;
    }
    return sampleWeight == null ? List.of(x, y) : List.of(x, y, sampleWeight);
  }

  /**
   * Inputs, targets and weights of a batch, null for those that it lacks ({@code
   * keras.utils.unpack_x_y_sample_weight}).
   *
   * @param data the inputs, or a list of up to three
   * @return a list of three
   * @throws IllegalArgumentException if the list is of another size
   */
  public static List<@Nullable Object> unpackXYSampleWeight(Object data) {
    List<?> parts = data instanceof List<?> l ? l : Arrays.asList(data);
    if (parts.isEmpty() || parts.size() > 3) {
      throw new IllegalArgumentException("unpack_x_y_sample_weight: expected inputs, or a list of"
          + " inputs, targets and weights, got a list of " + parts.size());
    }
    List<@Nullable Object> out = new ArrayList<>(parts);
    while (out.size() < 3) {
      out.add(null);
    }
    return out;
  }

  /** {@link #toCategorical(Object, Integer)} with as many classes as the largest number tells. */
  public static Object toCategorical(Object x) {
    return toCategorical(x, null);
  }

  /**
   * Vectors with a 1 at the place of a class and 0 elsewhere ({@code keras.utils.to_categorical}).
   *
   * @param x numbers of classes, {@code (...)} or {@code (..., 1)}
   * @param numClasses null for the largest number and 1; needed for tensors
   * @return {@code (..., numClasses)}: a tensor of floatx for a tensor, else an array of float64
   * @throws IllegalArgumentException if a number is negative or too large
   */
  public static Object toCategorical(Object x, @Nullable Integer numClasses) {
    if (x instanceof Tensor t) {
      if (numClasses == null) {
        throw new IllegalArgumentException("to_categorical: num_classes is needed for tensors");
      }
      Tensor classes = t.rank() > 1 && t.shape().last() == 1 ? Ops.squeeze(t, -1) : t;
      return Ops.oneHot(classes, numClasses);
    }
    NDArray a = NDArray.from(x).astype(DType.INT64);
    Shape shape = a.rank() > 1 && a.shape().last() == 1 ? a.shape().without(-1) : a.shape();
    long largest = Arrays.stream(a.toLongArray()).max().orElse(-1);
    int n = numClasses == null || numClasses == 0 ? Math.toIntExact(largest + 1) : numClasses;
    NDArray out = NDArray.zeros(DType.FLOAT64, shape.insert(shape.rank(), n));
    for (int i = 0; i < a.size(); i++) {
      // from the end, as indices of arrays are
      long k = a.getLong(i) < 0 ? a.getLong(i) + n : a.getLong(i);
      if (k < 0 || k >= n) {
        throw new IllegalArgumentException(
            "to_categorical: expected classes below " + n + ", got " + a.getLong(i));
      }
      out.setDouble(Math.toIntExact((long) i * n + k), 1);
    }
    return out;
  }

  /** {@link #normalize(Object, int, Number)} of order 2 along the last axis. */
  public static Object normalize(Object x) {
    return normalize(x, -1, 2);
  }

  /**
   * Vectors divided by their norms ({@code keras.utils.normalize}); those of norm 0 stay.
   *
   * @param axis along which vectors lie
   * @param order the norm's p, of arrays also 0, negative or infinite
   * @return an array for an array, which for a lone vector is a matrix of one row; else a tensor
   */
  public static Object normalize(Object x, int axis, Number order) {
    if (!(x instanceof NDArray a)) {
      return Ops.normalize(x, axis, order.intValue(), null);
    }
    Tensor t = Ops.array(a.dtype().isFloat() ? a : a.astype(DType.FLOAT64));
    t = t.rank() == 1 ? Ops.expandDims(t, 0) : t;
    Tensor norm = Ops.norm(t, order, a.rank() == 1 ? 1 : axis, true);
    return Ops.divide(t, Ops.where(Ops.equal(norm, 0), Ops.onesLike(norm), norm))
        .toNDArray();
  }

  /** {@link #padSequences(Object, Integer, Object, String, String, Object)} with zeros of int32 before. */
  public static NDArray padSequences(Object sequences) {
    return padSequences(sequences, null, "int32", "pre", "pre", 0);
  }

  /**
   * Sequences of different lengths as one array ({@code keras.utils.pad_sequences}).
   *
   * @param sequences a list or array of sequences: lists, Java arrays or arrays, whose elements are numbers
   *     or of equal shape
   * @param maxlen the length of all; null for the longest one's
   * @param dtype of the result; {@code "<U3"} or {@code "S3"} for strings cut after three characters,
   *     {@code "string"} for whole ones
   * @param padding {@code "pre"} or {@code "post"}: where short sequences are filled up
   * @param truncating {@code "pre"} or {@code "post"}: where long ones lose elements
   * @param value the number or string to fill up with
   * @return {@code (sequences, maxlen, ...)}
   * @throws IllegalArgumentException if elements have different shapes, or a setting is unknown
   */
  public static NDArray padSequences(
      Object sequences,
      @Nullable Integer maxlen,
      Object dtype,
      String padding,
      String truncating,
      Object value) {
    boolean before = isPre("padding", padding);
    boolean cutBefore = isPre("truncating", truncating);
    Matcher text = dtype instanceof String name ? TEXT.matcher(name) : null;
    boolean limited = text != null && text.matches();
    int characters = text != null && limited ? limit(text.group(1)) : Integer.MAX_VALUE;
    DType d = limited || "object".equals(dtype) ? DType.STRING : DType.from(dtype, Keras.floatx());
    if (d != DType.STRING && !(value instanceof Number)) {
      throw new IllegalArgumentException("pad_sequences: expected a number to fill up with, got"
          + " dtype " + d + " and value " + value);
    }
    List<NDArray> all = new ArrayList<>();
    Shape element = null;
    int longest = 0;
    for (Object s : items(sequences)) {
      NDArray a = items(s).isEmpty() ? NDArray.zeros(d, Shape.of(0)) : NDArray.from(s);
      if (a.shape().dim(0) > 0) {
        Shape own = a.shape().slice(1);
        if (element != null && !element.equals(own)) {
          throw new IllegalArgumentException("pad_sequences: sequence " + all.size()
              + " has elements of shape " + own + ", the others of " + element);
        }
        element = own;
      }
      longest = Math.max(longest, a.shape().intDim(0));
      all.add(a);
    }
    Shape each = element == null ? Shape.SCALAR : element;
    int length = maxlen == null ? longest : maxlen;
    int size = Math.toIntExact(each.size());
    Shape padded = each.insert(0, length).insert(0, all.size());
    Rows rows = new Rows(length, size, before, cutBefore);
    if (d == DType.STRING) {
      String[] filled = new String[Math.toIntExact(padded.size())];
      Arrays.fill(filled, cut(String.valueOf(value), characters));
      rows.each(all, (a, i, to) -> filled[to] = cut(written(a, i), characters));
      return NDArray.ofStrings(filled, padded);
    }
    NDArray out = NDArray.zeros(d, padded);
    for (int i = 0; i < out.size(); i++) {
      out.setDouble(i, ((Number) value).doubleValue());
    }
    List<NDArray> numbers = all.stream().map(a -> a.astype(d)).toList();
    rows.each(numbers, (a, i, to) -> copy(a, i, out, to));
    return out;
  }

  private interface Move {
    void element(NDArray of, int at, int to);
  }

  /**
   * Sequences brought to one length.
   *
   * @param size the numbers in an element
   * @param padBefore whether short ones are filled up in front
   * @param cutBefore whether long ones lose elements in front
   */
  private record Rows(int length, int size, boolean padBefore, boolean cutBefore) {
    void each(List<NDArray> sequences, Move move) {
      for (int k = 0; k < sequences.size(); k++) {
        NDArray a = sequences.get(k);
        int n = a.shape().intDim(0);
        int kept = Math.min(n, length);
        int from = cutBefore ? n - kept : 0;
        int to = k * length + (padBefore ? length - kept : 0);
        for (int i = 0; i < kept * size; i++) {
          move.element(a, from * size + i, to * size + i);
        }
      }
    }
  }

  private static void copy(NDArray a, int i, NDArray out, int to) {
    if (out.dtype().isInteger()) {
      out.setLong(to, a.getLong(i));
    } else {
      out.setDouble(to, a.getDouble(i));
    }
  }

  // as numpy writes elements into an array of strings
  private static String written(NDArray a, int i) {
    if (a.dtype() == DType.STRING) {
      return a.getString(i);
    } else if (a.dtype() == DType.BOOL) {
      return a.getDouble(i) != 0 ? "True" : "False";
    }
    return a.dtype().isFloat() ? String.valueOf(a.getDouble(i)) : String.valueOf(a.getLong(i));
  }

  private static String cut(String s, int characters) {
    return s.codePointCount(0, s.length()) <= characters
        ? s
        : s.substring(0, s.offsetByCodePoints(0, characters));
  }

  // of "<U3": three characters; without a number it is one
  private static int limit(String digits) {
    return digits.isEmpty() ? 1 : Integer.parseInt(digits);
  }

  private static boolean isPre(String setting, String value) {
    if (!value.equals("pre") && !value.equals("post")) {
      throw new IllegalArgumentException(
          "pad_sequences: " + setting + " expects 'pre' or 'post', got '" + value + "'");
    }
    return value.equals("pre");
  }

  private static List<Object> items(Object x) {
    if (x instanceof List<?> l) {
      return new ArrayList<>(l);
    }
    List<Object> out = new ArrayList<>();
    if (x instanceof NDArray a && a.rank() > 0) {
      int step = a.shape().dim(0) == 0 ? 0 : (int) (a.size() / a.shape().dim(0));
      long[] element = a.shape().slice(1).toArray();
      for (int i = 0; i < a.shape().dim(0); i++) {
        out.add(a.reshape(a.size()).slice(i * step, (i + 1) * step).reshape(element));
      }
    } else if (x.getClass().isArray()) {
      for (int i = 0; i < java.lang.reflect.Array.getLength(x); i++) {
        out.add(java.lang.reflect.Array.get(x, i));
      }
    } else {
      throw new IllegalArgumentException("pad_sequences: expected a list of sequences, got " + x);
    }
    return out;
  }
}
