package org.keras4j.saving.internal.hdf5;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.keras4j.core.io.FileFormatException;

/** Where texts of any length lie: collections of numbered objects. */
final class GlobalHeap {
  private static final int HEAD = 16;
  private static final int OBJECT_HEAD = 16;
  private static final int ALIGNMENT = 8;
  private static final String WHAT = "heap of texts";

  private record Place(long address, long size) {}

  private final H5Input in;
  private final Map<Long, Map<Integer, Place>> collections = new HashMap<>();

  GlobalHeap(H5Input in) {
    this.in = in;
  }

  /** The bytes of an object. */
  Cursor object(long collection, int index) throws IOException {
    Map<Integer, Place> objects = collections.get(collection);
    if (objects == null) {
      objects = places(collection);
      collections.put(collection, objects);
    }
    Place p = objects.get(index);
    if (p == null) {
      throw new FileFormatException("the HDF5 " + WHAT + " has no object " + index);
    }
    return in.at(p.address, p.size, WHAT);
  }

  private Map<Integer, Place> places(long collection) throws IOException {
    Cursor head = in.at(collection, HEAD, WHAT).signature("GCOL").version(1).skip(3);
    long size = head.length();
    in.checkData(collection, size, "the HDF5 " + WHAT);
    Map<Integer, Place> out = new HashMap<>();
    for (long at = HEAD; at + OBJECT_HEAD <= size; ) {
      Cursor c = in.at(collection + at, OBJECT_HEAD, WHAT);
      int index = c.u16();
      long length = c.skip(6).length();
      if (index == 0) {
        break; // what follows is free
      }
      if (length > size - at - OBJECT_HEAD) {
        throw new FileFormatException("the HDF5 " + WHAT + " has an object outside of it");
      }
      out.put(index, new Place(collection + at + OBJECT_HEAD, length));
      at += OBJECT_HEAD + (length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }
    return out;
  }
}
