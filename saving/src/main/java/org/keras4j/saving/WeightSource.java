package org.keras4j.saving;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.keras4j.saving.internal.hdf5.H5Dataset;
import org.keras4j.saving.internal.hdf5.H5Group;

/** Where weights are read from: one HDF5 file or several. */
interface WeightSource {
  /**
   * The members of a group by name, null for those that are no arrays.
   *
   * @param path names separated by slashes: {@code layers/dense/vars}
   * @return null if there is no such group
   */
  @Nullable
  Map<String, @Nullable H5Dataset> vars(String path) throws IOException;

  /** The paths of all groups that hold arrays. */
  Set<String> groups() throws IOException;

  /** One file. */
  record File(H5Group root) implements WeightSource {
    @Override
    public @Nullable Map<String, @Nullable H5Dataset> vars(String path) throws IOException {
      return members(root.find(path));
    }

    @Override
    public Set<String> groups() throws IOException {
      Set<String> out = new LinkedHashSet<>();
      collect(root, "", out);
      return out;
    }

    private static void collect(H5Group group, String path, Set<String> out) throws IOException {
      for (String name : group.names()) {
        H5Group inner = group.find(name);
        if (inner == null) {
          out.add(path);
        } else {
          collect(inner, path.isEmpty() ? name : path + "/" + name, out);
        }
      }
    }
  }

  /** The members of a group; null for no group. */
  static @Nullable Map<String, @Nullable H5Dataset> members(@Nullable H5Group group)
      throws IOException {
    if (group == null) {
      return null;
    }
    Map<String, @Nullable H5Dataset> out = new LinkedHashMap<>();
    for (String name : group.names()) {
      out.put(name, group.dataset(name));
    }
    return out;
  }
}
