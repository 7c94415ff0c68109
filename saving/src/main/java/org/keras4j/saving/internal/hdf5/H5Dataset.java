package org.keras4j.saving.internal.hdf5;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.MemoryLimitException;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.internal.messages.Failures;
import org.keras4j.core.io.FileFormatException;
import org.keras4j.core.io.ReadLimits;

/** An array in the file. Its head is read and checked at once, its elements when they are asked for. */
public final class H5Dataset {
  private static final int MAX_RANK = 32;
  private static final long FREE_CHUNK = 1 << 20;

  private final H5Input in;
  private final String path;
  private final ElementType type;
  private final Shape shape;
  private final long bytes;
  private final Layout layout;
  private final Filters filters;
  private @Nullable List<Chunks.Chunk> chunks;

  private H5Dataset(
      H5Input in, String path, ElementType type, Shape shape, Layout layout, Filters filters)
      throws IOException {
    this.in = in;
    this.path = path;
    this.type = type;
    this.shape = shape;
    this.layout = layout;
    this.filters = filters;
    this.bytes = Math.multiplyExact(shape.size(), (long) type.size());
    check();
  }

  static H5Dataset read(H5Input in, ObjectHeader header, String path) throws IOException {
    try {
      if (header.has(ObjectHeader.EXTERNAL_FILES)) {
        throw new FileFormatException(
            "is an external dataset, whose elements lie in other files; these are not read");
      }
      Layout layout = Layout.read(needed(header, ObjectHeader.LAYOUT, "layout"));
      Shape shape = shape(needed(header, ObjectHeader.DATASPACE, "dataspace"));
      ElementType type = ElementType.read(needed(header, ObjectHeader.DATATYPE, "datatype"));
      Filters filters = Filters.read(header.one(ObjectHeader.FILTERS, "list of filters"));
      H5Dataset out = new H5Dataset(in, path, type, shape, layout, filters);
      if (!out.isWhole()) {
        requireZeros(header.one(ObjectHeader.FILL_VALUE, "value of elements that are not written"));
      }
      return out;
    } catch (ArithmeticException | MemoryLimitException e) {
      throw new FileFormatException("the HDF5 dataset '" + path + "' has an impossible size");
    } catch (FileFormatException e) {
      throw named(path, e);
    }
  }

  private static FileFormatException named(String path, FileFormatException e) {
    return Failures.inPlaceOf(
        e,
        new FileFormatException(
            "the HDF5 dataset '" + path + "': " + e.getMessage(), e.getCause()));
  }

  private static Cursor needed(ObjectHeader header, int type, String what)
      throws FileFormatException {
    Cursor c = header.one(type, what);
    if (c == null) {
      throw new FileFormatException("has no " + what);
    }
    return c;
  }

  private static Shape shape(Cursor c) throws FileFormatException {
    int version = c.u8();
    int rank = c.u8();
    c.skip(1);
    if (version != 1 && version != 2) {
      throw c.unsupported("version " + version);
    }
    int kind = version == 2 ? c.u8() : rank > 0 ? 1 : 0;
    if (version == 1) {
      c.skip(5);
    }
    if (kind > 1 || kind == 0 && rank > 0) {
      throw c.unsupported("a kind without elements");
    }
    if (rank > MAX_RANK) {
      throw new FileFormatException("has " + rank + " axes, more than there can be");
    }
    long[] dims = new long[rank];
    for (int i = 0; i < rank; i++) {
      dims[i] = c.length();
    }
    return Shape.of(dims);
  }

  private void check() throws IOException {
    ReadLimits limits = in.limits();
    limits.checkArray("the array of shape " + shape, bytes);
    if (!filters.isEmpty() && layout.kind() != Layout.Kind.CHUNKED) {
      throw new FileFormatException("has filters, though it is not chunked");
    }
    switch (layout.kind()) {
      case COMPACT -> requireSize(layout.size());
      case CONTIGUOUS -> {
        if (layout.address() == Cursor.UNDEFINED) {
          limits.checkExpansion("nothing of it is written; it", 0, bytes);
        } else {
          requireSize(layout.size());
          in.checkData(layout.address(), bytes, "its data");
        }
      }
      default -> checkChunks(limits);
    }
  }

  private void requireSize(long stored) throws FileFormatException {
    if (stored != bytes) {
      throw new FileFormatException(
          "has " + stored + " bytes, its shape " + shape + " needs " + bytes);
    }
  }

  private void checkChunks(ReadLimits limits) throws IOException {
    if (layout.chunk().length != shape.rank() || shape.rank() == 0) {
      throw new FileFormatException("has chunks of another rank than its shape " + shape);
    }
    long chunk = chunkBytes();
    if (chunk > Math.max(FREE_CHUNK, bytes) && chunk > limits.freeExpansionBytes()
        || chunk > Integer.MAX_VALUE / 2) {
      throw new FileFormatException(
          "has chunks of " + chunk + " bytes, its shape " + shape + " needs " + bytes);
    }
    limits.checkArray("a chunk", chunk);
  }

  private long chunkBytes() {
    long n = type.size();
    for (long d : layout.chunk()) {
      n = Math.multiplyExact(n, d);
    }
    return n;
  }

