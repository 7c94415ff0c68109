package org.keras4j.tck;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.KerasTensor;
import org.keras4j.core.NDArray;
import org.keras4j.core.Nest;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.Variable;
import org.keras4j.ops.compile.Jit;
import org.keras4j.ops.custom.Op;
import org.keras4j.ops.grad.Grad;
import org.keras4j.ops.internal.engine.ArrayLike;

/** The checks of a call: eager, symbolic, compiled, gradients. What differs is collected. */
final class Checks {
  private final Case c;
  private final Subject subject;
  private final double loose;
  private final List<String> failures = new ArrayList<>();
  private @Nullable Object eager;

  Checks(Case c, Subject subject, double loose) {
    this.c = c;
    this.subject = subject;
    this.loose = loose;
  }

  /** Runs all; the messages of those that failed. */
  List<String> run() {
    Map<Integer, Object> tensors = new LinkedHashMap<>();
    for (int key : subject.inputKeys()) {
      tensors.put(key, ArrayLike.tensor(array(key)));
    }
    boolean ran = attempt("eager", () -> {
      IntFunction<Object> values = subject.takesTensors() ? tensors::get : this::array;
      Map<String, @Nullable Object> out = subject.call(values);
      eager = out.get("outputs");
      compare("eager", out);
      compare("eager", subject.after());
    });
    if (ran && subject.takesTensors()) {

      tensors.keySet().removeAll(subject.staticKeys());
      if (!tensors.isEmpty() && subject.makesGraphs()) {
        attempt("symbolic", () -> symbolic(false));
        attempt("symbolic batch", () -> symbolic(true));
        attempt("compiled", () -> compiled(tensors));
      }
      if (c.has("grads") && !c.flag("kink", false)) {
        attempt("gradient", () -> gradients(tensors));
      }
    }
    return failures;
  }

  private NDArray array(int key) {
    NDArray a = c.arrays().get(key);
    if (a == null) {
      throw new IllegalStateException("The corpus lacks array " + key + " of " + c);
    }
    return a;
  }

  /** A check's code. */
  private interface Body {
    void run() throws Exception;
  }

  private boolean attempt(String mode, Body body) {
    int before = failures.size();
    try {
      subject.reset();
      body.run();
    } catch (NotBuiltException e) {
      throw e;
    } catch (Exception | StackOverflowError | AssertionError e) {
      failures.add(mode + ": " + brief(e));
    }
    return failures.size() == before;
  }

  private static String brief(Throwable e) {
    String m = String.valueOf(e.getMessage());
    StackTraceElement[] s = e.getStackTrace();
    return e.getClass().getSimpleName() + ": "
        + m.lines().findFirst().orElse("")
        + (s.length > 0 && !(e instanceof IllegalArgumentException) ? " at " + s[0] : "");
  }

  private void compare(String mode, Map<String, @Nullable Object> actual) {
    Agreement agreement = new Agreement(c.flag("dtype_strict", true), loose);
    for (Map.Entry<String, @Nullable Object> e : actual.entrySet()) {
      if (c.has(e.getKey())) {
        String d = Rebuilt.difference(c, e.getKey(), e.getValue(), agreement);
        if (d != null) {
          failures.add(mode + ": " + e.getKey() + d);
        }
      }
    }
  }

  // ---- symbolic

  private void symbolic(boolean unknownBatch) {
    String mode = unknownBatch ? "symbolic batch" : "symbolic";
    Map<Integer, KerasTensor> made = new LinkedHashMap<>();
    Set<Integer> fixed = subject.staticKeys();
    TensorSpec first = null;
    for (int key : subject.inputKeys()) {
      TensorSpec s = array(key).spec();
      if (unknownBatch && subject.hasBatch(s, first)) {
        s = s.withShape(s.shape().with(0, Shape.UNKNOWN));
      }
      first = first == null ? array(key).spec() : first;
      if (!fixed.contains(key)) {
        made.put(key, new KerasTensor(s, "in" + key));
      }
    }
    boolean unknown = made.values().stream().anyMatch(k -> !k.shape().isKnown());
    if (made.isEmpty() || (unknownBatch && !unknown)) {
      return;
    }
    Object outputs = subject.takesKerasTensors()
        ? subject.call(k -> made.containsKey(k) ? made.get(k) : array(k)).get("outputs")
        : traced(made);
    List<Object> actual = Nest.flatten(sizes(outputs));
    List<Object> expected = Nest.flatten(c.expected("outputs"));
    if (actual.size() != expected.size()) {
      failures.add(mode + ": expected " + expected.size() + " outputs, got " + actual.size());
      return;
    }
    boolean strict = c.flag("dtype_strict", true);
    for (int i = 0; i < actual.size(); i++) {
      TensorSpec e = expected.get(i) instanceof NDArray a
          ? a.spec()
          : expected.get(i) instanceof TensorSpec s ? s : null;
      if (e == null || !(actual.get(i) instanceof Tensor t)) {
        continue;
      }
      boolean shape =
          unknownBatch ? t.shape().isCompatible(e.shape()) : t.shape().equals(e.shape());
      if (!shape || (strict && !narrow(t.dtype()).equals(narrow(e.dtype())))) {
        failures.add(mode + ": output " + i + " expected " + e + ", got " + t.spec());
      }
    }
  }

