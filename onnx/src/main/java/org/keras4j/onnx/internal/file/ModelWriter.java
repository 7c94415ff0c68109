package org.keras4j.onnx.internal.file;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.internal.io.AtomicFile;
import org.keras4j.core.internal.io.Part;

/** Writes {@link OnnxModel}s; large tensors go to a second file beside the first, as ONNX's external data. */
public final class ModelWriter {
  /** What every reader takes in one file: messages of protobuf end at 2 GiB. */
  public static final long MOST_IN_ONE_FILE = (1L << 31) - (1L << 24);

  private static final int PAGE = 4096;
  private static final int SMALL = 1024; // bytes of tensors that stay in the first file

  private final String dataName;
  private final boolean external;
  private long at;

  private ModelWriter(String dataName, boolean external) {
    this.dataName = dataName;
    this.external = external;
  }

  /**
   * Writes a model.
   *
   * @param file the file to make; where its tensors together take more than {@code most} bytes they go to a file of the
   *     same name with {@code .data} at its end
   */
  public static void write(OnnxModel model, Path file, long most) throws IOException {
    List<OnnxTensor> tensors = model.graph().initializers();
    long bytes = 0;
    for (OnnxTensor t : tensors) {
      bytes += t.value().bytes().remaining();
    }
    boolean external = bytes > Math.min(most, MOST_IN_ONE_FILE);
    String name = file.getFileName() + ".data";
    if (external) {
      AtomicFile.write(file.resolveSibling(name), out -> data(tensors, out));
    }
    Message m = new ModelWriter(name, external).model(model);
    AtomicFile.write(file, m::write);
  }

  /** Writes a model with all of its tensors to a stream. */
  public static void write(OnnxModel model, OutputStream out) throws IOException {
    new ModelWriter("", false).model(model).write(out);
  }

  private static boolean isLarge(NDArray a) {
    return a.dtype() != DType.STRING && a.bytes().remaining() > SMALL;
  }

  private static void data(List<OnnxTensor> tensors, Part out) throws IOException {
    for (OnnxTensor t : tensors) {
      if (isLarge(t.value())) {
        out.write(new byte[(int) (aligned(out.position()) - out.position())]);
        Message.copy(raw(t.value()), out);
      }
    }
  }

  private static long aligned(long place) {
    return (place + PAGE - 1) / PAGE * PAGE;
  }

  private Message model(OnnxModel m) {
    Message out = new Message().number(1, m.irVersion()).textIfAny(2, m.producer());
    out.message(7, graph(m.graph()));
    for (Map.Entry<String, Long> e : m.opsets().entrySet()) {
      out.message(8, new Message().textIfAny(1, e.getKey()).number(2, e.getValue()));
    }
    for (Map.Entry<String, String> e : m.metadata().entrySet()) {
      out.message(14, entry(e.getKey(), e.getValue()));
    }
    return out;
  }

  private static Message entry(String key, String value) {
    return new Message().text(1, key).text(2, value);
  }

  private Message graph(OnnxGraph g) {
    Message out = new Message();
    for (OnnxNode n : g.nodes()) {
      out.message(1, node(n));
    }
    out.text(2, g.name());
    for (OnnxTensor t : g.initializers()) {
      out.message(5, external && isLarge(t.value()) ? outside(t) : tensor(t));
    }
    for (OnnxValue v : g.inputs()) {
      out.message(11, value(v));
    }
    for (OnnxValue v : g.outputs()) {
      out.message(12, value(v));
    }
    return out;
  }

  private Message node(OnnxNode n) {
    Message out = new Message();
    n.inputs().forEach(i -> out.text(1, i));
    n.outputs().forEach(o -> out.text(2, o));
    out.textIfAny(3, n.name()).text(4, n.type());
    n.attributes().forEach((key, a) -> out.message(5, attribute(key, a)));
    return out.textIfAny(7, n.domain());
  }

  private Message attribute(String name, OnnxAttribute a) {
    Message out = new Message().text(1, name);
    Object v = a.value();
    if (v instanceof Float f) {
      out.real(2, f).number(20, 1);
    } else if (v instanceof Long n) {
      out.number(3, n).number(20, 2);
    } else if (v instanceof String s) {
      out.text(4, s).number(20, 3);
    } else if (v instanceof NDArray t) {
      out.message(5, tensor(new OnnxTensor("", t))).number(20, 4);
    } else if (v instanceof OnnxGraph g) {
      out.message(6, graph(g)).number(20, 5);
    } else if (v instanceof float[] f) {
      out.reals(7, f).number(20, 6);
    } else if (v instanceof long[] n) {
      out.numbers(8, n).number(20, 7);
    } else {
      ((List<?>) v).forEach(s -> out.text(9, (String) s));
      out.number(20, 8);
    }
    return out;
  }

  private static Message head(OnnxTensor t) {
    return new Message()
        .numbers(1, t.value().shape().toArray())
        .number(2, OnnxType.code(t.value().dtype()));
  }

  private static Message tensor(OnnxTensor t) {
    Message out = head(t);
    NDArray a = t.value();
    if (a.dtype() == DType.STRING) {
      for (int i = 0; i < a.size(); i++) {
        out.text(6, a.getString(i));
      }
      return out.textIfAny(8, t.name());
    }
    return out.textIfAny(8, t.name()).bytes(9, raw(a));
  }

  /** The bytes of a tensor; the four-bit types lie two in a byte, the first in the lower half. */
  private static ByteBuffer raw(NDArray a) {
    if (a.dtype() != DType.INT4 && a.dtype() != DType.UINT4) {
      return a.bytes();
    }
    ByteBuffer b = ByteBuffer.allocate((a.size() + 1) / 2);
    for (int i = 0; i < a.size(); i++) {
      int low = b.get(i / 2) & 0xff;
      b.put(i / 2, (byte) (low | (a.getInt(i) & 0xf) << (i % 2 * 4)));
    }
    return b;
  }

  private Message outside(OnnxTensor t) {
    at = aligned(at);
    long length = raw(t.value()).remaining();
    Message out = head(t).text(8, t.name());
    out.message(13, entry("location", dataName));
    out.message(13, entry("offset", Long.toString(at)));
    out.message(13, entry("length", Long.toString(length)));
    at += length;
    return out.number(14, 1);
  }

  private static Message value(OnnxValue v) {
    Message shape = new Message();
    for (Object d : v.dims() == null ? List.of() : v.dims()) {
      shape.message(
          1,
          d instanceof Long n
              ? new Message().number(1, n)
              : new Message().textIfAny(2, (String) d));
    }
    Message tensor = new Message();
    if (v.dtype() != null) {
      tensor.number(1, OnnxType.code(v.dtype()));
    }
    if (v.dims() != null) {
      tensor.message(2, shape);
    }
    return new Message().text(1, v.name()).message(2, new Message().message(1, tensor));
  }
}
