package org.keras4j.distribution;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * Layouts by the paths of variables and tensors ({@code keras.distribution.LayoutMap}). A key is a path, or a regular
 * expression that a whole path matches.
 *
 * <pre>{@code
 * LayoutMap layouts = new LayoutMap(DeviceMesh.planned(Shape.of(2, 4), List.of("batch", "model")))
 *     .put(".*dense.*kernel", null, "model")
 *     .put(".*dense.*bias", "model")
 *     .put(".*conv2d.*kernel", null, null, null, "model");
 * layouts.get("sequential/dense_1/kernel"); // (null, model)
 * layouts.get("sequential/embedding/embeddings"); // null: every device has all of it
 * }</pre>
 */
public final class LayoutMap {
  private final DeviceMesh deviceMesh;
  private final Map<String, TensorLayout> layouts = new LinkedHashMap<>();
  private final Map<String, Pattern> patterns = new LinkedHashMap<>();

  /**
   * No layouts yet.
   *
   * @param deviceMesh the mesh of layouts that are given without one
   */
  public LayoutMap(DeviceMesh deviceMesh) {
    this.deviceMesh = deviceMesh;
  }

  /** The devices. */
  public DeviceMesh deviceMesh() {
    return deviceMesh;
  }

  /**
   * Gives the paths of a key a layout.
   *
   * @param key a path, or a regular expression
   * @param axes for each dimension the name of an axis of the mesh, or null where every device has all of it
   * @return this map
   * @throws IllegalArgumentException if the key is there already or is no regular expression, or an axis is not of the mesh
   */
  public LayoutMap put(String key, @Nullable String... axes) {
    return put(key, TensorLayout.of(axes));
  }

  /**
   * Likewise.
   *
   * @param layout one without a mesh gets that of this map
   * @return this map
   */
  public LayoutMap put(String key, TensorLayout layout) {
    TensorLayout known = layouts.get(key);
    if (known != null) {
      throw new IllegalArgumentException("LayoutMap: the key '" + key + "' is there already, for "
          + known.axes() + "; remove it before");
    }
    Pattern p;
    try {
      p = Pattern.compile(key);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "LayoutMap: the key '" + key + "' is no regular expression: " + e.getDescription(), e);
    }
    layouts.put(key, layout.deviceMesh() == null ? layout.withMesh(deviceMesh) : layout);
    patterns.put(key, p);
    return this;
  }

  /**
   * The layout of a path: that of the key that is the path, or of the one that matches it.
   *
   * @return null if none does
   * @throws IllegalArgumentException if several match
   */
  public @Nullable TensorLayout get(String path) {
    TensorLayout exact = layouts.get(path);
    if (exact != null) {
      return exact;
    }
    List<String> matching = new ArrayList<>();
    patterns.forEach((key, p) -> {
      if (p.matcher(path).matches()) {
        matching.add(key);
      }
    });
    if (matching.size() > 1) {
      throw new IllegalArgumentException("LayoutMap: the path '" + path + "' matches the keys "
          + matching + "; at most one may match a path");
    }
    return matching.isEmpty() ? null : layouts.get(matching.get(0));
  }

  /**
   * Takes a key out.
   *
   * @return what its layout was
   * @throws IllegalArgumentException if it is not there
   */
  public TensorLayout remove(String key) {
    TensorLayout was = layouts.remove(key);
    if (was == null) {
      throw new IllegalArgumentException(
          "LayoutMap: there is no key '" + key + "', only " + layouts.keySet());
    }
    patterns.remove(key);
    return was;
  }

  /** The keys, in the order in which they were put. */
  public Set<String> keys() {
    return Collections.unmodifiableSet(layouts.keySet());
  }

  /** How many keys there are. */
  public int size() {
    return layouts.size();
  }

  /** Keys and axes. */
  @Override
  public String toString() {
    StringBuilder b = new StringBuilder("LayoutMap(").append(deviceMesh.axes());
    layouts.forEach((k, v) -> b.append("; ").append(k).append(": ").append(v.axes()));
    return b.append(')').toString();
  }
}