  private @Nullable Object traced(Map<Integer, KerasTensor> made) {
    List<Integer> keys = List.copyOf(made.keySet());
    return Op.symbolicResult(List.copyOf(made.values()), placed -> {
      List<?> list = (List<?>) placed;
      return subject
          .call(k -> keys.contains(k) ? list.get(keys.indexOf(k)) : array(k))
          .get("outputs");
    });
  }

  // shapes as the numbers that Keras gives
  private static @Nullable Object sizes(@Nullable Object outputs) {
    return Nest.map(
        outputs,
        x -> x instanceof Shape s ? java.util.Arrays.stream(s.toArray()).boxed().toList() : x);
  }

  private static DType narrow(DType d) {
    return switch (d) {
      case FLOAT64 -> DType.FLOAT32;
      case INT64 -> DType.INT32;
      case UINT64 -> DType.UINT32;
      case COMPLEX128 -> DType.COMPLEX64;
      default -> d;
    };
  }

  // ---- compiled

  private void compiled(Map<Integer, Object> tensors) {
    List<Integer> keys = List.copyOf(tensors.keySet());
    Jit jit = Jit.of(in -> {
      List<?> list = (List<?>) in;
      return subject.call(key -> keys.contains(key) ? list.get(keys.indexOf(key)) : array(key));
    });
    @SuppressWarnings("unchecked")
    Map<String, @Nullable Object> out =
        (Map<String, @Nullable Object>) jit.call(new ArrayList<>(tensors.values()));
    compare("compiled", out == null ? Map.of() : out);
    compare("compiled", subject.after());
  }

  // ---- gradients

  private void gradients(Map<Integer, Object> tensors) {
    Map<Integer, Variable> variables = subject.variables();
    List<Integer> byArgument = new ArrayList<>();
    List<Variable> byVariable = new ArrayList<>();
    List<Integer> keys = new ArrayList<>();
    List<Integer> keysOfVariables = new ArrayList<>();
    List<NDArray> expected = new ArrayList<>();
    List<NDArray> expectedVariables = new ArrayList<>();
    for (Object g : c.list("grads")) {
      Map<?, ?> m = (Map<?, ?>) g;
      int key = ((Number) m.get("key")).intValue();
      NDArray value = (NDArray) Codec.decode(m.get("value"), c.arrays()::get);
      if (variables.containsKey(key)) {
        byVariable.add(variables.get(key));
        expectedVariables.add(value);
        keysOfVariables.add(key);
      } else {
        byArgument.add(key);
        expected.add(value);
        keys.add(key);
      }
    }
    expected.addAll(expectedVariables);
    keys.addAll(keysOfVariables);
    List<Tensor> arguments = new ArrayList<>();
    byArgument.forEach(k -> arguments.add((Tensor) tensors.get(k)));
    List<Tensor> cotangents = new ArrayList<>();
    for (Object ct : c.list("cotangent")) {
      cotangents.add(ArrayLike.tensor(Codec.decode(ct, c.arrays()::get)));
    }
    List<Tensor> turned = Rebuilt.cotangents(c, eager, cotangents);
    Grad.Result r = Grad.vjp(
        in -> floats(subject.differentiable(k -> {
          int i = byArgument.indexOf(k);
          return i >= 0 ? in.get(i) : tensors.getOrDefault(k, array(k));
        })),
        arguments,
        byVariable,
        turned);
    for (int i = 0; i < expected.size(); i++) {
      Agreement agreement = new Agreement(false, 10 * OwnTolerances.factor(c, keys.get(i)));
      String d = agreement.difference(r.grads().get(i), expected.get(i));
      if (d != null) {
        String of = i < byArgument.size()
            ? "array " + byArgument.get(i)
            : byVariable.get(i - byArgument.size()).path();
        failures.add("gradient: by " + of + d);
      }
    }
  }

  private static List<Tensor> floats(@Nullable Object outputs) {
    List<Tensor> out = new ArrayList<>();
    for (Tensor t : Nest.tensors(outputs)) {
      if (t.dtype().isFloat()) {
        out.add(t);
      }
    }
    return out;
  }
}
