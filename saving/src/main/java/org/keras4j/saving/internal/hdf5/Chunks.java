package org.keras4j.saving.internal.hdf5;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.keras4j.core.io.FileFormatException;

/** The chunks of a dataset that the file holds, from any of the indices. */
final class Chunks {
  /**
   * One chunk.
   *
   * @param offset its first element
   * @param skipped bits of the filters that it did not pass
   */
  record Chunk(long[] offset, long address, long size, long skipped) {}

  private static final int NODE_HEAD = 24;
  private static final int ARRAY_HEAD = 28;
  private static final int MAX_LEVEL = 32;
  private static final int MAX_CHUNKS = 1 << 20;
  private static final int CHECKSUM = 4;
  private static final String TREE = "tree of chunks";
  private static final String ARRAY = "array of chunks";

  private final H5Input in;
  private final Layout layout;
  private final long[] dims;
  private final long bytes;
  private final boolean filtered;
  private final long[] counts;
  private final long most;
  private final List<Chunk> out = new ArrayList<>();
  private final Set<Long> seen = new HashSet<>();

  private Chunks(H5Input in, Layout layout, long[] dims, long bytes, boolean filtered) {
    this.in = in;
    this.layout = layout;
    this.dims = dims;
    this.bytes = bytes;
    this.filtered = filtered;
    this.counts = new long[dims.length];
    long n = 1;
    for (int i = 0; i < dims.length; i++) {
      counts[i] = (dims[i] + layout.chunk()[i] - 1) / layout.chunk()[i];
      n *= counts[i];
    }
    this.most = n;
  }

  /**
   * Reads an index.
   *
   * @param bytes of a chunk without filters
   */
  static List<Chunk> read(H5Input in, Layout layout, long[] dims, long bytes, boolean filtered)
      throws IOException {
    Chunks c = new Chunks(in, layout, dims, bytes, filtered);
    if (c.most > MAX_CHUNKS) {
      throw new FileFormatException("has " + c.most + " chunks, more than are taken");
    }
    if (layout.address() == Cursor.UNDEFINED || c.most == 0) {
      return c.out;
    }
    switch (layout.index()) {
      case TREE -> c.node(layout.address(), MAX_LEVEL);
      case SINGLE -> c.add(new long[dims.length], layout.address(), bytes, 0);
      case SINGLE_FILTERED ->
        c.add(new long[dims.length], layout.address(), layout.size(), layout.skipped());
      case IMPLICIT -> c.implicit();
      default -> c.fixedArray();
    }
    return c.out;
  }

  private void add(long[] offset, long address, long size, long skipped)
      throws FileFormatException {
    long number = 0;
    for (int i = 0; i < dims.length; i++) {
      if (offset[i] < 0 || offset[i] >= dims[i] || offset[i] % layout.chunk()[i] != 0) {
        throw new FileFormatException("has a chunk at an impossible place");
      }
      number = number * counts[i] + offset[i] / layout.chunk()[i];
    }
    if (!seen.add(number)) {
      throw new FileFormatException("has two chunks at one place");
    }
    in.checkData(address, size, "a chunk");
    out.add(new Chunk(offset, address, size, skipped));
  }

  private void node(long address, int most) throws IOException {
    Cursor head = in.at(address, NODE_HEAD, TREE).signature("TREE");
    if (head.u8() != 1) {
      throw new FileFormatException("the HDF5 " + TREE + " is one of a group");
    }
    int level = head.u8();
    if (level >= most) {
      throw new FileFormatException("the HDF5 " + TREE + " goes in a circle");
    }
    int used = head.u16();
    int key = 8 + 8 * (dims.length + 1);
    Cursor c = in.at(address + NODE_HEAD, used * (key + 8L), TREE);
    for (int i = 0; i < used; i++) {
      long size = c.u32();
      long skipped = c.u32();
      long[] offset = new long[dims.length];
      for (int d = 0; d < dims.length; d++) {
        offset[d] = c.length();
      }
      long child = c.skip(8).address();
      if (level > 0) {
        node(child, level);
      } else {
        add(offset, child, size, skipped);
      }
    }
  }

  private long[] offset(long number) {
    long[] out = new long[dims.length];
    long rest = number;
    for (int i = dims.length - 1; i >= 0; i--) {
      out[i] = rest % counts[i] * layout.chunk()[i];
      rest /= counts[i];
    }
    return out;
  }

  private void implicit() throws IOException {
    in.checkData(layout.address(), Math.multiplyExact(most, bytes), "all chunks");
    for (long i = 0; i < most; i++) {
      add(offset(i), layout.address() + i * bytes, bytes, 0);
    }
  }

  private void fixedArray() throws IOException {
    Cursor head =
        in.checked(layout.address(), ARRAY_HEAD, ARRAY).signature("FAHD").version(0);
    int client = head.u8();
    int entry = head.u8();
    int pageBits = head.u8();
    long count = head.length();
    long block = head.address();
    if (block == Cursor.UNDEFINED) {
      return;
    }
    int sizeBytes = entry - 12; // of a filtered chunk, between address and mask
    if (count < most
        || client != (filtered ? 1 : 0)
        || entry < 8
        || filtered && (sizeBytes < 1 || sizeBytes > 8)
        || pageBits > 30) {
      throw new FileFormatException("the HDF5 " + ARRAY + " has impossible sizes");
    }
    long pageSize = 1L << pageBits;
    int prefix = 4 + 1 + 1 + 8;
    if (count <= pageSize) {
      Cursor c = in.checked(block, prefix + count * entry + CHECKSUM, ARRAY);
      entries(c.signature("FADB").skip(prefix - 4), 0, most, sizeBytes, entry);
      return;
    }
    long pages = (count + pageSize - 1) / pageSize;
    int bitmap = Math.toIntExact(Math.min((pages + 7) / 8, Integer.MAX_VALUE / 2));
    byte[] made = in.checked(block, prefix + bitmap + CHECKSUM, ARRAY)
        .signature("FADB")
        .skip(prefix - 4)
        .bytes(bitmap);
    long at = block + prefix + bitmap + CHECKSUM;
    for (long p = 0; p < pages; p++) {
      long n = Math.min(pageSize, count - p * pageSize);
      if ((made[(int) (p / 8)] & 128 >> p % 8) != 0) {
        Cursor c = in.checked(at, n * entry + CHECKSUM, ARRAY);
        entries(c, p * pageSize, Math.min(n, most - p * pageSize), sizeBytes, entry);
      }
      at += pageSize * entry + CHECKSUM;
    }
  }

  private void entries(Cursor c, long first, long n, int sizeBytes, int entry) throws IOException {
    for (long i = 0; i < n; i++) {
      int start = c.position();
      long address = c.address();
      long size = filtered ? c.number(sizeBytes) : bytes;
      long skipped = filtered ? c.u32() : 0;
      c.skip(entry - (c.position() - start));
      if (address != Cursor.UNDEFINED) {
        add(offset(first + i), address, size, skipped);
      }
    }
  }
}
