package org.keras4j.saving.internal.hdf5;

import java.io.IOException;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Failures;
import org.keras4j.core.io.FileFormatException;

/** A group of the file; what is in it is read when it is asked for, and kept. */
public final class H5Group {
  private final H5Input in;
  private final String path;
  private final @Nullable H5Group parent;
  private final long address;
  private final Map<String, Long> members;
  private final Map<String, Object> known = new HashMap<>();

  private H5Group(
      H5Input in, String path, @Nullable H5Group parent, long address, Map<String, Long> members) {
    this.in = in;
    this.path = path;
    this.parent = parent;
    this.address = address;
    this.members = members;
  }

  static H5Group root(H5Input in, long address) throws IOException {
    if (member(in, address, "", null) instanceof H5Group g) {
      return g;
    }
    throw new FileFormatException("the HDF5 file's root is no group");
  }

  private static Object member(H5Input in, long address, String path, @Nullable H5Group parent)
      throws IOException {
    for (H5Group g = parent; g != null; g = g.parent) {
      if (g.address == address) {
        throw new FileFormatException("the HDF5 group '" + path + "' is inside of itself");
      }
    }
    ObjectHeader header = ObjectHeader.read(in, address);
    if (header.has(ObjectHeader.LAYOUT)) {
      return H5Dataset.read(in, header, path);
    }
    try {
      Cursor table = header.one(ObjectHeader.SYMBOL_TABLE, "table of a group");
      Map<String, Long> members =
          table == null ? Links.read(in, header) : SymbolTable.read(in, table);
      return new H5Group(in, path, parent, address, members);
    } catch (FileFormatException e) {
      throw Failures.inPlaceOf(
          e,
          new FileFormatException(
              "the HDF5 group '" + (path.isEmpty() ? "/" : path) + "': " + e.getMessage(),
              e.getCause()));
    }
  }

  /** The names of groups and datasets in it. */
  public Set<String> names() {
    return Collections.unmodifiableSet(members.keySet());
  }

  /**
   * A {@link H5Group} or {@link H5Dataset}, or null.
   *
   * @throws FileFormatException if it is damaged, or of a kind that is not read
   */
  public @Nullable Object get(String name) throws IOException {
    Long at = members.get(name);
    if (at == null) {
      return null;
    }
    Object there = known.get(name);
    if (there == null) {
      there = member(in, at, path.isEmpty() ? name : path + "/" + name, this);
      known.put(name, there);
    }
    return there;
  }

  /** The dataset of a name; null if there is none. */
  public @Nullable H5Dataset dataset(String name) throws IOException {
    return get(name) instanceof H5Dataset d ? d : null;
  }

  /** The group under names separated by slashes; null if there is none. */
  public @Nullable H5Group find(String names) throws IOException {
    H5Group g = this;
    for (String name : names.split("/", -1)) {
      if (!(g.get(name) instanceof H5Group next)) {
        return null;
      }
      g = next;
    }
    return g;
  }
}
