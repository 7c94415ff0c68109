package org.keras4j.training.datasets;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.keras4j.core.DType;
import org.keras4j.core.Keras;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.internal.messages.Failures;
import org.keras4j.core.io.FileFormatException;
import org.keras4j.core.io.ReadLimits;

/** The files of CIFAR: pickled maps of pictures, a row each, red before green before blue, and labels. */
final class CifarBatch {
  private static final int CHANNELS = 3;
  private static final int SIDE = 32;
  private static final int PIXELS = SIDE * SIDE;

  private final byte[] pictures;
  private final List<?> labels;

  private CifarBatch(byte[] pictures, List<?> labels) {
    this.pictures = pictures;
    this.labels = labels;
  }

  static CifarBatch read(Path file, String key) throws IOException {
    Object read;
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      read = Pickle.read(in, ReadLimits.defaults());
    } catch (FileFormatException e) {
      throw Failures.inPlaceOf(
          e, new FileFormatException("'" + file + "': " + e.getMessage(), e.getCause()));
    }
    Object data = read instanceof Map<?, ?> m ? m.get("data") : null;
    Object array = Pickle.array(data);
    Object labels = read instanceof Map<?, ?> m ? m.get(key) : null;
    if (array instanceof Pickle.Array a
        && a.data() instanceof byte[] b
        && a.type().equals("u1")
        && !a.fortran()
        && labels instanceof List<?> l
        && b.length == l.size() * CHANNELS * PIXELS) {
      return new CifarBatch(b, l);
    }
    throw new FileFormatException(
        "'" + file + "' is no file of CIFAR with 'data' and '" + key + "'");
  }

  /** Pictures in the configured format, and labels {@code (samples, 1)} of a dtype. */
  static NDArray[] arrays(List<CifarBatch> batches, DType labelType) throws FileFormatException {
    int n = batches.stream().mapToInt(b -> b.labels.size()).sum();
    boolean first = Keras.imageDataFormat().equals("channels_first");
    NDArray x = NDArray.zeros(
        DType.UINT8, first ? Shape.of(n, CHANNELS, SIDE, SIDE) : Shape.of(n, SIDE, SIDE, CHANNELS));
    NDArray y = NDArray.zeros(labelType, Shape.of(n, 1));
    ByteBuffer to = x.bytes();
    int at = 0;
    for (CifarBatch b : batches) {
      if (first) {
        to.put(b.pictures);
      } else {
        for (int i = 0; i < b.pictures.length; i += CHANNELS * PIXELS) {
          for (int p = 0; p < PIXELS; p++) {
            for (int c = 0; c < CHANNELS; c++) {
              to.put(b.pictures[i + c * PIXELS + p]);
            }
          }
        }
      }
      for (Object label : b.labels) {
        if (!(label instanceof Integer l)) {
          throw new FileFormatException("a label of CIFAR is no number: " + label);
        }
        y.setLong(at++, l);
      }
    }
    return new NDArray[] {x, y};
  }
}
