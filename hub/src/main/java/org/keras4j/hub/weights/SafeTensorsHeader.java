package org.keras4j.hub.weights;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.io.FileFormatException;
import org.keras4j.core.io.ReadLimits;

/**
 * What a safetensors file says of its arrays. The file is a length of 64 bits, so many bytes of JSON, then the arrays' bytes
 * without a gap, all little-endian.
 *
 * @param arrays the place of each array
 * @param metadata texts that came along
 */
record SafeTensorsHeader(Map<String, Entry> arrays, Map<String, String> metadata) {
  static final String METADATA = "__metadata__";
  static final int LENGTH = 8;

  // what the format itself allows
  private static final long LONGEST = 100_000_000;
  private static final int DEEPEST = 8;

  static final Map<String, DType> DTYPES = Map.ofEntries(
      Map.entry("BOOL", DType.BOOL),
      Map.entry("U8", DType.UINT8),
      Map.entry("I8", DType.INT8),
      Map.entry("F8_E4M3", DType.FLOAT8_E4M3FN),
      Map.entry("F8_E5M2", DType.FLOAT8_E5M2),
      Map.entry("U16", DType.UINT16),
      Map.entry("I16", DType.INT16),
      Map.entry("F16", DType.FLOAT16),
      Map.entry("BF16", DType.BFLOAT16),
      Map.entry("U32", DType.UINT32),
      Map.entry("I32", DType.INT32),
      Map.entry("F32", DType.FLOAT32),
      Map.entry("U64", DType.UINT64),
      Map.entry("I64", DType.INT64),
      Map.entry("F64", DType.FLOAT64));

  /**
   * An array.
   *
   * @param spec its shape and dtype
   * @param start where it begins in the file
   */
  record Entry(TensorSpec spec, long start) {}

  static SafeTensorsHeader read(MappedFile file, ReadLimits limits) throws IOException {
    if (file.size() < LENGTH) {
      throw new FileFormatException(
          file.path() + " is no safetensors file: it has " + file.size() + " bytes");
    }
    ByteBuffer length = ByteBuffer.allocate(LENGTH).order(ByteOrder.LITTLE_ENDIAN);
    file.read(0, length);
    long n = length.getLong(0);
    long most = Math.min(file.size() - LENGTH, Math.min(LONGEST, limits.maxConfigBytes()));
    if (n < 2 || n > most) {
      throw new FileFormatException(
          file.path() + " is no safetensors file, or damaged: its header should have "
              + Long.toUnsignedString(n) + " bytes, expected 2 to " + most
              + " (the file's size, or ReadLimits.maxConfigBytes)");
    }
    ByteBuffer text = ByteBuffer.allocate((int) n);
    file.read(LENGTH, text);
    JsonNode root = parse(file, text.array(), limits);
    if (root.size() > limits.maxEntries()) {
      throw new FileFormatException(file.path() + " has " + root.size() + " arrays, more than the "
          + limits.maxEntries() + " that are taken (ReadLimits.maxEntries)");
    }
    Map<String, Entry> arrays = new LinkedHashMap<>();
    Map<String, String> metadata = new LinkedHashMap<>();
    List<Range> ranges = new ArrayList<>();
    for (Map.Entry<String, JsonNode> e : root.properties()) {
      if (e.getKey().equals(METADATA)) {
        for (Map.Entry<String, JsonNode> m : e.getValue().properties()) {
          metadata.put(m.getKey(), m.getValue().asText());
        }
        continue;
      }
      String where = file.path() + ": the array '" + e.getKey() + "'";
      Range r = range(e.getValue(), where);
      TensorSpec spec = spec(e.getValue(), where, r.end - r.start);
      ranges.add(r);
      arrays.put(e.getKey(), new Entry(spec, LENGTH + n + r.start));
    }
    withoutGaps(ranges, file.size() - LENGTH - n, file);
    return new SafeTensorsHeader(arrays, metadata);
  }

  /** A JSON object within the limits. */
  static JsonNode parse(MappedFile file, byte[] text, ReadLimits limits)
      throws FileFormatException {
    return parse(file.path().toString(), text, limits);
  }

  static JsonNode parse(String what, byte[] text, ReadLimits limits) throws FileFormatException {
    ObjectMapper json = new ObjectMapper(JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(StreamReadConstraints.builder()
                .maxNestingDepth(DEEPEST)
                .maxTokenCount(limits.maxConfigTokens())
                .maxStringLength(limits.maxConfigBytes())
                .build())
            .build())
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    JsonNode root;
    try {
      root = json.readTree(text);
    } catch (JsonProcessingException e) {
      throw new FileFormatException(
          what + ": what should be JSON is none, or more than is taken: " + e.getOriginalMessage(),
          e.getCause());
    } catch (IOException e) {
      throw new FileFormatException(what + ": what should be JSON is no text", e);
    }
    if (root == null || !root.isObject()) {
      throw new FileFormatException(what + ": expected a JSON object");
    }
    return root;
  }

  private record Range(long start, long end) {}

  private static Range range(JsonNode e, String where) throws FileFormatException {
    JsonNode offsets = e.path("data_offsets");
    long start = integer(offsets.path(0));
    long end = integer(offsets.path(1));
    if (offsets.size() != 2 || start < 0 || end < start) {
      throw new FileFormatException(
          where + " has the data_offsets " + offsets + ", expected [start, end]");
    }
    return new Range(start, end);
  }

  private static long integer(JsonNode n) {
    return n.isIntegralNumber() && n.canConvertToLong() ? n.longValue() : -1;
  }

  private static TensorSpec spec(JsonNode e, String where, long bytes) throws FileFormatException {
    String name = e.path("dtype").asText("");
    DType dtype = DTYPES.get(name);
    if (dtype == null) {
      throw new FileFormatException(where + " has the dtype '" + name + "', expected one of "
          + DTYPES.keySet().stream().sorted().toList());
    }
    JsonNode shape = e.path("shape");
    if (!shape.isArray()) {
      throw new FileFormatException(where + " has no shape");
    }
    long[] dims = new long[shape.size()];
    long size = dtype.size();
    for (int i = 0; i < dims.length; i++) {
      dims[i] = integer(shape.path(i));
      if (dims[i] < 0) {
        throw new FileFormatException(where + " has the shape " + shape);
      }
      try {
        size = Math.multiplyExact(size, dims[i]);
      } catch (ArithmeticException overflow) {
        throw new FileFormatException(where + " has the shape " + shape + ", which no file holds");
      }
    }
    if (size != bytes) {
      throw new FileFormatException(where + " of shape " + shape + " and dtype " + name + " has "
          + bytes + " bytes, expected " + size);
    }
    return new TensorSpec(Shape.of(dims), dtype);
  }

  private static void withoutGaps(List<Range> ranges, long bytes, MappedFile file)
      throws FileFormatException {
    ranges.sort(Comparator.comparingLong(Range::start).thenComparingLong(Range::end));
    long at = 0;
    for (Range r : ranges) {
      if (r.start != at) {
        throw new FileFormatException(
            file.path() + ": an array begins at byte " + r.start + " of the data, "
                + (r.start < at ? "inside of another" : "after a gap") + ", expected " + at);
      }
      at = r.end;
    }
    if (at != bytes) {
      throw new FileFormatException(file.path() + ": the arrays have " + at
          + " bytes, the file has " + bytes + " behind its header");
    }
  }
}
