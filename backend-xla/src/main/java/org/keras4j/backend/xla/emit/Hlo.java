package org.keras4j.backend.xla.emit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.keras4j.backend.xla.runtime.ElementType;
import org.keras4j.backend.xla.runtime.TensorType;

/**
 * Writes StableHLO operations, one line each, with short names. Each method gives the value that its
 * line defines; what it computes is what StableHLO says of the operation of that name.
 */
final class Hlo {
  private final StringBuilder text = new StringBuilder();
  private final EmitOptions options;
  // scalar constants of the region being written, by their literal
  private Map<String, Term> constants = new HashMap<>();
  private int names;

  Hlo(EmitOptions options) {
    this.options = options;
  }

  String text() {
    return text.toString();
  }

  Term fresh(TensorType type) {
    return new Term("%v" + Integer.toString(names++, 36), type);
  }

  /** Writes a line that defines one value; {@code rest} follows the name of the operation. */
  Term line(String op, String rest, TensorType result) {
    Term t = fresh(result);
    text.append(t.name()).append('=').append(op).append(' ').append(rest).append('\n');
    return t;
  }

  /** Writes a line that defines several values. */
  List<Term> lines(String head, List<TensorType> results) {
    String base = fresh(TensorType.of(ElementType.PRED)).name();
    text.append(base);
    if (results.size() > 1) {
      text.append(':').append(results.size());
    }
    text.append('=').append(head).append('\n');
    if (results.size() == 1) {
      return List.of(new Term(base, results.get(0)));
    }
    List<Term> out = new ArrayList<>(results.size());
    for (int i = 0; i < results.size(); i++) {
      out.add(new Term(base + "#" + i, results.get(i)));
    }
    return out;
  }

  // constants

  Term literal(String dense, TensorType type) {
    Term known = options.uniform() ? null : constants.get(dense);
    if (known == null) {
      known = line("stablehlo.constant", dense, type);
      constants.put(dense, known);
    }
    return known;
  }

  Term scalar(ElementType e, double value) {
    TensorType t = TensorType.of(e);
    return literal(Literal.splat(t, value), t);
  }

  Term full(TensorType type, double value) {
    return literal(Literal.splat(type, value), type);
  }

  Term fullLong(TensorType type, long value) {
    return literal(Literal.splat(type, value), type);
  }

  /** The identity of a maximum (or minimum) over elements of a type. */
  Term extreme(TensorType type, boolean lowest) {
    ElementType e = type.element();
    if (e == ElementType.PRED) {
      return full(type, lowest ? 0 : 1);
    }
    if (e == ElementType.F8E4M3FN) {
      return full(type, lowest ? -448 : 448);
    }
    if (e.isFloat()) {
      return full(type, lowest ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY);
    }
    int bits = 8 * e.size();
    if (e.isUnsigned()) {
      return fullLong(type, lowest ? 0 : -1L);
    }
    return fullLong(type, lowest ? -1L << bits - 1 : ~(-1L << bits - 1));
  }

  // elementwise

  Term unary(String op, Term a) {
    return line("stablehlo." + op, a + " : " + a.type(), a.type());
  }

  /** A unary operation whose result has another element type. */
  Term unaryTo(String op, Term a, ElementType to) {
    TensorType r = a.type().with(to);
    return line("stablehlo." + op, a + " : (" + a.type() + ")->" + r, r);
  }

  Term chlo(String op, Term a) {
    return line("chlo." + op, a + " : " + a.type() + " -> " + a.type(), a.type());
  }

  Term binary(String op, Term a, Term b) {
    return line("stablehlo." + op, a + "," + b + " : " + a.type(), a.type());
  }

  Term add(Term a, Term b) {
    return binary("add", a, b);
  }

  Term sub(Term a, Term b) {
    return binary("subtract", a, b);
  }

  Term mul(Term a, Term b) {
    return binary("multiply", a, b);
  }

  Term div(Term a, Term b) {
    return binary("divide", a, b);
  }

  Term and(Term a, Term b) {
    return binary("and", a, b);
  }

  Term or(Term a, Term b) {
    return binary("or", a, b);
  }

  Term not(Term a) {
    return unary("not", a);
  }

