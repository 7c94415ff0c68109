package org.keras4j.onnx.internal.lowering;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.keras4j.core.NDArray;
import org.keras4j.onnx.internal.file.OnnxTensor;

/** What all graphs of a file share: its names, its literals, and the versions of the operators used. */
final class Program {
  private static final int SHARED = 4096; // elements of literals that are compared

  final int opset;
  final Map<String, Long> domains = new LinkedHashMap<>();
  private final Set<String> names = new HashSet<>();
  private final Map<String, Integer> counts = new HashMap<>();
  private final Map<NDArray, Term> literals = new HashMap<>();
  private final List<OnnxTensor> constants = new ArrayList<>();

  Program(int opset) {
    this.opset = opset;
    domains.put("", (long) opset);
  }

  /** A name that nothing else has: the one given, or with a number behind it. */
  String name(String wanted) {
    if (names.add(wanted)) {
      return wanted;
    }
    for (int i = counts.getOrDefault(wanted, 1); ; i++) {
      String name = wanted + "_" + i;
      if (names.add(name)) {
        counts.put(wanted, i + 1);
        return name;
      }
    }
  }

  /** A literal; equal ones are one. */
  Term literal(NDArray a) {
    return a.size() > SHARED ? made(a) : literals.computeIfAbsent(a, this::made);
  }

  private Term made(NDArray a) {
    Term t = new Term(name("constant"), a.dtype(), a.shape(), a);
    constants.add(new OnnxTensor(t.name(), a));
    return t;
  }

  List<OnnxTensor> constants() {
    return constants;
  }
}
