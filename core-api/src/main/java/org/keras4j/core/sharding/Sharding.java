package org.keras4j.core.sharding;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * How a tensor lies on a mesh: each of its dimensions is divided among the devices along one axis, or every device has all of
 * it.
 *
 * @param mesh the devices
 * @param axes for each dimension the place of an axis of the mesh, or {@link #WHOLE}; no axis twice
 */
public record Sharding(Mesh mesh, List<Integer> axes) {
  /** Stands for a dimension that is not divided. */
  public static final int WHOLE = -1;

  /**
   * Checks the axes.
   *
   * @throws IllegalArgumentException if one is not of the mesh, or is there twice
   */
  public Sharding {
    axes = List.copyOf(axes);
    Set<Integer> seen = new HashSet<>();
    for (int a : axes) {
      if (a < WHOLE || a >= mesh.names().size()) {
        throw new IllegalArgumentException(
            "A mesh of the axes " + mesh.names() + " has no axis " + a);
      }
      if (a != WHOLE && !seen.add(a)) {
        throw new IllegalArgumentException("Two dimensions cannot be divided along the axis '"
            + mesh.names().get(a) + "' of a mesh");
      }
    }
  }

  /** All of a tensor on every device. */
  public static Sharding replicated(Mesh mesh, int rank) {
    return new Sharding(mesh, Collections.nCopies(rank, WHOLE));
  }

  /**
   * The same for a tensor of more dimensions, whose last ones are not divided.
   *
   * @throws IllegalArgumentException if the rank is smaller
   */
  public Sharding ofRank(int rank) {
    if (rank < axes.size()) {
      throw new IllegalArgumentException("A layout " + this + " of " + axes.size()
          + " dimensions does not fit a tensor of rank " + rank);
    }
    List<Integer> all = new ArrayList<>(axes);
    while (all.size() < rank) {
      all.add(WHOLE);
    }
    return new Sharding(mesh, all);
  }

  /** Among how many devices a dimension is divided. */
  public long parts(int dimension) {
    int a = axes.get(dimension);
    return a == WHOLE ? 1 : mesh.sizes().get(a);
  }

  /**
   * The first dimension that does not divide evenly.
   *
   * @param sizes of the dimensions, as many as there are
   * @return its place, or -1
   */
  public int uneven(long... sizes) {
    for (int i = 0; i < sizes.length; i++) {
      if (sizes[i] % parts(i) != 0) {
        return i;
      }
    }
    return -1;
  }

  /**
   * The same for a tensor of given sizes, all of whose divided dimensions must divide evenly.
   *
   * @param what the tensor, for messages
   * @param sizes of its dimensions
   * @return the sharding, with an axis for each of the tensor's dimensions
   * @throws IllegalArgumentException if it has fewer dimensions, or one does not divide
   */
  public Sharding evenly(String what, long... sizes) {
    if (axes.size() > sizes.length) {
      throw new IllegalArgumentException(
          what + " has " + sizes.length + " dimensions and cannot be laid out as " + this);
    }
    Sharding all = ofRank(sizes.length);
    int uneven = all.uneven(sizes);
    if (uneven >= 0) {
      throw new IllegalArgumentException(
          what + " cannot be laid out as " + this + ": its dimension "
              + uneven + " of size " + sizes[uneven] + " does not divide among " + all.parts(uneven)
              + " devices");
    }
    return all;
  }

  /** Whether every device has all of the tensor. */
  public boolean isWhole() {
    return axes.stream().allMatch(a -> a == WHOLE || mesh.sizes().get(a) == 1);
  }

  /**
   * The sizes of what each device has.
   *
   * @param sizes of the dimensions, as many as there are, all of which divide evenly
   * @return one a dimension
   */
  public long[] part(long... sizes) {
    long[] out = new long[sizes.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = sizes[i] / parts(i);
    }
    return out;
  }

  /**
   * Where in the tensor that begins which a device has.
   *
   * @param device its place in the mesh, in C order
   * @param sizes as of {@link #part}
   * @return an index a dimension
   */
  public long[] start(int device, long... sizes) {
    long[] out = new long[sizes.length];
    for (int i = 0; i < out.length; i++) {
      int a = axes.get(i);
      out[i] = a == WHOLE ? 0 : sizes[i] / parts(i) * coordinate(device, a);
    }
    return out;
  }

  /** Whether no device before it has the same part. */
  public boolean isFirst(int device) {
    for (int a = 0; a < mesh.sizes().size(); a++) {
      if (!axes.contains(a) && coordinate(device, a) != 0) {
        return false;
      }
    }
    return true;
  }

  private long coordinate(int device, int axis) {
    long behind = 1;
    for (int a = axis + 1; a < mesh.sizes().size(); a++) {
      behind *= mesh.sizes().get(a);
    }
    return device / behind % mesh.sizes().get(axis);
  }

  /** As Keras writes axes: {@code (None, 'model')}. */
  @Override
  public String toString() {
    StringBuilder b = new StringBuilder("(");
    for (int i = 0; i < axes.size(); i++) {
      int a = axes.get(i);
      b.append(i == 0 ? "" : ", ")
          .append(a == WHOLE ? "None" : "'" + mesh.names().get(a) + "'");
    }
    return b.append(axes.size() == 1 ? ",)" : ")").toString();
  }
}