  /** The larger (or smaller) one; NaN if either is. */
  Term extremum(boolean max, Term a, Term b) {
    if (options.keepsNaN() || !a.element().isFloat()) {
      return binary(max ? "maximum" : "minimum", a, b);
    }
    return select(or(isNaN(a), compare(max ? "GT" : "LT", a, b)), a, b);
  }

  Term complex(Term re, Term im) {
    TensorType r =
        re.type().with(re.element() == ElementType.F64 ? ElementType.C128 : ElementType.C64);
    return line("stablehlo.complex", re + "," + im + " : " + r, r);
  }

  Term real(Term a) {
    return unaryTo("real", a, a.element().real());
  }

  Term imag(Term a) {
    return unaryTo("imag", a, a.element().real());
  }

  /** {@code EQ NE LT LE GT GE}. */
  Term compare(String direction, Term a, Term b) {
    ElementType e = a.element();
    String kind = e.isFloat() || e.isComplex()
        ? "FLOAT"
        : e.isUnsigned() || e == ElementType.PRED ? "UNSIGNED" : "SIGNED";
    TensorType r = a.type().with(ElementType.PRED);
    return line(
        "stablehlo.compare",
        direction + "," + a + "," + b + "," + kind + " : (" + a.type() + "," + b.type() + ")->" + r,
        r);
  }

  Term isNaN(Term a) {
    return compare("NE", a, a);
  }

  Term select(Term p, Term a, Term b) {
    return line(
        "stablehlo.select", p + "," + a + "," + b + " : " + p.type() + "," + a.type(), a.type());
  }

  /** StableHLO's conversion; to and from complex it is not defined. */
  Term convert(Term a, ElementType to) {
    if (a.element() == to) {
      return a;
    }
    boolean narrow = to == ElementType.F8E4M3FN || to == ElementType.F8E5M2;
    boolean wide = a.element() == ElementType.F32 || a.element() == ElementType.F64;
    return unaryTo("convert", narrow && wide ? eightBits(a, to) : a, to);
  }

  /** Rounded to what a float of eight bits holds: XLA's own conversion goes by one of sixteen, and so rounds twice. */
  private Term eightBits(Term a, ElementType to) {
    boolean fine = to == ElementType.F8E4M3FN;
    int mantissa = fine ? 3 : 2;
    int least = fine ? -6 : -14; // the exponent below which numbers have fewer digits
    int exponent = a.element() == ElementType.F32 ? 8 : 11;
    Term rounded = line(
        "stablehlo.reduce_precision",
        a + ",format=e" + exponent + "m" + mantissa + " : " + a.type(),
        a.type());
    double unit = Math.scalb(1.0, least - mantissa);
    Term small =
        mul(unary("round_nearest_even", mul(a, full(a.type(), 1 / unit))), full(a.type(), unit));
    Term isSmall = compare("LT", unary("abs", a), full(a.type(), Math.scalb(1.0, least)));
    return select(isSmall, small, rounded);
  }

  // shapes

  Term reshape(Term a, long... dims) {
    TensorType r = a.type().withDims(dims);
    return r.equals(a.type()) && !options.uniform()
        ? a
        : line("stablehlo.reshape", a + " : (" + a.type() + ")->" + r, r);
  }

  /** Axis i of the operand becomes axis {@code axes[i]} of the result. */
  Term broadcast(Term a, int[] axes, long... dims) {
    TensorType r = a.type().withDims(dims);
    return line(
        "stablehlo.broadcast_in_dim", a + ",dims=" + list(axes) + " : (" + a.type() + ")->" + r, r);
  }

  /** As NumPy broadcasts: axes aligned at the end. */
  Term broadcastTo(Term a, long... dims) {
    if (Arrays.equals(a.type().dims(), dims) && !options.uniform()) {
      return a;
    }
    int[] axes = new int[a.rank()];
    for (int i = 0; i < axes.length; i++) {
      axes[i] = dims.length - axes.length + i;
    }
    return broadcast(a, axes, dims);
  }

  Term transpose(Term a, int... permutation) {
    boolean same = true;
    long[] d = new long[permutation.length];
    for (int i = 0; i < d.length; i++) {
      d[i] = a.dim(permutation[i]);
      same &= permutation[i] == i;
    }
    if (same) {
      return a;
    }
    TensorType r = a.type().withDims(d);
    return line(
        "stablehlo.transpose", a + ",dims=" + list(permutation) + " : (" + a.type() + ")->" + r, r);
  }

