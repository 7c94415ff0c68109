package org.keras4j.backend.xla.emit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.keras4j.backend.xla.runtime.ElementType;
import org.keras4j.backend.xla.runtime.TensorType;
import org.keras4j.core.DType;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.graph.Graph;
import org.keras4j.core.graph.Node;
import org.keras4j.core.graph.Value;
import org.keras4j.core.primitive.DotGeneral;
import org.keras4j.core.primitive.IntList;
import org.keras4j.core.primitive.Transpose;

/**
 * The products of one row with a large input of a program, as a decoder's step consists of: nothing but the reading of that input. XLA's
 * kernels for products are made for many rows. A sum along the rows of a matrix reads it faster, where the numbers of a sum lie one behind the other: so
 * in a table of embeddings that gives logits. Kernels of dense layers lie the other way; turned copies of them serve instead.
 */
public final class SingleRows {
  /** No such products. */
  public static final SingleRows NONE = new SingleRows(Map.of(), Map.of(), 0);

  private final Map<Integer, Integer> turned;
  private final Map<Value, Integer> rows;
  private final long bytes;

  private SingleRows(Map<Integer, Integer> turned, Map<Value, Integer> rows, long bytes) {
    this.turned = turned;
    this.rows = rows;
    this.bytes = bytes;
  }

  /**
   * Those of a graph.
   *
   * @param donated the inputs whose memory is given away, which are no weights
   * @param least how many bytes an input must have
   */
  public static SingleRows of(Graph g, Set<Integer> donated, long least) {
    Map<Value, Integer> inputs = new HashMap<>();
    for (int i = 0; i < g.inputs().size(); i++) {
      TensorSpec s = g.inputs().get(i).spec();
      if (!donated.contains(i) && isFloat(s.dtype()) && s.bytes() >= least) {
        inputs.put(g.inputs().get(i), i);
      }
    }
    Map<Value, Integer> rows = new HashMap<>();
    Map<Integer, Integer> turned = new LinkedHashMap<>();
    Set<Value> otherwise = new HashSet<>(g.outputs());
    long bytes = 0;
    for (Node n : g.nodes()) {
      int contracted = contracted(n);
      for (int i = 0; i < n.inputs().size(); i++) {
        Value v = n.inputs().get(i);
        Integer input = inputs.get(v);
        if (input == null) {
          continue;
        }
        if (n.primitive() instanceof Transpose t && t.permutation().equals(IntList.of(1, 0))) {
          rows.put(n.outputs().get(0), input);
        }
        if (i != 1 || contracted == 0 || turned.getOrDefault(input, contracted) != contracted) {
          otherwise.add(v);
        } else {
          turned.put(input, contracted);
        }
      }
    }
    turned.keySet().removeIf(i -> otherwise.contains(g.inputs().get(i)));
    for (int i : turned.keySet()) {
      bytes += g.inputs().get(i).spec().bytes();
    }
    return new SingleRows(turned, rows, bytes);
  }

  private static boolean isFloat(DType t) {
    return t == DType.FLOAT32 || t == DType.FLOAT16 || t == DType.BFLOAT16;
  }

  // how many leading axes of the right factor a product of one row sums over; 0 if it is none
  private static int contracted(Node n) {
    if (!(n.primitive() instanceof DotGeneral p) || !p.lhsBatch().equals(IntList.of())) {
      return 0;
    }
    TensorSpec left = n.inputSpecs().get(0);
    int count = p.rhsContract().size();
    long free = 1;
    for (int i = 0; i < left.shape().rank(); i++) {
      free *= p.lhsContract().contains(i) ? 1 : left.shape().dim(i);
    }
    boolean ordered = p.rhsContract().equals(IntList.range(0, count));
    for (int i = 1; i < count; i++) {
      ordered &= p.lhsContract().get(i) > p.lhsContract().get(i - 1);
    }
    boolean same = left.dtype() == n.inputSpecs().get(1).dtype();
    boolean wanted = isFloat(n.outputSpecs().get(0).dtype());
    return free == 1 && ordered && same && wanted ? count : 0;
  }

  /** Without turned copies. */
  public SingleRows asTheyLie() {
    return new SingleRows(Map.of(), rows, 0);
  }

  /** What the turned copies take. */
  public long bytes() {
    return bytes;
  }

  /** By input that is to be given turned, as {@link #turned(TensorType, int)}: how many of its leading axes are summed over. */
  public Map<Integer, Integer> turned() {
    return turned;
  }

  /** The type of a turned copy: a row for each sum. */
  public static TensorType turned(TensorType t, int contracted) {
    long sums = 1;
    for (int i = contracted; i < t.rank(); i++) {
      sums *= t.dim(i);
    }
    return t.withDims(sums, t.elements() / sums);
  }

  /** A program that turns an array so. */
  public static Module turning(TensorType t, int contracted) {
    Hlo h = new Hlo(EmitOptions.DEFAULT);
    TensorType to = turned(t, contracted);
    Term y = h.transpose(h.reshape(new Term("%a0", t), to.dim(1), to.dim(0)), 1, 0);
    String text = "module{func.func public @main(%a0:" + t + ")->(" + to + "){\n" + h.text()
        + "return " + y + " : " + to + "\n}}\n";
    return new Module(text, List.of(t), List.of(to), List.of());
  }

  /** Writes a node's product; null if it is none of these. */
  @Nullable
  List<Term> emit(Hlo h, Graph g, Node n, Map<Value, Term> terms) {
    if (turned.isEmpty() && rows.isEmpty() || contracted(n) == 0) {
      return null;
    }
    Value right = n.inputs().get(1);
    int input = g.inputs().indexOf(right);
    Integer lying = rows.get(right);
    Term matrix = turned.containsKey(input)
        ? terms.get(right)
        : lying != null ? terms.get(g.inputs().get(lying)) : null;
    if (matrix == null) {
      return null;
    }
    Term row = h.convert(
        h.reshape(Objects.requireNonNull(terms.get(n.inputs().get(0))), matrix.dim(1)),
        ElementType.F32);
    Term all = h.broadcast(row, new int[] {1}, matrix.type().dims());
    Term products = h.mul(h.convert(matrix, ElementType.F32), all);
    Term sums = h.reduce(products, h.scalar(ElementType.F32, 0), "add", 1);
    TensorType result = Types.of(n.outputSpecs().get(0));
    List<Term> out = new ArrayList<>();
    out.add(h.reshape(h.convert(sums, result.element()), result.dims()));
    return out;
  }
}
