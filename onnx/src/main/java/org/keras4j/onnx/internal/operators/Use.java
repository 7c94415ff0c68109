package org.keras4j.onnx.internal.operators;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.NDArray;
import org.keras4j.core.Tensor;
import org.keras4j.onnx.internal.file.OnnxAttribute;
import org.keras4j.onnx.internal.file.OnnxNode;

/**
 * An application of an operator, with its inputs.
 *
 * @param inputs null where one is left out
 * @param run runs the graphs among the settings
 */
record Use(OnnxNode node, List<@Nullable Operand> inputs, long opset, GraphRun run) {
  int count() {
    return inputs.size();
  }

  boolean has(int i) {
    return i < inputs.size() && inputs.get(i) != null;
  }

  Operand in(int i) {
    Operand o = i < inputs.size() ? inputs.get(i) : null;
    if (o == null) {
      throw new Unsupported("input " + i + " is missing");
    }
    return o;
  }

  Tensor t(int i) {
    return in(i).tensor();
  }

  List<Tensor> tensors() {
    List<Tensor> out = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      out.add(t(i));
    }
    return out;
  }

  /** Integers that have to be known. */
  long[] longs(int i) {
    NDArray a = in(i).array();
    if (a == null) {
      throw new Unsupported("input " + i + " has to be known when the model is built");
    }
    return a.toLongArray();
  }

  @Nullable
  Object value(String key) {
    OnnxAttribute a = node.attributes().get(key);
    return a == null ? null : a.value();
  }

  boolean has(String key) {
    return value(key) != null;
  }

  long integer(String key, long otherwise) {
    return value(key) instanceof Long n ? n : otherwise;
  }

  double real(String key, double otherwise) {
    return value(key) instanceof Float f ? f : otherwise;
  }

  String text(String key, String otherwise) {
    return value(key) instanceof String s ? s : otherwise;
  }

  long @Nullable [] ints(String key) {
    return value(key) instanceof long[] v ? v : null;
  }

  /** Likewise of what the operator has to have. */
  long[] neededInts(String key) {
    long[] v = ints(key);
    if (v == null) {
      throw new Unsupported("no attribute '" + key + "'");
    }
    return v;
  }

  /** An axis as a number from 0 on. */
  int axis(String key, long otherwise, int rank) {
    long a = integer(key, otherwise);
    return (int) (a < 0 ? a + rank : a);
  }

  /** Axes that newer opsets have as an input and older ones as a setting; null if not given. */
  int @Nullable [] axes(int input, int rank) {
    long[] given = has(input) ? longs(input) : ints("axes");
    if (given == null) {
      return null;
    }
    int[] out = new int[given.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = (int) (given[i] < 0 ? given[i] + rank : given[i]);
    }
    return out;
  }

  /** How many outputs somebody wants. */
  int outputs() {
    return node.outputs().size();
  }
}
