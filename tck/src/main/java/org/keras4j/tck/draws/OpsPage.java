package org.keras4j.tck.draws;

import java.lang.reflect.Parameter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Keras;
import org.keras4j.core.NDArray;
import org.keras4j.core.Nest;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorScope;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.graph.Node;
import org.keras4j.core.graph.Value;
import org.keras4j.core.primitive.Composite;
import org.keras4j.core.spi.Backend;
import org.keras4j.core.spi.BackendProvider;
import org.keras4j.ops.Ops;
import org.keras4j.ops.grad.Grad;
import org.keras4j.ops.internal.engine.ArrayLike;
import org.keras4j.ops.internal.engine.Trace;
import org.keras4j.ops.internal.surface.Signature;
import org.keras4j.ops.internal.surface.Surface;
import org.keras4j.ops.internal.surface.SurfaceFunction;

/**
 * The page of functions of the documentation, made from the code: what each is called, takes and can do.
 */
public final class OpsPage {
  private static final int TRIES = 4;
  private static final Map<String, String> SPACES = new TreeMap<>(Map.of(
      "keras.ops.", "Ops",
      "keras.ops.image.", "Ops.Image",
      "keras.random.", "RandomOps",
      "keras.activations.", "Activations",
      "keras.tree.", "Tree"));

  private OpsPage() {}

  /** The page's text; it needs all backends on the class path. */
  public static String text() {
    StringBuilder out = new StringBuilder("""
        # The functions

        Made from the code by `OpsPage` of the module `tck`; a test holds it against the code. Parameters are Keras's, those \
        in brackets have Keras's default. *Kind*: `graph` runs eagerly, compiled and on symbolic tensors; `values` needs the \
        numbers, so that it runs eagerly only; `control` takes functions. *Gradient*: whether anything moves with a float \
        argument. *Kernels*: the backends that run it, or what it is made of, by kernels of their own.
        """);
    for (Map.Entry<String, String> space : SPACES.entrySet()) {
      List<String> rows = new ArrayList<>();
      for (SurfaceFunction f : Surface.functions()) {
        int dot = f.name().lastIndexOf('.') + 1;
        if (f.name().substring(0, dot).equals(space.getKey())) {
          rows.add(row(f, f.name().substring(dot)));
        }
      }
      out.append("\n## `")
          .append(space.getKey(), 0, space.getKey().length() - 1)
          .append("`: ");
      out.append(rows.size())
          .append(" functions, in `")
          .append(space.getValue())
          .append("`\n\n");
      out.append("| Keras | Java | parameters | kind | gradient | kernels |\n");
      out.append("|---|---|---|---|---|---|\n");
      rows.forEach(r -> out.append(r).append('\n'));
    }
    return out.toString();
  }

  private static String row(SurfaceFunction f, String name) {
    String parameters =
        f.signature().parameters().stream().map(OpsPage::text).collect(Collectors.joining(", "));
    boolean tensors = Draws.functions().contains(f.name());
    boolean values = false;
    boolean moves = false;
    Set<String> kernels = new TreeSet<>();
    for (int i = 0; tensors && i < TRIES; i++) {
      try (TensorScope scope = new TensorScope()) {
        Draw smooth = Draws.of(f.name(), Dice.smooth(i));
        values |= smooth.byValues();
        moves |= moves(f.name(), smooth);
        kernels.addAll(kernels(f.name(), Draws.of(f.name(), Dice.of(i))));
      }
    }
    String kind = takesFunctions(f) ? "control" : values ? "values" : tensors ? "graph" : "";
    return "| `" + name + "` | `" + f.method().getName() + "` | " + parameters + " | " + kind
        + " | " + (moves ? "yes" : "") + " | " + String.join(", ", kernels) + " |";
  }

  private static String text(Signature.Parameter p) {
    return switch (p.kind()) {
      case REST -> "`*" + p.name() + "`";
      case OPTIONS -> "`**" + p.name() + "`";
      default -> p.required() ? "`" + p.name() + "`" : "[`" + p.name() + "`]";
    };
  }

  private static boolean takesFunctions(SurfaceFunction f) {
    if (!f.name().matches("keras\\.(ops|tree)\\..*")) {
      return false;
    }
    return Arrays.stream(f.method().getParameters())
            .map(Parameter::getType)
            .anyMatch(t -> t.isAnnotationPresent(FunctionalInterface.class))
        || f.name().equals("keras.ops.switch");
  }

  /** A function's results as lists and maps; a function that is the result is called. */
  static @Nullable Object structure(@Nullable Object result) {
    if (result instanceof org.keras4j.ops.types.Scanned<?, ?> s) {
      return Arrays.asList(s.carry(), s.output());
    } else if (result instanceof org.keras4j.ops.types.Jvp<?> j) {
      return Arrays.asList(j.primalsOut(), j.tangentsOut());
    }
    return result;
  }

  private static boolean moves(String function, Draw draw) {
    List<NDArray> arrays = draw.arrays();
    List<Tensor> floats = new ArrayList<>();
    arrays.stream()
        .filter(a -> a.dtype() == DType.FLOAT64)
        .forEach(a -> floats.add(ArrayLike.tensor(a)));
    if (floats.isEmpty()) {
      return false;
    }
    try {
      List<Tensor> grads = Grad.valueAndGrad(
              in -> List.of(total(function, draw, in)), floats, List.of())
          .grads();
      return grads.stream().anyMatch(g -> Ops.any(g).toNDArray().getBoolean(0));
    } catch (IllegalArgumentException | IllegalStateException e) {
      return false; // no rule, or nothing that moves
    }
  }

  // the sum of the squares of what the function gives
  private static Tensor total(String function, Draw draw, List<Tensor> in) {
    List<Object> values = new ArrayList<>(draw.arrays());
    int next = 0;
    for (int i = 0; i < values.size(); i++) {
      if (((NDArray) values.get(i)).dtype() == DType.FLOAT64) {
        values.set(i, in.get(next++));
      }
    }
    Tensor sum = Ops.zeros(List.of(), "float64");
    for (Tensor t : Nest.tensors(structure(draw.replaced(values).call(function)))) {
      Tensor x = t.dtype().isComplex() ? Ops.add(Ops.real(t), Ops.imag(t)) : t;
      if (x.dtype().isFloat()) {
        sum = Ops.add(sum, Ops.sum(Ops.square(Ops.cast(x, "float64"))));
      }
    }
    return sum;
  }

  private static Set<String> kernels(String function, Draw draw) {
    Set<String> out = new TreeSet<>();
    if (draw.byValues()) {
      return out;
    }
    for (BackendProvider p : Keras.providers()) {
      Backend backend = Keras.backend(p.name());
      // what a backend does not claim is inlined in its traces
      try (Trace t = Trace.root(backend)) {
        List<Tensor> in = new ArrayList<>();
        draw.arrays().forEach(a -> in.add(t.input(a.spec())));
        Object result = structure(draw.replaced(in).call(function));
        for (Node n : t.graph(Nest.tensors(result)).nodes()) {
          List<TensorSpec> specs = n.inputs().stream().map(Value::spec).toList();
          if (n.primitive() instanceof Composite c && backend.claims(c, specs)) {
            out.add(p.name());
          }
        }
      }
    }
    return out;
  }
}
