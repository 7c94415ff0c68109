package org.keras4j.saving.internal.hdf5;

import java.io.IOException;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.internal.messages.Failures;
import org.keras4j.core.io.FileFormatException;

/** A group of the file; what is in it is read when it is asked for, and kept. */
public final class H5Group {
  private final H5Input in;
  private final String path;
  private final @Nullable H5Group parent;
  private final long address;
  private final Map<String, Long> members;
  private final ObjectHeader header;
  private final Map<String, Object> known = new HashMap<>();

  private H5Group(
      H5Input in,
      String path,
      @Nullable H5Group parent,
      long address,
      Map<String, Long> members,
      ObjectHeader header) {
    this.in = in;
    this.path = path;
    this.parent = parent;
    this.address = address;
    this.members = members;
    this.header = header;
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
      return new H5Group(in, path, parent, address, members, header);
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

  /** The dataset under names separated by slashes; null if there is none. */
  public @Nullable H5Dataset findDataset(String names) throws IOException {
    int cut = names.lastIndexOf('/');
    H5Group g = cut < 0 ? this : find(names.substring(0, cut));
    return g == null ? null : g.dataset(names.substring(cut + 1));
  }

  /** The attribute of a name, which is one text; null if there is none. */
  public @Nullable String text(String name) throws IOException {
    H5Texts.Value v = attribute(name);
    if (v == null) {
      return null;
    }
    if (v.texts().size() != 1) {
      throw new FileFormatException("the HDF5 attribute '" + name + "' of '" + path + "' has "
          + v.texts().size() + " texts where one is expected");
    }
    return v.texts().get(0);
  }

  /** The attribute of a name, which is a list of texts; null if there is none. */
  public @Nullable List<String> texts(String name) throws IOException {
    H5Texts.Value v = attribute(name);
    return v == null ? null : v.texts();
  }

  private H5Texts.@Nullable Value attribute(String name) throws IOException {
    Cursor many = header.one(ObjectHeader.ATTRIBUTE_INFO, "info of attributes");
    if (many != null) {
      many.version(0);
      if ((many.u8() & 1) != 0) {
        many.skip(2);
      }
      if (many.address() != Cursor.UNDEFINED) {
        throw many.unsupported("a kind that keeps attributes in a heap");
      }
    }
    return H5Texts.find(in, header.all(ObjectHeader.ATTRIBUTE, "attribute"), name);
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
