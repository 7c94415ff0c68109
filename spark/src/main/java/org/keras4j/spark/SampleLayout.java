package org.keras4j.spark;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;

/** How the arrays of one sample lie in bytes: those of numbers as they are, strings with their lengths. */
final class SampleLayout implements Serializable {
  private static final long serialVersionUID = 1L;

  private final List<String> dtypes = new ArrayList<>();
  private final List<long[]> dims = new ArrayList<>();

  /** The layout of the samples of some arrays. */
  SampleLayout(List<NDArray> arrays) {
    for (NDArray a : arrays) {
      dtypes.add(a.dtype().toString());
      dims.add(a.shape().slice(1).toArray());
    }
  }

  int size() {
    return dtypes.size();
  }

  private DType dtype(int i) {
    return DType.of(dtypes.get(i));
  }

  private Shape shape(int i) {
    return Shape.of(dims.get(i));
  }

  /**
   * Fails if arrays are of other samples.
   *
   * @throws IllegalArgumentException if so: rows differ in the number of elements
   */
  void require(List<NDArray> arrays) {
    for (int i = 0; i < size(); i++) {
      NDArray a = arrays.get(i);
      if (a.dtype() != dtype(i) || !a.shape().slice(1).equals(shape(i))) {
        throw new IllegalArgumentException(
            "SparkTrainer: all rows must have as many elements as the first one, which is "
                + dtype(i) + shape(i) + "; got " + a.dtype() + a.shape().slice(1));
      }
    }
  }

  /** The bytes of one sample. */
  byte[] encoded(List<NDArray> arrays, int row) {
    int size = 0;
    List<byte[]> texts = new ArrayList<>();
    for (NDArray a : arrays) {
      int width = width(a);
      if (a.dtype() == DType.STRING) {
        for (int i = row * width; i < (row + 1) * width; i++) {
          byte[] text = a.getString(i).getBytes(StandardCharsets.UTF_8);
          texts.add(text);
          size += Integer.BYTES + text.length;
        }
      } else {
        size += width * a.dtype().size();
      }
    }
    ByteBuffer out = ByteBuffer.allocate(size);
    int text = 0;
    for (NDArray a : arrays) {
      int width = width(a);
      if (a.dtype() == DType.STRING) {
        for (int i = 0; i < width; i++) {
          byte[] t = texts.get(text++);
          out.putInt(t.length).put(t);
        }
      } else {
        int bytes = width * a.dtype().size();
        out.put(a.bytes().slice(row * bytes, bytes));
      }
    }
    return out.array();
  }

  private static int width(NDArray a) {
    return Math.toIntExact(a.shape().slice(1).size());
  }

  /**
   * The arrays of a batch of which some samples are known.
   *
   * @param samples the bytes of these one after another
   * @param first the first of them in the batch
   * @param rows how many they are
   * @param batch how many samples the batch has
   * @return the others are zeros, or empty
   */
  List<NDArray> decoded(ByteBuffer samples, int first, int rows, int batch) {
    List<NDArray> out = new ArrayList<>();
    List<ByteBuffer> numbers = new ArrayList<>();
    List<String[]> strings = new ArrayList<>();
    for (int i = 0; i < size(); i++) {
      Shape all = shape(i).insert(0, batch);
      NDArray a = NDArray.zeros(dtype(i), all);
      numbers.add(a.bytes());
      strings.add(dtype(i) == DType.STRING ? a.toStringArray() : new String[0]);
      out.add(a);
    }
    for (int row = first; row < first + rows; row++) {
      for (int i = 0; i < size(); i++) {
        int width = Math.toIntExact(shape(i).size());
        if (dtype(i) == DType.STRING) {
          for (int k = 0; k < width; k++) {
            byte[] text = new byte[samples.getInt()];
            samples.get(text);
            strings.get(i)[row * width + k] = new String(text, StandardCharsets.UTF_8);
          }
        } else {
          int bytes = width * dtype(i).size();
          numbers.get(i).put(row * bytes, samples, samples.position(), bytes);
          samples.position(samples.position() + bytes);
        }
      }
    }
    for (int i = 0; i < size(); i++) {
      if (dtype(i) == DType.STRING) {
        out.set(i, NDArray.ofStrings(strings.get(i), shape(i).insert(0, batch)));
      }
    }
    return out;
  }
}
