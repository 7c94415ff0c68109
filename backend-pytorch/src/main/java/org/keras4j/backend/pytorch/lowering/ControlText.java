package org.keras4j.backend.pytorch.lowering;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.keras4j.backend.pytorch.script.Script;
import org.keras4j.backend.pytorch.script.Term;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.graph.Graph;
import org.keras4j.core.graph.Value;
import org.keras4j.core.primitive.Case;
import org.keras4j.core.primitive.Scan;
import org.keras4j.core.primitive.While;
import org.keras4j.core.spi.Site;

/**
 * Branches and loops, as TorchScript's own. What a block hands out it owns: memory of the surroundings is
 * copied first, so that nobody outside needs to know which way was taken.
 */
final class ControlText {
  private static final long HEAVY = 1 << 20;

  private final Script s;
  private final GraphWriter writer;

  ControlText(Script s, GraphWriter writer) {
    this.s = s;
    this.writer = writer;
  }

  List<Term> caseOf(Case p, Site<Term> site) {
    List<Term> operands = site.inputs().subList(1, site.inputs().size());
    List<String> results = new ArrayList<>();
    for (int i = 0; i < site.out().size(); i++) {
      results.add(s.fresh());
    }
    String index = s.number("int(" + s.full(site.input(0)) + ")");
    int n = p.branches().size();
    for (int b = 0; b < n; b++) {
      if (n > 1) {
        s.open(
            b == 0
                ? "if " + index + " <= 0:"
                : b == n - 1 ? "else:" : "elif " + index + " == " + b + ":");
      }
      Set<String> used = new HashSet<>();
      List<Term> out = writer.write(p.branches().get(b), operands);
      assign(results, out, used, Set.of());
      if (n > 1) {
        s.close();
      }
    }
    return named(results, site.out());
  }

  private void assign(List<String> names, List<Term> values, Set<String> used, Set<String> free) {
    List<String> owned = new ArrayList<>();
    for (Term t : values) {
      owned.add(own(t, used, free));
    }
    if (names.isEmpty()) {
      s.line("pass");
    } else {
      s.line(String.join(", ", names) + " = " + String.join(", ", owned));
    }
  }

  /** A variable with the value, in memory that nothing else of the program refers to. */
  private String own(Term t, Set<String> used, Set<String> free) {
    String n = s.full(t);
    String root = s.memory().root(n);
    boolean ours = (s.memory().isOfThisBlock(n) || free.contains(root))
        && t.isFull()
        && !s.memory().repeats(n);
    if (ours && used.add(root)) {
      return n;
    }
    String copy = s.let("torch.clone(" + n + ")");
    return copy;
  }

