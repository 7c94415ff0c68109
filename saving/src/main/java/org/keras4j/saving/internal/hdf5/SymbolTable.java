package org.keras4j.saving.internal.hdf5;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.keras4j.core.io.FileFormatException;

/** The members of a group in the older style: a tree of tables, whose names lie in a heap. */
final class SymbolTable {
  private static final int HEAP_HEAD = 32;
  private static final int NODE_HEAD = 24;
  private static final int TABLE_HEAD = 8;
  private static final int ENTRY = 40;
  private static final int KEY_AND_CHILD = 16;
  private static final int SOFT_LINK = 2;
  private static final int MAX_LEVEL = 32;

  private final H5Input in;
  private final byte[] names;
  private final Map<String, Long> out = new LinkedHashMap<>();
  private final Set<Long> seen = new HashSet<>();

  private SymbolTable(H5Input in, byte[] names) {
    this.in = in;
    this.names = names;
  }

  /** Addresses of object headers by name. */
  static Map<String, Long> read(H5Input in, Cursor message) throws IOException {
    long tree = message.address();
    Cursor heap = in.at(message.address(), HEAP_HEAD, "heap of names")
        .signature("HEAP")
        .version(0)
        .skip(3);
    int size = heap.count(8);
    heap.skip(8); // what is free
    byte[] names = in.at(heap.address(), size, "heap of names").bytes(size);
    SymbolTable t = new SymbolTable(in, names);
    if (tree != Cursor.UNDEFINED) {
      t.node(tree, MAX_LEVEL);
    }
    return t.out;
  }

  private void node(long address, int most) throws IOException {
    visit(address);
    Cursor head = in.at(address, NODE_HEAD, "tree of a group").signature("TREE");
    if (head.u8() != 0) {
      throw new FileFormatException("the HDF5 tree of a group is one of chunks");
    }
    int level = head.u8();
    if (level >= most) {
      throw new FileFormatException("the HDF5 tree of a group goes in a circle");
    }
    int used = head.u16();
    Cursor children = in.at(address + NODE_HEAD, (long) used * KEY_AND_CHILD, "tree of a group");
    for (int i = 0; i < used; i++) {
      long child = children.skip(8).address();
      if (level > 0) {
        node(child, level);
      } else {
        table(child);
      }
    }
  }

  private void visit(long address) throws FileFormatException {
    if (!seen.add(address)) {
      throw new FileFormatException("the HDF5 tree of a group goes in a circle");
    }
  }

  private void table(long address) throws IOException {
    visit(address);
    Cursor head = in.at(address, TABLE_HEAD, "table of a group")
        .signature("SNOD")
        .version(1)
        .skip(1);
    int used = head.u16();
    Cursor c = in.at(address + TABLE_HEAD, (long) used * ENTRY, "table of a group");
    for (int i = 0; i < used; i++) {
      String name = name(c.length());
      long object = c.address();
      long kind = c.u32();
      c.skip(20);
      if (kind == SOFT_LINK) {
        throw Links.refused("soft", name);
      }
      if (out.put(name, object) != null) {
        throw new FileFormatException("the HDF5 group has two members '" + name + "'");
      }
    }
  }

  private String name(long at) throws FileFormatException {
    int end = (int) Math.min(at, names.length);
    while (end < names.length && names[end] != 0) {
      end++;
    }
    if (at >= end) {
      throw new FileFormatException("the HDF5 table of a group has no name for a member");
    }
    return new String(names, (int) at, end - (int) at, StandardCharsets.UTF_8);
  }
}
