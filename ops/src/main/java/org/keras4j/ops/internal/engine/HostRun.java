package org.keras4j.ops.internal.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.keras4j.core.NDArray;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.primitive.HostCall;

/** One run of a function's host part: the arrays given, and what the host calls made of them so far. */
public final class HostRun {
  private final IntFunction<NDArray> arguments;
  private final List<List<NDArray>> results = new ArrayList<>();

  public HostRun(IntFunction<NDArray> arguments) {
    this.arguments = arguments;
  }

  NDArray argument(int i) {
    return arguments.apply(i);
  }

  public List<NDArray> results(int call) {
    return results.get(call);
  }

  /** The results of the call at a place; it runs now, unless it has. */
  public List<NDArray> results(int at, Call call) {
    if (at == results.size()) {
      List<NDArray> in = new ArrayList<>(call.inputs.size());
      call.inputs.forEach(v -> in.add(v.in(this)));
      results.add(run(call.function, in));
    }
    return results.get(at);
  }

  /** A host call of a function, and where its inputs come from. */
  public record Call(HostCall function, List<HostValue> inputs) {}

  /**
   * Runs Java code.
   *
   * @throws IllegalStateException if its results are not what it promised
   */
  static List<NDArray> run(HostCall call, List<NDArray> in) {
    List<NDArray> out = List.copyOf(call.body().call(in));
    List<TensorSpec> promised = call.outputs();
    for (int i = 0; i < promised.size(); i++) {
      if (out.size() != promised.size()
          || !out.get(i).dtype().equals(promised.get(i).dtype())
          || !promised.get(i).shape().isCompatible(out.get(i).shape())) {
        throw new IllegalStateException(call.function() + " promised " + promised + ", gave "
            + out.stream().map(NDArray::spec).toList());
      }
    }
    return out;
  }
}
