package org.keras4j.onnx.internal.lowering;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.onnx.internal.file.OnnxNode;

/** The nodes of one graph; what a graph around it has can be named in it too. */
final class Scope {
  /** A value with its axes in another order. */
  record Turned(Term source, int[] permutation) {}

  final Program program;
  final List<OnnxNode> nodes = new ArrayList<>();
  private final @Nullable Scope around;
  private final Map<String, Term> known = new HashMap<>();
  private final Map<String, Turned> turned = new HashMap<>();

  Scope(Program program, @Nullable Scope around) {
    this.program = program;
    this.around = around;
  }

  /** What was remembered under a key, here or around. */
  @Nullable
  Term known(String key) {
    Term t = known.get(key);
    return t != null || around == null ? t : around.known(key);
  }

  Term remember(String key, Term t) {
    known.put(key, t);
    return t;
  }

  /** What a value is a transposition of, if it is one. */
  @Nullable
  Turned turned(Term t) {
    Turned s = turned.get(t.name());
    return s != null || around == null ? s : around.turned(t);
  }

  void turned(Term t, Term source, int[] permutation) {
    turned.put(t.name(), new Turned(source, permutation));
  }
}
