package org.keras4j.onnx.internal.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.io.FileFormatException;

/** Reads ONNX files, and the external data beside them. What it does not know it passes over. */
public final class ModelReader {
  private static final int DEEPEST = 32; // graphs within graphs

  private final @Nullable Path folder;

  private ModelReader(@Nullable Path folder) {
    this.folder = folder;
  }

  /**
   * Reads a file.
   *
   * @throws FileFormatException if it is no ONNX file
   */
  public static OnnxModel read(Path file) throws IOException {
    return new ModelReader(file.toAbsolutePath().getParent()).model(map(file));
  }

  /** Reads what a file would hold; it has no external data. */
  public static OnnxModel read(ByteBuffer bytes) throws IOException {
    return new ModelReader(null).model(bytes);
  }

  /**
   * Reads a file that holds one tensor.
   *
   * @throws FileFormatException if it does not
   */
  public static OnnxTensor readTensor(Path file) throws IOException {
    return new ModelReader(file.toAbsolutePath().getParent()).tensor(map(file));
  }

  private static ByteBuffer map(Path file) throws IOException {
    try (FileChannel c = FileChannel.open(file, StandardOpenOption.READ)) {
      if (c.size() > Integer.MAX_VALUE) {
        throw new FileFormatException("it is larger than 2 GiB, where ONNX files end");
      }
      return c.map(FileChannel.MapMode.READ_ONLY, 0, c.size());
    }
  }

  private OnnxModel model(ByteBuffer bytes) throws IOException {
    Fields f = new Fields(bytes);
    long version = 0;
    String producer = "";
    Map<String, Long> opsets = new LinkedHashMap<>();
    Map<String, String> metadata = new LinkedHashMap<>();
    List<OnnxFunction> functions = new ArrayList<>();
    OnnxGraph graph = null;
    while (f.next()) {
      switch (f.field()) {
        case 1 -> version = f.number();
        case 2 -> producer = f.text();
        case 7 -> graph = graph(f.content(), 0);
        case 8 -> opset(f.content(), opsets);
        case 14 -> entry(f.content(), metadata);
        case 25 -> functions.add(function(f.content()));
        default -> {}
      }
    }
    if (graph == null) {
      throw new FileFormatException("it is no ONNX file: there is no graph in it");
    }
    return new OnnxModel(version, producer, opsets, graph, functions, metadata);
  }

  private static void opset(ByteBuffer bytes, Map<String, Long> into) throws IOException {
    Fields f = new Fields(bytes);
    String domain = "";
    long version = 0;
    while (f.next()) {
      if (f.field() == 1) {
        domain = f.text();
      } else if (f.field() == 2) {
        version = f.number();
      }
    }
    into.put(domain.equals("ai.onnx") ? "" : domain, version);
  }

  private static void entry(ByteBuffer bytes, Map<String, String> into) throws IOException {
    Fields f = new Fields(bytes);
    String key = "";
    String value = "";
    while (f.next()) {
      if (f.field() == 1) {
        key = f.text();
      } else if (f.field() == 2) {
        value = f.text();
      }
    }
    into.put(key, value);
  }

  private OnnxFunction function(ByteBuffer bytes) throws IOException {
    Fields f = new Fields(bytes);
    String name = "";
    String domain = "";
    List<String> inputs = new ArrayList<>();
    List<String> outputs = new ArrayList<>();
    List<String> attributes = new ArrayList<>();
    Map<String, OnnxAttribute> defaults = new LinkedHashMap<>();
    List<OnnxNode> nodes = new ArrayList<>();
    while (f.next()) {
      switch (f.field()) {
        case 1 -> name = f.text();
        case 4 -> inputs.add(f.text());
        case 5 -> outputs.add(f.text());
        case 6 -> attributes.add(f.text());
        case 7 -> nodes.add(node(f.content(), 1));
        case 10 -> domain = f.text();
        case 11 -> attribute(f.content(), defaults, 1);
        default -> {}
      }
    }
    return new OnnxFunction(domain, name, inputs, outputs, attributes, defaults, nodes);
  }

  private OnnxGraph graph(ByteBuffer bytes, int depth) throws IOException {
    if (depth > DEEPEST) {
      throw new FileFormatException("its graphs are nested deeper than " + DEEPEST);
    }
    Fields f = new Fields(bytes);
    String name = "";
    List<OnnxNode> nodes = new ArrayList<>();
    List<OnnxTensor> tensors = new ArrayList<>();
    List<OnnxValue> inputs = new ArrayList<>();
    List<OnnxValue> outputs = new ArrayList<>();
    while (f.next()) {
      switch (f.field()) {
        case 1 -> nodes.add(node(f.content(), depth));
        case 2 -> name = f.text();
        case 5 -> tensors.add(tensor(f.content()));
        case 11 -> inputs.add(value(f.content()));
        case 12 -> outputs.add(value(f.content()));
        case 15 -> throw new FileFormatException("it has sparse tensors, which are not read");
        default -> {}
      }
    }
    return new OnnxGraph(name, inputs, tensors, nodes, outputs);
  }