  private boolean isWhole() throws IOException {
    if (bytes == 0 || layout.kind() == Layout.Kind.COMPACT) {
      return true;
    }
    if (layout.kind() == Layout.Kind.CONTIGUOUS) {
      return layout.address() != Cursor.UNDEFINED;
    }
    List<Chunks.Chunk> chunks = chunks();
    long stored = 0;
    long most = filters.isEmpty() ? chunkBytes() : filters.most(chunkBytes());
    for (Chunks.Chunk c : chunks) {
      if (c.size() > most || filters.isEmpty() && c.size() != most) {
        throw new FileFormatException(
            "has a chunk of " + c.size() + " bytes in the file, which is not what it can have");
      }
      stored += c.size();
    }
    in.limits().checkExpansion("it", stored, Math.max(bytes, chunks.size() * chunkBytes()));
    long all = 1;
    for (int i = 0; i < shape.rank(); i++) {
      all *= (shape.dim(i) + layout.chunk()[i] - 1) / layout.chunk()[i];
    }
    return chunks.size() == all;
  }

  private List<Chunks.Chunk> chunks() throws IOException {
    List<Chunks.Chunk> c = chunks;
    if (c == null) {
      c = Chunks.read(in, layout, shape.toArray(), chunkBytes(), !filters.isEmpty());
      chunks = c;
    }
    return c;
  }

  private static void requireZeros(@Nullable Cursor c) throws FileFormatException {
    if (c == null) {
      return;
    }
    int version = c.u8();
    if (version < 1 || version > 3) {
      throw c.unsupported("version " + version);
    }
    boolean defined;
    if (version == 3) {
      defined = (c.u8() & 32) != 0;
    } else {
      defined = c.skip(2).u8() != 0;
    }
    if (!defined || version == 1 && c.remaining() < 4) {
      return;
    }
    for (byte b : c.bytes(c.count(4))) {
      if (b != 0) {
        throw new FileFormatException(
            "has elements that are not written, and stand for another value than 0");
      }
    }
  }

  /** Where it is in the file. */
  public String path() {
    return path;
  }

  /** Its shape. */
  public Shape shape() {
    return shape;
  }

  /** The dtype that {@link #read} changes nothing for; of opaque elements, the one that Keras writes so. */
  public DType dtype() {
    return type.kind() != ElementType.Kind.OPAQUE
        ? type.dtype()
        : type.size() == 2 ? DType.BFLOAT16 : DType.FLOAT8_E4M3FN;
  }

  /**
   * Its elements in a dtype.
   *
   * @throws FileFormatException if they are damaged, or no numbers of that kind
   */
  public NDArray read(DType dtype) throws IOException {
    try {
      type.require(dtype);
      in.limits().checkArray("the array as " + dtype.kerasName(), shape.size() * dtype.size());
      ByteBuffer out = NDArray.zeros(DType.UINT8, Shape.of(bytes)).bytes();
      switch (layout.kind()) {
        case COMPACT -> out.put(0, layout.compact() == null ? new byte[0] : layout.compact());
        case CONTIGUOUS -> {
          if (layout.address() != Cursor.UNDEFINED) {
            in.data(layout.address(), out, "its data");
            out.rewind();
          }
        }
        default -> readChunks(out);
      }
      return type.array(out, shape, dtype);
    } catch (FileFormatException e) {
      throw named(path, e);
    }
  }

  /**
   * Goes through the elements as {@link #read} does, so that it will not fail: those of chunks can turn out
   * damaged only when they are unpacked.
   */
  public void check(DType dtype) throws IOException {
    if (filters.isEmpty()) {
      try {
        type.require(dtype);
      } catch (FileFormatException e) {
        throw named(path, e);
      }
    } else {
      read(dtype);
    }
  }

  private void readChunks(ByteBuffer out) throws IOException {
    int size = (int) chunkBytes();
    for (Chunks.Chunk c : chunks()) {
      byte[] stored = new byte[(int) c.size()];
      in.data(c.address(), ByteBuffer.wrap(stored), "a chunk");
      place(filters.undo(stored, c.skipped(), size), c.offset(), out);
    }
  }

  /** Copies the rows of a chunk that lie within the array. */
  private void place(byte[] chunk, long[] offset, ByteBuffer out) {
    int rank = shape.rank();
    long[] dims = layout.chunk();
    int last = rank - 1;
    int width = type.size();
    int run = (int) (Math.min(dims[last], shape.dim(last) - offset[last]) * width);
    long[] index = new long[rank];
    while (true) {
      long from = 0;
      long to = 0;
      for (int i = 0; i < rank; i++) {
        from = from * dims[i] + index[i];
        to = to * shape.dim(i) + offset[i] + index[i];
      }
      out.put((int) (to * width), chunk, (int) (from * width), run);
      int axis = last - 1;
      while (axis >= 0) {
        index[axis]++;
        if (index[axis] < dims[axis] && offset[axis] + index[axis] < shape.dim(axis)) {
          break;
        }
        index[axis--] = 0;
      }
      if (axis < 0) {
        return;
      }
    }
  }
}
