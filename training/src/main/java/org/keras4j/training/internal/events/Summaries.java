package org.keras4j.training.internal.events;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.imageio.ImageIO;
import org.keras4j.core.internal.io.ProtoWriter;

/** Values of summaries, {@code tensorflow.Summary.Value}, as TensorBoard's own writers make them. */
public final class Summaries {
  private static final int BUCKETS = 30;
  private static final int FLOAT = 1;
  private static final int DOUBLE = 2;
  private static final int STRING = 7;
  private static final int SCALARS = 1;
  private static final int TENSORS = 2;
  private static final int BLOBS = 3;
  private static final int UNKNOWN = 0;

  private Summaries() {}

  private static ProtoWriter value(
      String tag, String plugin, String content, int dataClass, ProtoWriter tensor) {
    ProtoWriter data = new ProtoWriter().string(1, plugin);
    if (!content.isEmpty()) {
      data.string(2, content);
    }
    ProtoWriter metadata = new ProtoWriter().message(1, data);
    if (dataClass != UNKNOWN) {
      metadata.integer(4, dataClass);
    }
    return new ProtoWriter().string(1, tag).message(8, tensor).message(9, metadata);
  }

  private static ProtoWriter tensor(int dtype, long... shape) {
    ProtoWriter dims = new ProtoWriter();
    for (long d : shape) {
      dims.message(2, new ProtoWriter().integer(1, d));
    }
    return new ProtoWriter().integer(1, dtype).message(2, dims);
  }

  /** A number, as float32. */
  public static ProtoWriter scalar(String tag, double value) {
    return value(tag, "scalars", "", SCALARS, tensor(FLOAT).single(5, (float) value));
  }

  /** Numbers in 30 buckets; each a row of left edge, right edge and count. */
  public static ProtoWriter histogram(String tag, double[] values) {
    double[][] rows = Histogram.buckets(values, BUCKETS);
    ByteBuffer content = ByteBuffer.allocate(rows.length * 24).order(ByteOrder.LITTLE_ENDIAN);
    for (double[] row : rows) {
      content.putDouble(row[0]).putDouble(row[1]).putDouble(row[2]);
    }
    ProtoWriter t = tensor(DOUBLE, rows.length, 3).bytes(4, content.array());
    return value(tag, "histograms", "", TENSORS, t);
  }

  /** Images of one size. */
  public static ProtoWriter images(String tag, List<BufferedImage> images) {
    ProtoWriter t = tensor(STRING, images.size() + 2);
    t.string(8, Integer.toString(images.get(0).getWidth()));
    t.string(8, Integer.toString(images.get(0).getHeight()));
    images.forEach(i -> t.bytes(8, png(i)));
    return value(tag, "images", "", BLOBS, t);
  }

  private static byte[] png(BufferedImage image) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /** A model as Keras's JSON, from which TensorBoard draws a graph of layers. */
  public static ProtoWriter kerasModel(String tag, String json) {
    ProtoWriter t = tensor(STRING).bytes(8, json.getBytes(StandardCharsets.UTF_8));
    return value(tag, "graph_keras_model", "1", UNKNOWN, t);
  }
}