  private OnnxNode node(ByteBuffer bytes, int depth) throws IOException {
    Fields f = new Fields(bytes);
    String name = "";
    String domain = "";
    String type = "";
    List<String> inputs = new ArrayList<>();
    List<String> outputs = new ArrayList<>();
    Map<String, OnnxAttribute> attributes = new LinkedHashMap<>();
    while (f.next()) {
      switch (f.field()) {
        case 1 -> inputs.add(f.text());
        case 2 -> outputs.add(f.text());
        case 3 -> name = f.text();
        case 4 -> type = f.text();
        case 5 -> attribute(f.content(), attributes, depth);
        case 7 -> domain = f.text();
        default -> {}
      }
    }
    return new OnnxNode(
        name, domain.equals("ai.onnx") ? "" : domain, type, inputs, outputs, attributes);
  }

  private void attribute(ByteBuffer bytes, Map<String, OnnxAttribute> into, int depth)
      throws IOException {
    Fields f = new Fields(bytes);
    String name = "";
    Object value = null;
    OnnxReference reference = null;
    long type = 0;
    Numbers floats = new Numbers();
    Numbers ints = new Numbers();
    List<String> texts = new ArrayList<>();
    while (f.next()) {
      switch (f.field()) {
        case 1 -> name = f.text();
        case 2 -> value = f.real();
        case 3 -> value = f.number();
        case 4 -> value = f.text();
        case 5 -> value = tensor(f.content()).value();
        case 6 -> value = graph(f.content(), depth + 1);
        case 7 -> f.fixed(4, floats);
        case 8 -> f.numbers(ints);
        case 9 -> texts.add(f.text());
        case 20 -> type = f.number();
        case 21 -> reference = new OnnxReference(f.text());
        default -> {}
      }
    }
    if (reference != null) {
      value = reference;
    }
    if (value == null) {
      value = switch ((int) type) {
        case 1 -> 0f;
        case 2 -> 0L;
        case 3 -> "";
        case 6 -> floats(floats);
        case 7 -> ints.toArray();
        case 8 -> texts;
        default ->
          floats.size() > 0 ? floats(floats) : ints.size() > 0 ? (Object) ints.toArray() : texts;
      };
    }
    into.put(name, new OnnxAttribute(value));
  }

  private static float[] floats(Numbers n) {
    float[] v = new float[n.size()];
    for (int i = 0; i < v.length; i++) {
      v[i] = Float.intBitsToFloat((int) n.get(i));
    }
    return v;
  }

  private static OnnxValue value(ByteBuffer bytes) throws IOException {
    Fields f = new Fields(bytes);
    String name = "";
    DType dtype = null;
    List<Object> dims = null;
    while (f.next()) {
      if (f.field() == 1) {
        name = f.text();
      } else if (f.field() == 2) {
        Fields type = new Fields(f.content());
        while (type.next()) {
          if (type.field() != 1) {
            continue;
          }
          Fields tensor = new Fields(type.content());
          while (tensor.next()) {
            if (tensor.field() == 1) {
              dtype = OnnxType.of(tensor.number());
            } else if (tensor.field() == 2) {
              dims = dims(tensor.content());
            }
          }
        }
      }
    }
    return new OnnxValue(name, dtype, dims);
  }

  private static List<Object> dims(ByteBuffer bytes) throws IOException {
    List<Object> out = new ArrayList<>();
    Fields f = new Fields(bytes);
    while (f.next()) {
      if (f.field() == 1) {
        Object size = "";
        Fields d = new Fields(f.content());
        while (d.next()) {
          if (d.field() == 1) {
            size = d.number();
          } else if (d.field() == 2) {
            size = d.text();
          }
        }
        out.add(size);
      }
    }
    return out;
  }

