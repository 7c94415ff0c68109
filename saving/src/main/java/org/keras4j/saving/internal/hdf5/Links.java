package org.keras4j.saving.internal.hdf5;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.keras4j.core.io.FileFormatException;

/** The members of a group in the newer style: messages, or many of them in a heap with an index. */
final class Links {
  private static final int HARD = 0;
  private static final int SOFT = 1;
  private static final int EXTERNAL = 64;

  private final Map<String, Long> out = new LinkedHashMap<>();

  private Links() {}

  /** Addresses of object headers by name. */
  static Map<String, Long> read(H5Input in, ObjectHeader header) throws IOException {
    Links links = new Links();
    for (Cursor c : header.all(ObjectHeader.LINK, "link")) {
      links.add(c);
    }
    Cursor info = header.one(ObjectHeader.LINK_INFO, "info of links");
    if (info != null) {
      info.version(0);
      if ((info.u8() & 1) != 0) {
        info.skip(8);
      }
      long heap = info.address();
      long index = info.address();
      if (heap != Cursor.UNDEFINED && index != Cursor.UNDEFINED) {
        FractalHeap h = FractalHeap.open(in, heap);
        for (byte[] id : new LinkIndex(in).read(index)) {
          links.add(h.object(id));
        }
      }
    }
    return links.out;
  }

  static FileFormatException refused(String kind, String name) {
    return new FileFormatException("the HDF5 group has a " + kind + " link '" + name
        + "'; links that lead elsewhere are not followed");
  }

  private void add(Cursor c) throws FileFormatException {
    c.version(1);
    int flags = c.u8();
    int type = (flags & 8) != 0 ? c.u8() : HARD;
    if ((flags & 4) != 0) {
      c.skip(8); // the order in which it was made
    }
    if ((flags & 16) != 0) {
      c.skip(1); // ASCII or UTF-8
    }
    String name = c.text(c.count(1 << (flags & 3)));
    if (type != HARD) {
      throw refused(type == SOFT ? "soft" : type == EXTERNAL ? "external" : "user-defined", name);
    }
    if (name.isEmpty() || out.put(name, c.address()) != null) {
      throw new FileFormatException("the HDF5 group has two members '" + name + "'");
    }
  }
}
