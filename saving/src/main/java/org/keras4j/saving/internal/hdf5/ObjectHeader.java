package org.keras4j.saving.internal.hdf5;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.io.FileFormatException;

/** What the file says about one group or dataset: a list of messages, of either version. */
final class ObjectHeader {
  static final int DATASPACE = 1;
  static final int LINK_INFO = 2;
  static final int DATATYPE = 3;
  static final int FILL_VALUE = 5;
  static final int LINK = 6;
  static final int EXTERNAL_FILES = 7;
  static final int LAYOUT = 8;
  static final int GROUP_INFO = 10;
  static final int FILTERS = 11;
  static final int ATTRIBUTE = 12;
  static final int SYMBOL_TABLE = 17;
  static final int ATTRIBUTE_INFO = 21;

  private static final int CONTINUATION = 16;
  private static final int SHARED = 2;
  private static final String WHAT = "object header";
  private static final int PREFIX = 16;
  private static final int MESSAGE_PREFIX = 8;
  private static final int TIMES = 16;
  private static final int CHECKSUM = 4;

  private record Message(int type, int flags, byte[] data) {}

  private record Block(long address, long length) {}

  private final List<Message> messages = new ArrayList<>();
  private final Deque<Block> more = new ArrayDeque<>();
  private final Set<Long> seen = new HashSet<>();
  private final H5Input in;

  private ObjectHeader(H5Input in) {
    this.in = in;
  }

  static ObjectHeader read(H5Input in, long address) throws IOException {
    ObjectHeader h = new ObjectHeader(in);
    if (in.at(address, 1, WHAT).u8() == 1) {
      h.readOld(address);
    } else {
      h.readNew(address);
    }
    return h;
  }

  private void readOld(long address) throws IOException {
    Cursor c = in.at(address, PREFIX, WHAT).skip(2);
    int count = c.u16();
    c.skip(4); // who refers to it
    more.add(new Block(address + PREFIX, c.u32()));
    while (!more.isEmpty() && count > 0) {
      Cursor block = next(false);
      while (block.remaining() >= MESSAGE_PREFIX && count > 0) {
        int type = block.u16();
        int size = block.u16();
        int flags = block.u8();
        add(type, flags, block.skip(3).bytes(size));
        count--;
      }
    }
  }

  private void readNew(long address) throws IOException {
    int start = 4 + 2;
    Cursor c = in.at(address, start, WHAT).signature("OHDR").version(2);
    int flags = c.u8();
    int width = 1 << (flags & 3);
    int before = start + ((flags & 32) != 0 ? TIMES : 0) + ((flags & 16) != 0 ? 4 : 0);
    long size = in.at(address + before, width, WHAT).number(width);
    boolean ordered = (flags & 4) != 0;
    if (size < 0 || size > in.size()) {
      throw new FileFormatException("the HDF5 " + WHAT + " reaches beyond the file");
    }
    Cursor first = in.checked(address, before + width + size + CHECKSUM, WHAT);
    messages(first.skip(before + width), ordered);
    while (!more.isEmpty()) {
      messages(next(true).signature("OCHK"), ordered);
    }
  }

  private Cursor next(boolean checked) throws IOException {
    Block b = more.remove();
    if (!seen.add(b.address)) {
      throw new FileFormatException("the HDF5 " + WHAT + " goes in a circle");
    }
    return checked ? in.checked(b.address, b.length, WHAT) : in.at(b.address, b.length, WHAT);
  }

  private void messages(Cursor c, boolean ordered) throws IOException {
    int prefix = ordered ? 6 : 4;
    while (c.remaining() >= prefix) {
      int type = c.u8();
      int size = c.u16();
      int flags = c.u8();
      if (ordered) {
        c.skip(2);
      }
      add(type, flags, c.bytes(size));
    }
  }

  private void add(int type, int flags, byte[] data) throws IOException {
    if (type == CONTINUATION) {
      Cursor c = new Cursor(data, WHAT);
      more.add(new Block(c.address(), c.length()));
    } else if (type != 0) {
      messages.add(new Message(type, flags, data));
    }
  }

  boolean has(int type) {
    return messages.stream().anyMatch(m -> m.type == type);
  }

  /** The only message of a type, or null. */
  @Nullable
  Cursor one(int type, String what) throws FileFormatException {
    List<Cursor> all = all(type, what);
    if (all.size() > 1) {
      throw new FileFormatException("the HDF5 " + WHAT + " has two messages of the kind " + what);
    }
    return all.isEmpty() ? null : all.get(0);
  }

  /** All messages of a type. */
  List<Cursor> all(int type, String what) throws FileFormatException {
    List<Cursor> out = new ArrayList<>();
    for (Message m : messages) {
      if (m.type == type) {
        if ((m.flags & SHARED) != 0) {
          throw new FileFormatException(
              "the HDF5 " + what + " lies elsewhere in the file, which is not supported");
        }
        out.add(new Cursor(m.data, what));
      }
    }
    return out;
  }
}
