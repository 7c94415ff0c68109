package org.keras4j.ops.internal.engine;

import java.util.ArrayList;
import java.util.List;
import org.keras4j.core.NDArray;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.primitive.Primitive;

/**
 * A value that is known on the host before a compiled function runs: an array among the arguments, what Java
 * code makes of such values, or one of them in another form.
 */
public sealed interface HostValue {
  TensorSpec spec();

  /** The value in a run. */
  NDArray in(HostRun run);

  /** An argument, by its place among the arrays. */
  record Argument(int index, TensorSpec spec) implements HostValue {
    @Override
    public NDArray in(HostRun run) {
      return run.argument(index);
    }
  }

  /** A literal. */
  record Literal(NDArray value) implements HostValue {
    @Override
    public TensorSpec spec() {
      return value.spec();
    }

    @Override
    public NDArray in(HostRun run) {
      return value;
    }
  }

  /** A result of a host call, by the call's place among those of the function. */
  record Result(int call, int output, TensorSpec spec) implements HostValue {
    @Override
    public NDArray in(HostRun run) {
      return run.results(call).get(output);
    }
  }

  /** Others in another form: reshaped, sliced, joined. */
  record Formed(Primitive primitive, List<HostValue> of, TensorSpec spec) implements HostValue {
    @Override
    public NDArray in(HostRun run) {
      List<NDArray> values = new ArrayList<>(of.size());
      of.forEach(v -> values.add(v.in(run)));
      return HostForms.of(primitive, values, spec);
    }
  }
}
