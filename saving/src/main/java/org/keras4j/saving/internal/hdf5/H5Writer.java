package org.keras4j.saving.internal.hdf5;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;

/**
 * Writes a HDF5 file from front to back: the heads of all groups and datasets, whose sizes are known before, then
 * the elements, of one array at a time. bfloat16 is written as Keras does it, opaque with an attribute {@code
 * dtype}.
 */
public final class H5Writer {
  private static final int SUPERBLOCK = 48;
  private static final int ALIGNMENT = 8;
  private static final int HEAP = 4096;
  private static final int MOST_IN_PLACE = 60_000;
  private static final int BUFFER = 1 << 16;
  private static final byte[] SIGNATURE = {(byte) 0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};
  private static final String BFLOAT16 = "bfloat16";

  private abstract static class Item {
    final Map<String, String> attributes = new LinkedHashMap<>();
    final Map<String, List<String>> lists = new LinkedHashMap<>();
    long address;
  }

  private static final class Group extends Item {
    final Map<String, Item> members = new LinkedHashMap<>();
  }

  private static final class Dataset extends Item {
    private final DType dtype;
    private final Shape shape;
    private final Supplier<NDArray> elements;
    long data;

    private Dataset(DType dtype, Shape shape, Supplier<NDArray> elements) {
      this.dtype = dtype;
      this.shape = shape;
      this.elements = elements;
    }

    private long bytes() {
      return Math.multiplyExact(shape.size(), (long) stored(dtype).size());
    }
  }

  private final Group root = new Group();
  private final List<Item> heads = new ArrayList<>();
  private final List<Dataset> datasets = new ArrayList<>();
  private final Map<String, Integer> heap = new LinkedHashMap<>();
  private long end = -1;

  /** The group under names separated by slashes, made if it is not there. */
  public void group(String path) {
    at(path);
  }

  private Group at(String path) {
    Group g = root;
    if (!path.isEmpty()) {
      for (String name : path.split("/", -1)) {
        Item next = g.members.computeIfAbsent(name, n -> new Group());
        if (!(next instanceof Group group)) {
          throw new IllegalArgumentException("'" + path + "' leads through a dataset");
        }
        g = group;
      }
    }
    return g;
  }

  /** A text that belongs to a group. */
  public void attribute(String group, String name, String value) {
    at(group).attributes.put(name, value);
    if (value.length() * 3 > MOST_IN_PLACE) {
      toHeap(value);
    }
  }

  /**
   * Texts that belong to a group. Where they are more than a message of HDF5 takes, they go into several attributes, whose
   * names are numbered from 0, as Keras does it.
   */
  public void attribute(String group, String name, List<String> values) {
    int width = 1;
    for (String v : values) {
      width = Math.max(width, v.getBytes(StandardCharsets.UTF_8).length);
    }
    int most = Math.max(1, MOST_IN_PLACE / width);
    Map<String, List<String>> lists = at(group).lists;
    if (values.size() <= most) {
      lists.put(name, List.copyOf(values));
      return;
    }
    for (int i = 0; i * most < values.size(); i++) {
      int to = Math.min(values.size(), (i + 1) * most);
      lists.put(name + i, List.copyOf(values.subList(i * most, to)));
    }
  }

  private void toHeap(String text) {
    if (!heap.containsKey(text)) {
      heap.put(text, heap.size() + 1);
    }
  }

  /**
   * An array.
   *
   * @param elements asked for when the array is written
   * @throws IllegalArgumentException if HDF5 has no such elements
   */
  public void dataset(
      String group, String name, DType dtype, Shape shape, Supplier<NDArray> elements) {
    Dataset d = new Dataset(dtype, shape, elements);
    d.bytes();
    if (dtype == DType.BFLOAT16) {
      d.attributes.put("dtype", BFLOAT16);
      toHeap(BFLOAT16);
    }
    if (at(group).members.put(name, d) != null) {
      throw new IllegalArgumentException("'" + group + "' has two members '" + name + "'");
    }
  }

  /** The elements that stand for those of a dtype in the file. */
  private static DType stored(DType d) {
    return switch (d) {
      case BOOL, INT4 -> DType.INT8;
      case UINT4 -> DType.UINT8;
      case FLOAT8_E4M3FN, FLOAT8_E5M2 -> DType.FLOAT32;
      case COMPLEX64, COMPLEX128, STRING ->
        throw new IllegalArgumentException("Weights of dtype " + d + " cannot be saved as HDF5");
      default -> d;
    };
  }

