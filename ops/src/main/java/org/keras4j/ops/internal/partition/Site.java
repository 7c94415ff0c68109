package org.keras4j.ops.internal.partition;

import java.util.ArrayList;
import java.util.List;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.graph.Node;
import org.keras4j.core.graph.Value;
import org.keras4j.core.primitive.Primitive;

/** A node that is being divided, and what this process has of its inputs. */
final class Site {
  final Partition part;
  final Node node;
  final List<Placed> in;

  Site(Partition part, Node node, List<Placed> in) {
    this.part = part;
    this.node = node;
    this.in = in;
  }

  Placed in(int i) {
    return in.get(i);
  }

  TensorSpec whole(int output) {
    return node.outputs().get(output).spec();
  }

  boolean allWhole() {
    return in.stream().allMatch(Placed::isWhole);
  }

  /** The inputs' values as they are. */
  List<Value> values() {
    return in.stream().map(Placed::value).toList();
  }

  /** Results of a primitive on these values, all of them laid out alike. */
  List<Placed> give(Primitive p, List<Value> values, Layout layout) {
    List<Placed> out = new ArrayList<>();
    List<Value> made = part.b.add(p, values);
    for (int i = 0; i < made.size(); i++) {
      out.add(new Placed(made.get(i), layout, whole(i)));
    }
    return out;
  }

  /** The primitive on whole inputs. */
  List<Placed> together() {
    List<Value> values = in.stream().map(part::whole).toList();
    List<Placed> out = new ArrayList<>();
    List<Value> made = part.b.add(node.primitive(), values, node.outputSpecs());
    for (int i = 0; i < made.size(); i++) {
      out.add(new Placed(made.get(i), Layout.WHOLE, whole(i)));
    }
    return out;
  }

  /** The primitive on the inputs as they are, its results laid out like that. */
  List<Placed> alike(Layout layout) {
    return give(node.primitive(), values(), layout);
  }

  /** The same for a primitive fitted to this process. */
  List<Placed> alike(Primitive p, Layout layout) {
    return give(p, values(), layout);
  }

  /** The values with their rows at an axis counted from the end of the result's, as NumPy broadcasts. */
  List<Value> broadcast(int axis, long factor) {
    int rank = whole(0).rank();
    List<Value> out = new ArrayList<>();
    for (Placed p : in) {
      out.add(part.aligned(p, axis - (rank - p.rank()), factor));
    }
    return out;
  }
}
