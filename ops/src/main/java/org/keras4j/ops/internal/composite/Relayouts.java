package org.keras4j.ops.internal.composite;

import java.util.List;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorRelayout;
import org.keras4j.core.primitive.Attributes;
import org.keras4j.core.primitive.Composites;
import org.keras4j.core.primitive.LongList;
import org.keras4j.core.sharding.Mesh;
import org.keras4j.core.sharding.Sharding;
import org.keras4j.ops.custom.CompositeOp;
import org.keras4j.ops.internal.engine.Trace;

/**
 * Layouts of values inside a program that is divided among devices.
 *
 * <table>
 * <caption>Composites</caption>
 * <tr><th>name</th><th>attributes</th><th>result</th></tr>
 * <tr><td>distribution.relayout</td><td>layout: ints</td><td>x, divided along the axes of the mesh that are given for its
 * dimensions; -1 for a dimension that every device has whole. The cotangent is divided likewise</td></tr>
 * </table>
 */
public final class Relayouts implements TensorRelayout {
  /** {@code distribution.relayout}. */
  static final CompositeOp RELAYOUT = CompositeOp.differentiable(
      Composites.RELAYOUT.name(), (a, in) -> List.of(in.get(0)), (a, in) -> List.of(in.get(2)));

  /** Called by {@link java.util.ServiceLoader}. */
  public Relayouts() {}

  @Override
  public Tensor relayout(Tensor x, Sharding sharding) {
    Sharding whole = sharding.ofRank(x.rank());
    Trace trace = Trace.current();
    Mesh mesh = trace == null ? null : trace.mesh();
    if (mesh == null) {
      return x;
    }
    if (!mesh.equals(whole.mesh())) {
      throw new IllegalArgumentException("A layout for a mesh " + whole.mesh()
          + " in a program for the devices of a mesh " + mesh);
    }
    long[] axes = whole.axes().stream().mapToLong(Integer::longValue).toArray();
    return RELAYOUT.call1(Attributes.of(Composites.LAYOUT, LongList.of(axes)), x);
  }
}