  private List<Term> named(List<String> names, List<TensorSpec> specs) {
    List<Term> out = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      s.memory().made(names.get(i));
      out.add(Term.of(names.get(i), specs.get(i)));
    }
    return out;
  }

  /** The first values of what a loop carries. */
  private List<String> carries(List<Term> initial) {
    List<String> names = new ArrayList<>();
    for (Term t : initial) {
      String n = s.fresh();
      s.line(n + " = torch.clone(" + s.full(t) + ")");
      names.add(n);
    }
    return names;
  }

  List<Term> whileLoop(While p, Site<Term> site) {
    List<String> carries = carries(site.inputs().subList(0, p.carries()));
    List<Term> arguments = new ArrayList<>();
    for (int i = 0; i < p.carries(); i++) {
      arguments.add(Term.of(carries.get(i), site.in(i)));
    }
    arguments.addAll(site.inputs().subList(p.carries(), site.inputs().size()));
    String go = s.fresh();
    test(p.condition(), arguments, go);
    s.open("while " + go + ":");
    assign(carries, writer.write(p.body(), arguments), new HashSet<>(), Set.copyOf(carries));
    test(p.condition(), arguments, go);
    s.close();
    return named(carries, site.out());
  }

  private void test(Graph condition, List<Term> arguments, String go) {
    Term t = writer.write(condition, arguments).get(0);
    s.line(go + " = bool(" + s.tensor(t) + ")");
  }

  List<Term> scan(Scan p, Site<Term> site) {
    int k = p.carries();
    int q = p.sequences();
    List<Term> sequences = site.inputs().subList(k, k + q);
    List<String> carries = carries(site.inputs().subList(0, k));
    List<String> full = new ArrayList<>();
    sequences.forEach(t -> full.add(s.full(t)));
    int results = p.body().outputs().size() - k;
    boolean ahead = isHeavy(p);
    List<String> lists = new ArrayList<>();
    for (int i = 0; i < results; i++) {
      TensorSpec all = site.out().get(k + i);
      if (ahead && all.shape().isKnown()) {
        lists.add(s.let("torch.empty(" + Script.list(all.shape().toArray()) + ", "
            + s.options(all.dtype()) + ")"));
        continue;
      }
      String l = s.fresh();
      s.line(l + ": List[Tensor] = []");
      lists.add(l);
    }
    String length = s.number(p.length() >= 0 ? s.size(p.length()) : s.size(sequences.get(0), 0));
    String i = s.fresh();
    s.open("for " + i + " in range(" + length + "):");
    boolean[] given = donated(p, carries);
    String at = p.reverse() ? s.number(length + " - 1 - " + i) : i;
    List<Term> arguments = new ArrayList<>();
    for (int c = 0; c < k; c++) {
      arguments.add(Term.of(carries.get(c), site.in(c)));
    }
    for (int c = 0; c < q; c++) {
      TensorSpec x = site.in(k + c);
      arguments.add(Term.of(
          s.view("torch.select(" + full.get(c) + ", 0, " + at + ")", full.get(c)),
          x.withShape(x.shape().slice(1))));
    }
    arguments.addAll(site.inputs().subList(k + q, site.inputs().size()));
    List<Term> out = writer.write(p.body(), arguments);
    Set<String> listed = new HashSet<>();
    for (int c = 0; c < results; c++) {
      String n = s.full(out.get(k + c));
      if (ahead && site.out().get(k + c).shape().isKnown()) {
        s.line("torch.select(" + lists.get(c) + ", 0, " + at + ").copy_(" + n + ")");
        continue;
      }
      listed.add(s.memory().root(n));
      s.line(lists.get(c) + ".append(" + n + ")");
    }
    if (k > 0) {
      s.line(String.join(", ", carries) + " = "
          + String.join(", ", next(out.subList(0, k), carries, given, listed)));
    }
    s.close();
    List<Term> all = named(carries, site.out().subList(0, k));
    for (int c = 0; c < results; c++) {
      TensorSpec whole = site.out().get(k + c);
      all.add(
          ahead && whole.shape().isKnown()
              ? Term.of(lists.get(c), whole)
              : stacked(lists.get(c), length, p.reverse(), site.out().get(k + c)));
    }
    return all;
  }

  /**
   * Whether a round makes so much that its results get their memory before the first: those that are kept from round to round
   * would lie in what a round frees, and cut it to pieces in which the next round finds no room.
   */
  private boolean isHeavy(Scan p) {
    return !s.isDifferentiated()
        && !s.isEager()
        && p.body().nodes().stream()
            .flatMap(n -> n.outputs().stream())
            .anyMatch(v -> v.spec().bytes() >= HEAVY);
  }

  /**
   * Gives the body the memory of carries, which is the loop's own, to update in place.
   *
   * @return which carries: those that no result hands out
   */
  private boolean[] donated(Scan p, List<String> carries) {
    List<Value> outputs = p.body().outputs();
    Set<Value> handedOut = new HashSet<>(outputs.subList(carries.size(), outputs.size()));
    boolean[] given = new boolean[carries.size()];
    for (int c = 0; c < given.length; c++) {
      given[c] = !handedOut.contains(outputs.get(c));
      if (given[c]) {
        s.memory().donate(carries.get(c));
      }
    }
    return given;
  }

  /** What the carries become for the next round; {@code listed} is the memory of this round's results. */
  private List<String> next(
      List<Term> values, List<String> carries, boolean[] given, Set<String> listed) {
    Set<String> used = new HashSet<>();
    List<String> next = new ArrayList<>();
    for (int c = 0; c < given.length; c++) {
      // what the next round may overwrite must not be a view of what is in a list
      boolean shared = given[c] && listed.contains(s.memory().root(s.full(values.get(c))));
      next.add(
          shared
              ? s.let("torch.clone(" + s.full(values.get(c)) + ")")
              : own(values.get(c), used, Set.copyOf(carries)));
    }
    return next;
  }

  /** The results of all rounds as one tensor. */
  private Term stacked(String list, String length, boolean reverse, TensorSpec spec) {
    String r = s.fresh();
    s.open("if " + length + " > 0:");
    if (reverse) {
      s.line(list + ".reverse()");
    }
    s.line(r + " = torch.stack(" + list + ", 0)");
    s.close();
    s.open("else:");
    s.line(r + " = torch.zeros(" + zeroSizes(spec) + ", " + s.options(spec.dtype()) + ")");
    s.close();
    s.memory().made(r);
    return Term.of(r, spec);
  }

  private static String zeroSizes(TensorSpec spec) {
    long[] d = spec.shape().toArray();
    d[0] = 0;
    for (int i = 1; i < d.length; i++) {
      d[i] = Math.max(0, d[i]);
    }
    return Script.list(d);
  }
}