  Term reverse(Term a, int... axes) {
    return axes.length == 0
        ? a
        : line("stablehlo.reverse", a + ",dims=" + list(axes) + " : " + a.type(), a.type());
  }

  Term slice(Term a, long[] start, long[] limit, long[] stride) {
    StringBuilder b = new StringBuilder("[");
    long[] d = new long[start.length];
    for (int i = 0; i < d.length; i++) {
      b.append(i == 0 ? "" : ",").append(start[i]).append(':').append(limit[i]);
      if (stride[i] != 1) {
        b.append(':').append(stride[i]);
      }
      d[i] = Math.max(0, (limit[i] - start[i] + stride[i] - 1) / stride[i]);
    }
    TensorType r = a.type().withDims(d);
    return line("stablehlo.slice", a + b.append("]").toString() + " : (" + a.type() + ")->" + r, r);
  }

  /** The part from {@code from} to {@code to} of one axis. */
  Term sliceAxis(Term a, int axis, long from, long to) {
    if (from == 0 && to == a.dim(axis) && !options.uniform()) {
      return a;
    }
    long[] start = new long[a.rank()];
    long[] limit = a.type().dims();
    long[] stride = new long[a.rank()];
    Arrays.fill(stride, 1);
    start[axis] = from;
    limit[axis] = to;
    return slice(a, start, limit, stride);
  }

  Term pad(Term a, Term value, long[] low, long[] high, long[] interior) {
    long[] d = new long[a.rank()];
    for (int i = 0; i < d.length; i++) {
      d[i] = a.dim(i) + Math.max(0, a.dim(i) - 1) * interior[i] + low[i] + high[i];
    }
    TensorType r = a.type().withDims(d);
    return line(
        "stablehlo.pad",
        a + "," + value + ",low=" + list(low) + ",high=" + list(high) + ",interior="
            + list(interior) + " : (" + a.type() + "," + value.type() + ")->" + r,
        r);
  }

  Term concatenate(int axis, Term... parts) {
    return concatenate(axis, List.of(parts));
  }

  Term concatenate(int axis, List<Term> parts) {
    if (parts.size() == 1) {
      return parts.get(0);
    }
    long[] d = parts.get(0).type().dims();
    d[axis] = 0;
    for (Term p : parts) {
      d[axis] += p.dim(axis);
    }
    TensorType r = parts.get(0).type().withDims(d);
    return line(
        "stablehlo.concatenate",
        names(parts) + ",dim=" + axis + " : (" + types(parts) + ")->" + r,
        r);
  }

  Term iota(TensorType type, int axis) {
    return line("stablehlo.iota", "dim=" + axis + " : " + type, type);
  }

  Term dynamicSlice(Term a, List<Term> starts, long... sizes) {
    TensorType r = a.type().withDims(sizes);
    if (starts.isEmpty()) {
      return a;
    }
    return line(
        "stablehlo.dynamic_slice",
        a + "," + names(starts) + ",sizes=" + list(sizes) + " : (" + a.type() + "," + types(starts)
            + ")->" + r,
        r);
  }

  Term dynamicUpdateSlice(Term a, Term update, List<Term> starts) {
    if (starts.isEmpty()) {
      return update;
    }
    return line(
        "stablehlo.dynamic_update_slice",
        a + "," + update + "," + names(starts) + " : (" + a.type() + "," + update.type() + ","
            + types(starts) + ")->" + a.type(),
        a.type());
  }

  // reductions and contractions

  /** Folds axes by an operation of two elements. */
  // the first two axes as one
  private Term joined(Term a) {
    long[] d = Arrays.copyOfRange(a.type().dims(), 1, a.rank());
    d[0] *= a.dim(0);
    return reshape(a, d);
  }

  private static boolean isLeading(int... axes) {
    for (int i = 0; i < axes.length; i++) {
      if (axes[i] != i) {
        return false;
      }
    }
    return true;
  }