  /** The bytes of the file. */
  public long size() {
    if (end < 0) {
      long at = (long) SUPERBLOCK + heap().length;
      heads.add(root);
      for (int i = 0; i < heads.size(); i++) {
        Item item = heads.get(i);
        item.address = at;
        at += aligned(head(item).length);
        if (item instanceof Group g) {
          heads.addAll(g.members.values());
        } else if (item instanceof Dataset d) {
          datasets.add(d);
        }
      }
      for (Dataset d : datasets) {
        d.data = at;
        at += aligned(d.bytes());
      }
      end = at;
    }
    return end;
  }

  private static long aligned(long n) {
    return (n + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  /** Writes the file; arrays are asked for in turn. */
  public void write(OutputStream out) throws IOException {
    size();
    Fields f = new Fields();
    f.bytes(SIGNATURE).u8(2).u8(8).u8(8).u8(0).u64(0).u64(Cursor.UNDEFINED).u64(end);
    out.write(f.u64(root.address).summed());
    out.write(heap());
    for (Item item : heads) {
      padded(out, head(item));
    }
    for (Dataset d : datasets) {
      NDArray a = d.elements.get();
      if (a.dtype() != d.dtype || !a.shape().equals(d.shape)) {
        throw new IllegalStateException("An array was announced as " + d.dtype + d.shape
            + " and came as " + a.dtype() + a.shape());
      }
      elements(out, a);
    }
  }

  private static void elements(OutputStream out, NDArray a) throws IOException {
    DType stored = stored(a.dtype());
    ByteBuffer b = (stored.size() == a.dtype().size() ? a : a.astype(stored)).bytes();
    int size = b.remaining();
    byte[] piece = new byte[Math.min(BUFFER, size)];
    while (b.hasRemaining()) {
      int n = Math.min(piece.length, b.remaining());
      b.get(piece, 0, n);
      out.write(piece, 0, n);
    }
    out.write(new byte[(int) (aligned(size) - size)]);
  }

  private static void padded(OutputStream out, byte[] b) throws IOException {
    out.write(b);
    out.write(new byte[(int) (aligned(b.length) - b.length)]);
  }

  /** The object header, version 2. */
  private byte[] head(Item item) {
    Fields m = new Fields();
    if (item instanceof Dataset d) {
      message(m, ObjectHeader.DATASPACE, space(d.shape));
      message(m, ObjectHeader.DATATYPE, type(d.dtype));
      // space allocated early, nothing written where no elements are
      message(m, ObjectHeader.FILL_VALUE, new Fields().u8(3).u8(1 | 1 << 2));
      Fields layout = new Fields().u8(3).u8(1);
      boolean empty = d.bytes() == 0;
      message(
          m, ObjectHeader.LAYOUT, layout.u64(empty ? Cursor.UNDEFINED : d.data).u64(d.bytes()));
    } else if (item instanceof Group g) {
      message(m, ObjectHeader.LINK_INFO, new Fields().u8(0).u8(0).u64(-1).u64(-1));
      message(m, ObjectHeader.GROUP_INFO, new Fields().u8(0).u8(0));
      g.members.forEach((name, member) -> {
        byte[] raw = name.getBytes(StandardCharsets.UTF_8);
        Fields link = new Fields().u8(1).u8(1 | 16).u8(1).u16(raw.length).bytes(raw);
        message(m, ObjectHeader.LINK, link.u64(member.address));
      });
    }
    item.attributes.forEach((name, value) ->
        message(m, ObjectHeader.ATTRIBUTE, attribute(name, value, heap.containsKey(value))));
    item.lists.forEach(
        (name, values) -> message(m, ObjectHeader.ATTRIBUTE, attribute(name, values)));
    byte[] messages = m.all();
    return new Fields()
        .text("OHDR")
        .u8(2)
        .u8(2)
        .u32(messages.length)
        .bytes(messages)
        .summed();
  }

  private static void message(Fields to, int type, Fields data) {
    byte[] b = data.all();
    if (b.length > 0xffff) {
      throw new IllegalArgumentException(
          "A name or text of " + b.length + " bytes is too long for HDF5");
    }
    to.u8(type).u16(b.length).u8(0).bytes(b);
  }

  private static Fields space(Shape shape) {
    Fields f = new Fields().u8(2).u8(shape.rank()).u8(0).u8(shape.rank() == 0 ? 0 : 1);
    for (long d : shape.toArray()) {
      f.u64(d);
    }
    return f;
  }

  private static Fields type(DType dtype) {
    DType d = stored(dtype);
    int size = d.size();
    Fields f = new Fields();
    if (d == DType.BFLOAT16) {
      return f.u8(0x15).u8(0).u16(0).u32(size); // opaque, without a tag
    }
    if (!d.isFloat()) {
      return f.u8(0x10).u8(d.isSigned() ? 8 : 0).u16(0).u32(size).u16(0).u16(8 * size);
    }
    int exponent = size == 2 ? 5 : size == 4 ? 8 : 11;
    int mantissa = 8 * size - 1 - exponent;
    f.u8(0x11).u8(0x20).u8(8 * size - 1).u8(0).u32(size).u16(0).u16(8 * size);
    return f.u8(mantissa).u8(exponent).u8(0).u8(mantissa).u32((1L << (exponent - 1)) - 1);
  }

  /** A text: in place, or in the heap, which is where Python expects one of a dataset that it compares. */
  private Fields attribute(String name, String value, boolean inHeap) {
    byte[] v = value.getBytes(StandardCharsets.UTF_8);
    Fields type = new Fields();
    if (inHeap) {
      type.u8(0x19)
          .u8(1)
          .u8(1)
          .u8(0)
          .u32(16)
          .u8(0x10)
          .u8(0)
          .u16(0)
          .u32(1)
          .u16(0)
          .u16(8);
    } else {
      fixed(type, v.length);
    }
    Fields f = attribute(name, type, Shape.SCALAR);
    return inHeap
        ? f.u32(v.length).u64(SUPERBLOCK).u32(Objects.requireNonNull(heap.get(value)))
        : f.bytes(v.length == 0 ? new byte[1] : v);
  }

  /** Texts, all of one length, filled up with zeros. */
  private static Fields attribute(String name, List<String> values) {
    List<byte[]> raw =
        values.stream().map(v -> v.getBytes(StandardCharsets.UTF_8)).toList();
    int width = raw.stream().mapToInt(b -> b.length).max().orElse(1);
    Fields type = new Fields();
    fixed(type, width);
    Fields f = attribute(name, type, Shape.of(values.size()));
    raw.forEach(b -> f.bytes(Arrays.copyOf(b, Math.max(1, width))));
    return f;
  }

  private static void fixed(Fields type, int length) {
    type.u8(0x13).u8(0x11).u16(0).u32(Math.max(1, length)); // UTF-8, NUL behind it
  }

  private static Fields attribute(String name, Fields type, Shape shape) {
    byte[] n = name.getBytes(StandardCharsets.UTF_8);
    byte[] t = type.all();
    byte[] s = space(shape).all();
    Fields f =
        new Fields().u8(3).u8(0).u16(n.length + 1).u16(t.length).u16(s.length).u8(1);
    return f.bytes(n).u8(0).bytes(t).bytes(s);
  }

  /** The texts that lie in a heap; no bytes if there are none. */
  private byte[] heap() {
    if (heap.isEmpty()) {
      return new byte[0];
    }
    Fields objects = new Fields();
    heap.forEach((text, index) -> {
      byte[] b = text.getBytes(StandardCharsets.UTF_8);
      objects.u16(index).u16(1).u32(0).u64(b.length).bytes(b);
      objects.bytes(new byte[(int) (aligned(b.length) - b.length)]);
    });
    byte[] all = objects.all();
    int head = 16;
    // one object's head is for the free space behind
    int size = Math.max(HEAP, (int) aligned(2L * head + all.length));
    Fields f = new Fields().text("GCOL").u8(1).u8(0).u16(0).u64(size).bytes(all);
    int left = size - head - all.length;
    f.u16(0).u16(0).u32(0).u64(left);
    return f.bytes(new byte[left - head]).all();
  }

  private static final class Fields {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Fields u8(int v) {
      out.write(v);
      return this;
    }

    Fields u16(int v) {
      return u8(v).u8(v >> 8);
    }

    Fields u32(long v) {
      return u16((int) v).u16((int) (v >> 16));
    }

    Fields u64(long v) {
      return u32(v).u32(v >> 32);
    }

    Fields bytes(byte[] b) {
      out.writeBytes(b);
      return this;
    }

    Fields text(String s) {
      return bytes(s.getBytes(StandardCharsets.US_ASCII));
    }

    byte[] all() {
      return out.toByteArray();
    }

    /** With the checksum behind. */
    byte[] summed() {
      byte[] b = all();
      return u32(Lookup3.of(b, 0, b.length)).all();
    }
  }
}
