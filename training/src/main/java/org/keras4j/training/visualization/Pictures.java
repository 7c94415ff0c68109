package org.keras4j.training.visualization;

import java.util.Arrays;
import org.keras4j.core.DType;
import org.keras4j.core.Keras;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;

/** A batch of images as numbers of rows, columns and channels. */
record Pictures(int count, int height, int width, int channels, float[] values) {

  /**
   * Images as they are given.
   *
   * @param dataFormat {@code channels_last} or {@code channels_first}
   * @throws IllegalArgumentException unless they have four axes
   */
  static Pictures of(String what, Object images, String dataFormat) {
    NDArray a = array(images);
    if (a.rank() != 4) {
      throw new IllegalArgumentException(
          what + ": images have four axes, the first for several, got shape " + a.shape());
    }
    int[] s = Arrays.stream(a.shape().toArray()).mapToInt(Math::toIntExact).toArray();
    float[] v = a.astype(DType.FLOAT32).toFloatArray();
    if (!isFirst(what, dataFormat)) {
      return new Pictures(s[0], s[1], s[2], s[3], v);
    }
    Pictures out = new Pictures(s[0], s[2], s[3], s[1], new float[v.length]);
    int from = 0;
    for (int n = 0; n < s[0]; n++) {
      for (int c = 0; c < s[1]; c++) {
        for (int y = 0; y < s[2]; y++) {
          for (int x = 0; x < s[3]; x++) {
            out.values[out.at(n, y, x) + c] = v[from++];
          }
        }
      }
    }
    return out;
  }

  static boolean isFirst(String what, String dataFormat) {
    if (!dataFormat.equals("channels_last") && !dataFormat.equals("channels_first")) {
      throw new IllegalArgumentException(what + ": dataFormat expects 'channels_last' or"
          + " 'channels_first', got '" + dataFormat + "'");
    }
    return dataFormat.equals("channels_first");
  }

  static NDArray array(Object values) {
    return values instanceof Tensor t ? t.toNDArray() : NDArray.from(values);
  }

  static String defaultFormat() {
    return Keras.imageDataFormat();
  }

  /** The place of a pixel's first channel. */
  int at(int image, int y, int x) {
    return ((image * height + y) * width + x) * channels;
  }

  /** The same with channels last, as integers of eight bits or floats. */
  NDArray toArray(DType dtype) {
    if (dtype == DType.FLOAT32) {
      return NDArray.of(values, count, height, width, channels);
    }
    NDArray out = NDArray.zeros(DType.UINT8, Shape.of(count, height, width, channels));
    for (int i = 0; i < values.length; i++) {
      out.setLong(i, (int) values[i] & 0xff);
    }
    return out;
  }

  /** The same with channels first. */
  NDArray toArrayOfChannels() {
    NDArray out = NDArray.zeros(DType.UINT8, Shape.of(count, channels, height, width));
    int to = 0;
    for (int n = 0; n < count; n++) {
      for (int c = 0; c < channels; c++) {
        for (int y = 0; y < height; y++) {
          for (int x = 0; x < width; x++) {
            out.setLong(to++, (int) values[at(n, y, x) + c] & 0xff);
          }
        }
      }
    }
    return out;
  }
}
