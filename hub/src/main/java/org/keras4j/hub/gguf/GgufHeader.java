package org.keras4j.hub.gguf;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.keras4j.core.Shape;
import org.keras4j.core.io.FileFormatException;
import org.keras4j.core.io.ReadLimits;

/**
 * What stands before the arrays of a GGUF file: settings, and where the arrays are. Nothing that it says is taken without a look
 * at how large the file is and at the limits.
 */
final class GgufHeader {
  private static final int MAGIC = 0x46554747;
  private static final int MOST_AXES = 4;

  /** An array: where it begins in the file, and how many bytes it takes there. */
  record Entry(Shape shape, GgufType type, long start, long bytes) {}

  private final Path path;
  private final FileChannel channel;
  private final ReadLimits limits;
  private final long size;
  private final ByteBuffer buffer =
      ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN).limit(0);
  private long read;
  private long values;

  final Map<String, Object> settings = new LinkedHashMap<>();
  final Map<String, Entry> entries = new LinkedHashMap<>();

  GgufHeader(Path path, FileChannel channel, ReadLimits limits) throws IOException {
    this.path = path;
    this.channel = channel;
    this.limits = limits;
    this.size = channel.size();
    parse();
  }

  private FileFormatException damaged(String what) {
    return new FileFormatException(path + ": " + what);
  }

  private void parse() throws IOException {
    if (size < 24 || u32() != MAGIC) {
      throw damaged("is no GGUF file");
    }
    int version = u32();
    if (version != 2 && version != 3) {
      throw damaged("expected GGUF of version 2 or 3, got " + version);
    }
    int arrays = count("arrays");
    int keys = count("settings");
    for (int i = 0; i < keys; i++) {
      String key = string();
      Object value = value(u32(), 0);
      if (settings.put(key, value) != null) {
        throw damaged("the setting '" + key + "' stands there twice");
      }
    }
    Object alignment = settings.getOrDefault("general.alignment", 32L);
    if (!(alignment instanceof Long align)
        || align < 1
        || align > 1 << 20
        || Long.bitCount(align) != 1) {
      throw damaged("general.alignment expects a power of two, got " + alignment);
    }
    List<String> names = new ArrayList<>();
    List<Entry> relative = new ArrayList<>();
    for (int i = 0; i < arrays; i++) {
      names.add(string());
      relative.add(entry(names.get(i)));
    }
    long data = (read + align - 1) / align * align;
    for (int i = 0; i < arrays; i++) {
      Entry e = relative.get(i);
      if (e.start % align != 0 || e.start > size - data || e.bytes > size - data - e.start) {
        throw damaged("the array '" + names.get(i) + "' of " + e.bytes + " bytes at " + e.start
            + " does not lie in the file, which has " + size + " bytes");
      }
      Entry there = new Entry(e.shape, e.type, data + e.start, e.bytes);
      if (entries.put(names.get(i), there) != null) {
        throw damaged("the array '" + names.get(i) + "' stands there twice");
      }
    }
  }

  private Entry entry(String name) throws IOException {
    int rank = u32();
    if (rank < 0 || rank > MOST_AXES) {
      throw damaged("the array '" + name + "' has " + Integer.toUnsignedString(rank) + " axes");
    }
    long[] dims = new long[rank];
    long elements = 1;
    for (int i = rank - 1; i >= 0; i--) {
      // the innermost axis comes first
      dims[i] = u64();
    }
    for (long d : dims) {
      if (d < 1 || d > Integer.MAX_VALUE || elements > Long.MAX_VALUE / 8 / d) {
        throw damaged("the array '" + name + "' has impossible axes " + Arrays.toString(dims));
      }
      elements *= d;
    }
    int number = u32();
    GgufType type = GgufType.of(number);
    if (type == null) {
      throw damaged("the array '" + name + "' is of the type " + number + ", expected one of "
          + List.of(GgufType.values()));
    }
    long inner = rank == 0 ? 1 : dims[rank - 1];
    if (inner % type.elements != 0) {
      throw damaged("the array '" + name + "' of type " + type + " has rows of " + inner
          + " elements, which blocks of " + type.elements + " do not fill");
    }
    long start = u64();
    if (start < 0) {
      throw damaged("the array '" + name + "' begins at " + Long.toUnsignedString(start));
    }
    return new Entry(Shape.of(dims), type, start, elements / type.elements * type.bytes);
  }

  private int count(String what) throws IOException {
    long n = u64();
    if (n < 0 || n > limits.maxEntries()) {
      throw damaged("has " + Long.toUnsignedString(n) + " " + what + ", more than the "
          + limits.maxEntries() + " that are taken (ReadLimits.maxEntries)");
    }
    return (int) n;
  }

  private Object value(int type, int depth) throws IOException {
    if (++values > limits.maxConfigTokens()) {
      throw damaged("has more than " + limits.maxConfigTokens()
          + " values in its settings (ReadLimits.maxConfigTokens)");
    }
    return switch (type) {
      case 0 -> (long) (need(1).get() & 255);
      case 1 -> (long) need(1).get();
      case 2 -> (long) (need(2).getShort() & 65535);
      case 3 -> (long) need(2).getShort();
      case 4 -> u32() & 0xFFFFFFFFL;
      case 5 -> (long) u32();
      case 6 -> (double) need(4).getFloat();
      case 7 -> need(1).get() != 0;
      case 8 -> string();
      case 9 -> list(depth);
      case 10, 11 -> u64();
      case 12 -> need(8).getDouble();
      default ->
        throw damaged("has a setting of the unknown type " + Integer.toUnsignedString(type));
    };
  }

  private List<Object> list(int depth) throws IOException {
    if (depth > limits.maxConfigDepth() || depth > 8) {
      throw damaged("has settings nested too deep");
    }
    int type = u32();
    long n = u64();
    if (n < 0 || n > limits.maxConfigTokens() || n > size - read) {
      throw damaged("has a list of " + Long.toUnsignedString(n) + " values, more than the file or"
          + " ReadLimits.maxConfigTokens allow");
    }
    List<Object> out = new ArrayList<>();
    for (long i = 0; i < n; i++) {
      out.add(value(type, depth + 1));
    }
    return out;
  }

  private String string() throws IOException {
    long n = u64();
    if (n < 0 || n > size - read || n > limits.maxConfigBytes()) {
      throw damaged("has a text of " + Long.toUnsignedString(n) + " bytes, more than there are");
    }
    byte[] bytes = new byte[(int) n];
    int at = 0;
    while (at < bytes.length) {
      int part = Math.min(bytes.length - at, buffer.capacity());
      need(part).get(bytes, at, part);
      at += part;
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private int u32() throws IOException {
    return need(4).getInt();
  }

  private long u64() throws IOException {
    return need(8).getLong();
  }

  // the next bytes, which count as read
  private ByteBuffer need(int bytes) throws IOException {
    if (bytes > buffer.remaining()) {
      long from = read;
      buffer.compact();
      long at = from + buffer.position();
      while (buffer.hasRemaining()) {
        int got = channel.read(buffer, at);
        if (got < 0) {
          break;
        }
        at += got;
      }
      buffer.flip();
      if (buffer.remaining() < bytes) {
        throw damaged("ends within its settings");
      }
    }
    read += bytes;
    if (read > limits.maxConfigBytes()) {
      throw damaged("has more than " + limits.maxConfigBytes()
          + " bytes of settings (ReadLimits.maxConfigBytes)");
    }
    return buffer;
  }
}
