package org.keras4j.ops.internal.partition;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Shape;
import org.keras4j.core.Variable;
import org.keras4j.core.sharding.Mesh;
import org.keras4j.core.sharding.Sharding;
import org.keras4j.distribution.Distribution;

/**
 * How what a step takes and gives lies on the devices of a mesh.
 *
 * @param distribution says so
 * @param samples of the batch
 */
public record StepLayout(Distribution distribution, long samples) {
  /** That of a distribution; null if there is none, or one of one device. */
  public static @Nullable StepLayout of(@Nullable Distribution d, long samples) {
    return d == null || d.deviceMesh().axes().devices() == 1 ? null : new StepLayout(d, samples);
  }

  /** The axes of the devices. */
  public Mesh mesh() {
    return distribution.deviceMesh().axes();
  }

  /** The devices by name, in C order. */
  public List<String> devices() {
    return distribution.deviceMesh().devices();
  }

  /** What every device has all of. */
  public Sharding whole(Shape shape) {
    return Sharding.replicated(mesh(), shape.rank());
  }

  /** A part of the batch, or a result: what has the samples in front is divided, if it can be evenly. */
  public Sharding data(Shape shape) {
    if (shape.rank() == 0 || shape.dim(0) != samples) {
      return whole(shape);
    }
    Sharding s = distribution.dataLayout(shape).sharding().ofRank(shape.rank());
    return s.uneven(shape.toArray()) < 0 ? s : whole(shape);
  }

  /**
   * A variable.
   *
   * @throws IllegalArgumentException if its layout does not fit its shape
   */
  public Sharding variable(Variable v) {
    return distribution
        .variableLayout(v)
        .sharding()
        .evenly("Variable '" + v.path() + "'", v.shape().toArray());
  }
}
