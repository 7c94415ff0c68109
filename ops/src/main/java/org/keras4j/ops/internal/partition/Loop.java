package org.keras4j.ops.internal.partition;

import java.util.ArrayList;
import java.util.List;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.graph.Graph;
import org.keras4j.core.graph.Value;
import org.keras4j.core.primitive.Scan;

/** A scan divided: each step works on this process's samples. */
final class Loop {
  private final Scan scan;
  private final Site site;
  private final List<Layout> layouts = new ArrayList<>();
  // carries that the loop needs whole
  private final boolean[] pinned;

  Loop(Scan scan, Site site) {
    this.scan = scan;
    this.site = site;
    this.pinned = new boolean[scan.carries()];
    int sequences = scan.carries() + scan.sequences();
    for (int i = 0; i < site.in.size(); i++) {
      Layout l = site.in(i).layout();
      boolean sequence = i >= scan.carries() && i < sequences;
      if (l.isPartial() || (sequence && site.in(i).hasRowsAt(0))) {
        layouts.add(Layout.WHOLE);
      } else {
        layouts.add(sequence && l.isRows() ? l.at(l.axis() - 1) : l);
      }
    }
  }

  List<Placed> placed() {
    Body body = settled();
    if (body.part.contacts() > 0 && tryTerms()) {
      body = settled();
    }
    Partition inside = body.part;
    List<Value> ends = new ArrayList<>();
    List<Placed> shaped = new ArrayList<>();
    for (int i = 0; i < body.out.size(); i++) {
      Placed p = body.out.get(i);
      Layout l = i < scan.carries() ? layouts.get(i) : p.layout();
      ends.add(laidOut(inside, p, l));
      Layout outside = i >= scan.carries() && l.isRows() ? l.at(l.axis() + 1) : l;
      shaped.add(new Placed(ends.get(i), outside, site.whole(i)));
    }
    Graph g = inside.b.build(ends);
    Scan divided = new Scan(g, scan.carries(), scan.sequences(), scan.length(), scan.reverse());
    List<Value> in = new ArrayList<>();
    for (int i = 0; i < site.in.size(); i++) {
      boolean sequence = i >= scan.carries() && i < scan.carries() + scan.sequences();
      Layout l = layouts.get(i);
      in.add(laidOut(site.part, site.in(i), sequence && l.isRows() ? l.at(l.axis() + 1) : l));
    }
    List<Value> made = site.part.b.add(divided, in);
    List<Placed> out = new ArrayList<>();
    for (int i = 0; i < made.size(); i++) {
      out.add(new Placed(made.get(i), shaped.get(i).layout(), site.whole(i)));
    }
    return out;
  }

  private static Value laidOut(Partition part, Placed p, Layout l) {
    if (p.layout().equals(l)) {
      return p.value();
    } else if (l.isRows()) {
      return part.rows(part.whole(p), l.axis(), l.factor());
    }
    return l.isPartial() ? part.term(part.whole(p)) : part.whole(p);
  }

  private Body settled() {
    Body body = body();
    while (changed(body)) {
      body = body();
    }
    return body;
  }

  // what adds up step by step, as the gradients of weights do, is summed over the processes after
  // the last one
  private boolean tryTerms() {
    boolean any = false;
    for (int i = 0; i < scan.carries(); i++) {
      if (layouts.get(i).isWhole() && !pinned[i]) {
        layouts.set(i, Layout.PARTIAL);
        any = true;
      }
    }
    return any;
  }

  /** The body, as far as the layouts of its inputs tell. */
  private record Body(Partition part, List<Placed> out) {}

  private Body body() {
    Partition part = new Partition(site.part.split, site.part.claims);
    List<Placed> in = new ArrayList<>();
    List<TensorSpec> specs = scan.body().inputSpecs();
    for (int i = 0; i < specs.size(); i++) {
      in.add(part.input(specs.get(i), layouts.get(i)));
    }
    return new Body(part, part.run(scan.body(), in));
  }

  // a carry is laid out as the step before leaves it, if that can be had
  private boolean changed(Body body) {
    boolean changed = false;
    for (int i = 0; i < scan.carries(); i++) {
      Layout before = layouts.get(i);
      Layout after = body.out.get(i).layout();
      if (pinned[i] || after.equals(before) || (before.isRows() && after.isWhole())) {
        continue;
      }
      if (before.isWhole()) {
        layouts.set(i, after);
      } else {
        pinned[i] = true;
        layouts.set(i, Layout.WHOLE);
      }
      changed = true;
    }
    return changed;
  }
}
