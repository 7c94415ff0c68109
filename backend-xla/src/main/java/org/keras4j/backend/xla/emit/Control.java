package org.keras4j.backend.xla.emit;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.keras4j.backend.xla.runtime.ElementType;
import org.keras4j.backend.xla.runtime.TensorType;
import org.keras4j.core.graph.Graph;
import org.keras4j.core.primitive.Case;
import org.keras4j.core.primitive.Scan;
import org.keras4j.core.primitive.While;
import org.keras4j.core.spi.Site;

/** Branches and loops, as operations with regions. */
final class Control {
  private final Hlo h;
  private final GraphEmitter graphs;

  Control(Hlo h, GraphEmitter graphs) {
    this.h = h;
    this.graphs = graphs;
  }

  List<Term> caseOf(Case p, Site<Term> s) {
    List<Term> operands = s.inputs().subList(1, s.inputs().size());
    if (p.branches().size() == 1) {
      return graphs.nodes(p.branches().get(0), operands);
    }
    if (s.out().isEmpty()) {
      return List.of();
    }
    Term zero = h.scalar(ElementType.S32, 0);
    Term index = h.binary("maximum", s.input(0), zero); // too large means the last one already
    StringBuilder regions = new StringBuilder("(");
    for (Graph g : p.branches()) {
      regions.append(regions.length() == 1 ? "{\n" : ",{\n");
      regions.append(h.body(operands, x -> graphs.region(g, x))).append('}');
    }
    List<TensorType> results = s.out().stream().map(Types::of).toList();
    return h.lines(
        "\"stablehlo.case\"(" + index + ")" + regions + ") : (" + index.type() + ")->("
            + Hlo.typeList(results) + ")",
        results);
  }

  List<Term> whileLoop(While p, Site<Term> s) {
    int n = p.carries();
    List<Term> out = loop(s.inputs(), x -> graphs.region(p.condition(), x).get(0), x -> {
      List<Term> next = new ArrayList<>(graphs.region(p.body(), x));
      next.addAll(x.subList(n, x.size()));
      return next;
    });
    return out.subList(0, n);
  }

  private List<Term> loop(
      List<Term> init,
      Function<List<Term>, Term> condition,
      Function<List<Term>, List<Term>> body) {
    if (init.isEmpty()) {
      return List.of();
    }
    StringBuilder head = new StringBuilder("stablehlo.while(");
    List<Term> args = new ArrayList<>();
    for (Term t : init) {
      Term a = h.fresh(t.type());
      head.append(args.isEmpty() ? "" : ",").append(a).append('=').append(t);
      args.add(a);
    }
    head.append(") : ").append(Hlo.types(init)).append("\ncond{\n");
    head.append(h.body(args, x -> List.of(condition.apply(x))));
    head.append("}do{\n").append(h.body(args, body)).append('}');
    return h.lines(head.toString(), init.stream().map(Term::type).toList());
  }

  List<Term> scan(Scan p, Site<Term> s) {
    int carries = p.carries();
    int sequences = p.sequences();
    int results = s.out().size() - carries;
    long length = p.length();
    if (length < 0) {
      length =
          sequences > 0 ? s.in(carries).dim(0) : results > 0 ? s.out(carries).dim(0) : 0;
    }
    // the state: a counter, carries, results so far, sequences and constants
    List<Term> state = new ArrayList<>();
    state.add(h.scalar(ElementType.S32, 0));
    state.addAll(s.inputs().subList(0, carries));
    for (int i = 0; i < results; i++) {
      state.add(h.full(Types.of(s.out(carries + i)).withDims(stacked(s, carries + i, length)), 0));
    }
    state.addAll(s.inputs().subList(carries, s.inputs().size()));
    if (length == 0) {
      return state.subList(1, 1 + carries + results);
    }
    long steps = length;
    int last = 1 + carries + results;
    List<Term> out =
        loop(state, x -> h.compare("LT", x.get(0), h.fullLong(x.get(0).type(), steps)), x -> {
          Term i = x.get(0);
          Term at = p.reverse() ? h.sub(h.fullLong(i.type(), steps - 1), i) : i;
          List<Term> arguments = new ArrayList<>(x.subList(1, 1 + carries));
          for (int k = 0; k < sequences; k++) {
            arguments.add(row(x.get(last + k), at));
          }
          arguments.addAll(x.subList(last + sequences, x.size()));
          List<Term> y = graphs.region(p.body(), arguments);
          List<Term> next = new ArrayList<>();
          next.add(h.add(i, h.scalar(ElementType.S32, 1)));
          next.addAll(y.subList(0, carries));
          for (int k = 0; k < results; k++) {
            next.add(put(x.get(1 + carries + k), y.get(carries + k), at));
          }
          next.addAll(x.subList(last, x.size()));
          return next;
        });
    return out.subList(1, last);
  }

  private static long[] stacked(Site<Term> s, int output, long length) {
    long[] d = s.out(output).shape().toArray();
    d[0] = length;
    return d;
  }

  private List<Term> startsAt(Term index, int rank) {
    List<Term> starts = new ArrayList<>();
    starts.add(index);
    for (int i = 1; i < rank; i++) {
      starts.add(h.scalar(ElementType.S32, 0));
    }
    return starts;
  }

  private Term row(Term sequence, Term index) {
    long[] sizes = sequence.type().dims();
    sizes[0] = 1;
    Term r = h.dynamicSlice(sequence, startsAt(index, sizes.length), sizes);
    return h.reshape(r, java.util.Arrays.copyOfRange(sizes, 1, sizes.length));
  }

  private Term put(Term stack, Term value, Term index) {
    long[] one = stack.type().dims();
    one[0] = 1;
    return h.dynamicUpdateSlice(stack, h.reshape(value, one), startsAt(index, one.length));
  }
}
