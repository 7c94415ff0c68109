package org.keras4j.distribution;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.sharding.Sharding;

/**
 * How a tensor is divided among the devices of a mesh ({@code keras.distribution.TensorLayout}).
 *
 * <pre>{@code
 * DeviceMesh mesh = DeviceMesh.planned(Shape.of(2, 4), List.of("batch", "model"));
 * TensorLayout kernel = TensorLayout.of(null, "model").withMesh(mesh); // the columns, among four
 * }</pre>
 *
 * @param axes for each dimension the name of an axis of the mesh, or null where every device has all of it; dimensions that
 *     are not named at the end are not divided either
 * @param deviceMesh null as long as it is not known
 */
public record TensorLayout(
    List<@Nullable String> axes, @Nullable DeviceMesh deviceMesh) {
  /**
   * Checks the names.
   *
   * @throws IllegalArgumentException if one is not of the mesh, or names two dimensions
   */
  public TensorLayout {
    axes = Collections.unmodifiableList(new ArrayList<>(axes));
    for (int i = 0; i < axes.size(); i++) {
      String a = axes.get(i);
      if (a == null) {
        continue;
      }
      if (axes.indexOf(a) != i) {
        throw new IllegalArgumentException(
            "TensorLayout: two dimensions cannot be divided along the axis '" + a + "', got "
                + axes);
      }
      if (deviceMesh != null && !deviceMesh.axisNames().contains(a)) {
        throw new IllegalArgumentException("TensorLayout: the mesh has the axes "
            + deviceMesh.axisNames() + ", none is named '" + a + "'; got " + axes);
      }
    }
  }

  /** A layout whose mesh is not known yet. */
  public static TensorLayout of(@Nullable String... axes) {
    return new TensorLayout(Arrays.asList(axes), null);
  }

  /**
   * The same on a mesh.
   *
   * @throws IllegalArgumentException if it has none of an axis
   * @throws IllegalStateException if this layout has a mesh already
   */
  public TensorLayout withMesh(DeviceMesh mesh) {
    if (deviceMesh != null) {
      throw new IllegalStateException(
          "TensorLayout: it is for the mesh " + deviceMesh + " already and cannot get another");
    }
    return new TensorLayout(axes, mesh);
  }

  /** How a sharding is called by the names of its axes. */
  static TensorLayout named(Sharding s, DeviceMesh mesh) {
    List<@Nullable String> names = new ArrayList<>();
    for (int a : s.axes()) {
      names.add(a == Sharding.WHOLE ? null : s.mesh().names().get(a));
    }
    return new TensorLayout(names, mesh);
  }

  /**
   * The layout as compilers take it ({@code backend_layout}), and {@code Variable.setSharding}.
   *
   * @throws IllegalStateException if the mesh is not known
   */
  public Sharding sharding() {
    if (deviceMesh == null) {
      throw new IllegalStateException(
          "TensorLayout: the layout " + axes + " has no mesh yet; give it one by withMesh");
    }
    List<Integer> places = new ArrayList<>();
    for (String a : axes) {
      places.add(a == null ? Sharding.WHOLE : deviceMesh.axisNames().indexOf(a));
    }
    return new Sharding(deviceMesh.axes(), places);
  }
}
