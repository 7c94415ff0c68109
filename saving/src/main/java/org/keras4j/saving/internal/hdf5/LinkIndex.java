package org.keras4j.saving.internal.hdf5;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.keras4j.core.io.FileFormatException;

/** The index of a group's links by name: a B-tree of version 2, whose records point into a heap. */
final class LinkIndex {
  private static final int HEAD = 38;
  private static final int BY_NAME = 5;
  private static final int NODE_OVERHEAD = 10; // signature, version, type, checksum
  private static final int HASH = 4;
  private static final int MAX_DEPTH = 16;
  private static final String WHAT = "index of links";

  private final H5Input in;
  private final List<byte[]> out = new ArrayList<>();
  private final Set<Long> seen = new HashSet<>();
  private int nodeSize;
  private int recordSize;

  // by depth: how many bytes the counts of records have that stand beside the children
  private final int[] countBytes = new int[MAX_DEPTH + 1];
  private final int[] totalBytes = new int[MAX_DEPTH + 1];

  LinkIndex(H5Input in) {
    this.in = in;
  }

  /** The heap's names of the links. */
  List<byte[]> read(long address) throws IOException {
    Cursor c = in.checked(address, HEAD, WHAT).signature("BTHD").version(0);
    int type = c.u8();
    if (type != BY_NAME) {
      throw c.unsupported("kind " + type);
    }
    nodeSize = c.count(4);
    recordSize = c.u16();
    int depth = c.u16();
    long root = c.skip(2).address();
    int records = c.u16();
    if (depth > MAX_DEPTH || recordSize <= HASH || nodeSize <= NODE_OVERHEAD + recordSize) {
      throw new FileFormatException("the HDF5 " + WHAT + " has impossible sizes");
    }
    widths(depth);
    if (records > 0) {
      node(root, records, depth);
    }
    return out;
  }

  private void widths(int depth) {
    long most = ((long) nodeSize - NODE_OVERHEAD) / recordSize;
    long total = most;
    int leaf = bytesFor(most);
    for (int d = 1; d <= depth; d++) {
      countBytes[d] = leaf;
      totalBytes[d] = d == 1 ? 0 : bytesFor(total);
      int pointer = 8 + countBytes[d] + totalBytes[d];
      long here = Math.max(0, (nodeSize - NODE_OVERHEAD - pointer) / (recordSize + pointer));
      total = Math.min(Long.MAX_VALUE / (here + 2), total) * (here + 1) + here;
    }
  }

  private static int bytesFor(long n) {
    return (64 - Long.numberOfLeadingZeros(Math.max(1, n)) + 7) / 8;
  }

  private void node(long address, int records, int depth) throws IOException {
    if (!seen.add(address)) {
      throw new FileFormatException("the HDF5 " + WHAT + " goes in a circle");
    }
    int pointer = depth == 0 ? 0 : 8 + countBytes[depth] + totalBytes[depth];
    long size = NODE_OVERHEAD + (long) records * recordSize + (records + 1L) * pointer;
    if (size > nodeSize) {
      throw new FileFormatException("the HDF5 " + WHAT + " has more records than a node holds");
    }
    // the checksum follows the last field, what is behind it is not used
    Cursor c = in.checked(address, size, WHAT);
    c.signature(depth == 0 ? "BTLF" : "BTIN").version(0).skip(1);
    for (int i = 0; i < records; i++) {
      c.skip(HASH);
      out.add(c.bytes(recordSize - HASH));
    }
    for (int i = 0; depth > 0 && i <= records; i++) {
      long child = c.address();
      int count = c.count(countBytes[depth]);
      c.skip(totalBytes[depth]);
      node(child, count, depth - 1);
    }
  }
}