  private OnnxTensor tensor(ByteBuffer bytes) throws IOException {
    Fields f = new Fields(bytes);
    Numbers dims = new Numbers();
    Numbers numbers = new Numbers();
    List<String> texts = new ArrayList<>();
    Map<String, String> external = new LinkedHashMap<>();
    String name = "";
    long code = 0;
    ByteBuffer raw = null;
    while (f.next()) {
      switch (f.field()) {
        case 1 -> f.numbers(dims);
        case 2 -> code = f.number();
        case 4 -> f.fixed(4, numbers);
        case 5, 7, 11 -> f.numbers(numbers);
        case 6 -> texts.add(f.text());
        case 8 -> name = f.text();
        case 9 -> raw = f.content();
        case 10 -> f.fixed(8, numbers);
        case 13 -> entry(f.content(), external);
        default -> {}
      }
    }
    DType t = OnnxType.of(code);
    for (long d : dims.toArray()) {
      if (d < 0) {
        throw new FileFormatException("the tensor '" + name + "' has a size of " + d);
      }
    }
    Shape shape = Shape.of(dims.toArray());
    if (t == DType.STRING) {
      if (texts.size() != shape.size()) {
        throw new FileFormatException(
            "the tensor '" + name + "' does not hold what its shape says");
      }
      return new OnnxTensor(name, NDArray.ofStrings(texts.toArray(new String[0]), shape));
    }
    if (!external.isEmpty()) {
      raw = outside(name, external);
    }
    return new OnnxTensor(
        name, raw != null ? packed(name, raw, t, shape) : listed(name, numbers, t, shape));
  }

  private ByteBuffer outside(String name, Map<String, String> entries) throws IOException {
    String location = entries.getOrDefault("location", "");
    Path place = folder == null ? null : folder.resolve(location).normalize();
    // a file names what lies beside it and nothing else
    if (place == null || Path.of(location).isAbsolute() || !place.startsWith(folder)) {
      throw new FileFormatException(
          "the tensor '" + name + "' lies in '" + location + "', which is not beside the file");
    }
    try (FileChannel c = FileChannel.open(place, StandardOpenOption.READ)) {
      long offset = Long.parseLong(entries.getOrDefault("offset", "0"));
      String length = entries.get("length");
      long n = length == null ? c.size() - offset : Long.parseLong(length);
      if (offset < 0 || n < 0 || n > Integer.MAX_VALUE || offset > c.size() - n) {
        throw new FileFormatException(
            "the tensor '" + name + "' is cut short in '" + location + "'");
      }
      return c.map(FileChannel.MapMode.READ_ONLY, offset, n);
    } catch (NumberFormatException e) {
      throw new FileFormatException("the tensor '" + name + "' has no place in '" + location + "'");
    }
  }

  private static NDArray packed(String name, ByteBuffer raw, DType t, Shape shape)
      throws FileFormatException {
    boolean halves = t == DType.INT4 || t == DType.UINT4;
    long n = shape.size();
    long need = halves ? (n + 1) / 2 : n * t.size();
    if (raw.remaining() != need) {
      throw new FileFormatException("the tensor '" + name + "' has " + raw.remaining() + " bytes, "
          + t + shape + " needs " + need);
    }
    if (!halves) {
      return NDArray.ofBytes(raw.order(ByteOrder.LITTLE_ENDIAN), t, shape);
    }
    NDArray a = NDArray.zeros(t, shape);
    for (int i = 0; i < n; i++) {
      a.setLong(i, raw.get(raw.position() + i / 2) >> i % 2 * 4 & 0xf);
    }
    return a;
  }

  private static NDArray listed(String name, Numbers numbers, DType t, Shape shape)
      throws FileFormatException {
    boolean halves = t == DType.INT4 || t == DType.UINT4;
    long n = shape.size();
    long each = t.isComplex() ? 2 : 1;
    if (numbers.size() != (halves ? (n + 1) / 2 : each * n)) {
      throw new FileFormatException("the tensor '" + name + "' does not hold what its shape says");
    }
    NDArray a = NDArray.zeros(t, shape);
    ByteBuffer b = a.bytes();
    for (int i = 0; i < n; i++) {
      switch (t) {
        case FLOAT32 -> b.putInt(4 * i, (int) numbers.get(i));
        case FLOAT64 -> b.putLong(8 * i, numbers.get(i));
        case FLOAT16, BFLOAT16 -> b.putShort(2 * i, (short) numbers.get(i));
        case FLOAT8_E4M3FN, FLOAT8_E5M2 -> b.put(i, (byte) numbers.get(i));
        case INT4, UINT4 -> a.setLong(i, numbers.get(i / 2) >> i % 2 * 4 & 0xf);
        case COMPLEX64 ->
          a.setComplex(i, Float.intBitsToFloat((int) numbers.get(2 * i)), Float.intBitsToFloat((int)
              numbers.get(2 * i + 1)));
        case COMPLEX128 ->
          a.setComplex(
              i,
              Double.longBitsToDouble(numbers.get(2 * i)),
              Double.longBitsToDouble(numbers.get(2 * i + 1)));
        default -> a.setLong(i, numbers.get(i));
      }
    }
    return a;
  }
}
