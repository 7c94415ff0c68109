package org.keras4j.onnx.internal.operators;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;

/** The operators of ONNX that are understood, by name. */
public final class Operators {
  private static final Map<String, Operator> ALL = new TreeMap<>();

  static {
    ElementOperators.add();
    ActivationOperators.add();
    ShapeOperators.add();
    IndexOperators.add();
    FoldOperators.add();
    ProductOperators.add();
    WindowOperators.add();
    NormalizationOperators.add();
    RecurrentOperators.add();
    QuantizeOperators.add();
    ControlOperators.add();
    HostOperators.add();
    AttentionOperators.add();
    SignalOperators.add();
  }

  private Operators() {}

  static void put(String name, Operator op) {
    ALL.put(name, op);
  }

  /** An operator of one result. */
  static void tensor(String name, Function<Use, Tensor> f) {
    put(name, u -> List.of(Operand.of(f.apply(u))));
  }

  /** The operator of a name, or null. */
  static @Nullable Operator of(String domain, String name) {
    boolean known = domain.isEmpty() || domain.equals("com.microsoft") && name.equals("Gelu");
    return known ? ALL.get(name) : null;
  }

  /** The names of all. */
  public static Set<String> names() {
    return ALL.keySet();
  }
}
