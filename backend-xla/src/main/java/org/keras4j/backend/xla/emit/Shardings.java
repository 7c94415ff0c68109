package org.keras4j.backend.xla.emit;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.primitive.Composite;
import org.keras4j.core.primitive.Composites;
import org.keras4j.core.primitive.LongList;
import org.keras4j.core.sharding.Mesh;
import org.keras4j.core.sharding.Sharding;

/**
 * How a module's arguments and results lie on the devices of a mesh, in the dialect of Shardy.
 *
 * @param mesh the devices
 * @param inputs one a graph input
 * @param outputs one a graph output
 */
public record Shardings(Mesh mesh, List<Sharding> inputs, List<Sharding> outputs) {
  /** The name of the mesh in the text. */
  private static final String MESH = "@mesh";

  public Shardings {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  /** The attributes of the module, which say for how many devices it is. */
  String attributes() {
    return " attributes{mhlo.num_partitions=" + mesh.devices() + ":i32,mhlo.num_replicas=1:i32}";
  }

  /** The line that declares the mesh. */
  String declaration() {
    StringBuilder b = new StringBuilder("sdy.mesh ").append(MESH).append("=<[");
    for (int i = 0; i < mesh.names().size(); i++) {
      b.append(i == 0 ? "" : ",").append(quoted(mesh.names().get(i)));
      b.append('=').append(mesh.sizes().get(i));
    }
    return b.append("]>\n").toString();
  }

  /** The attribute of an argument or result. */
  String attribute(List<Integer> axes) {
    return "sdy.sharding=#sdy.sharding<" + MESH + "," + dimensions(axes) + ">";
  }

  /** The attribute of an argument that every device has whole. */
  String replicated(int rank) {
    return attribute(Sharding.replicated(mesh, rank).axes());
  }

  private String dimensions(List<Integer> axes) {
    StringBuilder b = new StringBuilder("[");
    for (int i = 0; i < axes.size(); i++) {
      int a = axes.get(i);
      b.append(i == 0 ? "" : ",").append('{');
      b.append(a == Sharding.WHOLE ? "" : quoted(mesh.names().get(a))).append('}');
    }
    return b.append(']').toString();
  }

  private static String quoted(String name) {
    return '"' + name.replaceAll("[\\\\\"\\p{Cntrl}]", "_") + '"';
  }

  /** Whether a composite changes the layout of a value, or of its cotangent. */
  static boolean isRelayout(Composite c) {
    return c.name().equals(Composites.RELAYOUT.name())
        || c.name().equals(Composites.RELAYOUT.backward());
  }

  /** The value that such a composite gives with another layout. */
  static Term relaid(Hlo h, @Nullable Shardings shardings, Composite c, List<Term> in) {
    Term x = in.get(c.name().equals(Composites.RELAYOUT.name()) ? 0 : 2);
    if (shardings == null) {
      return x;
    }
    LongList layout = c.attributes().get(Composites.LAYOUT);
    List<Integer> axes = new ArrayList<>();
    for (int i = 0; i < layout.size(); i++) {
      axes.add((int) layout.get(i));
    }
    return h.line(
        "sdy.sharding_constraint",
        x + " <" + MESH + "," + shardings.dimensions(axes) + "> : " + x.type(),
        x.type());
  }
}