  Term reduce(Term a, Term init, String op, int... axes) {
    if (axes.length == 0) {
      return a;
    }
    if (options.cpu() && isLeading(axes) && axes.length > 1 && axes.length < a.rank()) {
      // on a CPU a fold over several leading axes takes twenty times as long as over one; without a
      // barrier
      // the simplifier puts them back
      Term one = a;
      for (int i = 1; i < axes.length; i++) {
        one = joined(one);
      }
      Term kept = lines(
              "stablehlo.optimization_barrier " + one + " : " + one.type(), List.of(one.type()))
          .get(0);
      return reduce(kept, init, op, 0);
    }
    long[] d = new long[a.rank() - axes.length];
    int n = 0;
    for (int i = 0; i < a.rank(); i++) {
      int axis = i;
      if (Arrays.stream(axes).noneMatch(x -> x == axis)) {
        d[n++] = a.dim(i);
      }
    }
    TensorType r = a.type().withDims(d);
    return line(
        "stablehlo.reduce(" + a + " init: " + init + ")",
        "applies stablehlo." + op + " across dimensions=" + list(axes) + " : (" + a.type() + ","
            + init.type() + ")->" + r,
        r);
  }

  Term dot(Term a, Term b, int[] ba, int[] bb, int[] ca, int[] cb, TensorType result) {
    String batch = ba.length == 0 ? "" : ",batching_dims=" + list(ba) + "x" + list(bb);
    return line(
        "stablehlo.dot_general",
        a + "," + b + batch + ",contracting_dims=" + list(ca) + "x" + list(cb)
            + options.precision().dot(a.element()) + " : (" + a.type() + "," + b.type() + ")->"
            + result,
        result);
  }

  boolean keepsNaN() {
    return options.keepsNaN();
  }

  /** Whether the text is for a CPU. */
  boolean cpu() {
    return options.cpu();
  }

  /** Whether the text is for an NVIDIA GPU. */
  boolean cuda() {
    return options.cuda();
  }

  /** Whether the device has cuDNN's kernels for attention. */
  boolean fusedAttention() {
    return options.fusedAttention();
  }

  Precision precision() {
    return options.precision();
  }

  // regions

  /** Writes a region's block: its arguments' types, and what its values are. */
  String block(List<TensorType> arguments, Function<List<Term>, List<Term>> body) {
    List<Term> args = new ArrayList<>();
    StringBuilder head = new StringBuilder();
    for (TensorType t : arguments) {
      Term a = fresh(t);
      args.add(a);
      head.append(head.length() == 0 ? "^bb0(" : ",").append(a).append(":").append(t);
    }
    if (head.length() > 0) {
      head.append("):\n");
    }
    return head + body(args, body);
  }

  /** Writes the lines of a region whose arguments are named already. */
  String body(List<Term> args, Function<List<Term>, List<Term>> body) {
    Map<String, Term> outer = constants;
    constants = new HashMap<>();
    int mark = text.length();
    List<Term> results = body.apply(args);
    text.append("stablehlo.return ").append(names(results)).append(" : ").append(types(results));
    String out = text.substring(mark) + "\n";
    text.setLength(mark);
    constants = outer;
    return out;
  }

  /** A block of an operation of two elements. */
  String fold(String op, ElementType e) {
    TensorType t = TensorType.of(e);
    return "({\n" + block(List.of(t, t), x -> List.of(combine(op, x.get(0), x.get(1)))) + "})";
  }

  Term combine(String op, Term a, Term b) {
    boolean max = op.equals("maximum");
    return max || op.equals("minimum") ? extremum(max, a, b) : binary(op, a, b);
  }

  // text of lists

  static String names(List<Term> terms) {
    StringBuilder b = new StringBuilder();
    for (Term t : terms) {
      b.append(b.length() == 0 ? "" : ",").append(t);
    }
    return b.toString();
  }

  static String types(List<Term> terms) {
    StringBuilder b = new StringBuilder();
    for (Term t : terms) {
      b.append(b.length() == 0 ? "" : ",").append(t.type());
    }
    return b.toString();
  }

  static String typeList(List<TensorType> types) {
    StringBuilder b = new StringBuilder();
    for (TensorType t : types) {
      b.append(b.length() == 0 ? "" : ",").append(t);
    }
    return b.toString();
  }

  static String list(int... v) {
    return Arrays.toString(v).replace(" ", "");
  }

  static String list(long... v) {
    return Arrays.toString(v).replace(" ", "");
  }

  /** An attribute {@code array<i64: ...>}. */
  static String array(long... v) {
    String s = list(v);
    return v.length == 0 ? "array<i64>" : "array<i64:" + s.substring(1, s.length() - 1) + ">";
  }

  static long[] ones(int n) {
    long[] v = new long[n];
    Arrays.fill(v, 1);
    return v;
  }
}
