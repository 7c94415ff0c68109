package org.keras4j.ops.compile;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.EagerTensor;
import org.keras4j.core.Keras;
import org.keras4j.core.NDArray;
import org.keras4j.core.Nest;
import org.keras4j.core.Shape;
import org.keras4j.core.SparseArray;
import org.keras4j.core.SparseTensor;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.graph.Value;
import org.keras4j.core.spi.Backend;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.HostPart;
import org.keras4j.ops.internal.engine.HostRun;
import org.keras4j.ops.internal.engine.Prims;
import org.keras4j.ops.internal.engine.SparseForms;
import org.keras4j.ops.internal.engine.Trace;
import org.keras4j.ops.internal.engine.TracedTensor;

/**
 * What a compiled function is called with: a nested structure of tensors, arrays and constants; for several calls in
 * one, tensors and arrays have a first axis of the calls.
 */
final class Arguments {
  private final @Nullable Object structure;
  private final int steps;
  private final List<EagerTensor> tensors = new ArrayList<>();
  private final List<NDArray> arrays = new ArrayList<>();
  private final List<SparseArray> sparse = new ArrayList<>();
  private final List<NDArray> converted = new ArrayList<>();
  private final @Nullable Object form;

  // stands for an array in the form; a tensor's spec stands for itself
  private record ArraySpec(TensorSpec spec) {}

  // stands for a sparse array, or tensor, in the form
  private record SparseSpec(boolean array, Shape shape, TensorSpec indices, TensorSpec values) {}

  Arguments(@Nullable Object given, int steps) {
    this.steps = steps;
    this.form = Nest.map(given, this::taken);
    Iterator<SparseArray> rounded = sparse.iterator();
    Iterator<NDArray> made = converted.iterator();
    this.structure = sparse.isEmpty() && converted.isEmpty()
        ? given
        : Nest.map(
            given,
            x -> x instanceof SparseArray ? rounded.next() : isJavaArray(x) ? made.next() : x);
  }

  // as a constant it would have the function compiled anew for each array
  private static boolean isJavaArray(@Nullable Object x) {
    return x != null && x.getClass().isArray();
  }

  private @Nullable Object taken(@Nullable Object x) {
    if (x instanceof EagerTensor e) {
      tensors.add(e);
      return one(e.spec());
    } else if (x instanceof NDArray a) {
      arrays.add(a);
      return new ArraySpec(one(a.spec()));
    } else if (isJavaArray(x)) {
      NDArray a = NDArray.from(Objects.requireNonNull(x));
      converted.add(a);
      return taken(a);
    } else if (x instanceof SparseArray a) {
      return taken(SparseForms.rounded(a));
    } else if (x instanceof SparseTensor s
        && s.indices() instanceof EagerTensor i
        && s.values() instanceof EagerTensor v) {
      requireOneStep();
      tensors.add(i);
      tensors.add(v);
      return new SparseSpec(false, s.shape(), i.spec(), v.spec());
    } else if (x instanceof Tensor t) {
      throw new IllegalArgumentException("A compiled function takes numbers, not " + t);
    }
    return x;
  }

  private SparseSpec taken(SparseArray a) {
    requireOneStep();
    sparse.add(a);
    arrays.add(a.indices());
    arrays.add(a.values());
    return new SparseSpec(true, a.shape(), a.indices().spec(), a.values().spec());
  }

  private void requireOneStep() {
    if (steps > 1) {
      throw new IllegalStateException("Sparse arrays are for one step of an executable at a time");
    }
  }

  /** Whether a sparse array or tensor is among them. */
  boolean isSparse() {
    return Nest.flatten(form).stream().anyMatch(SparseSpec.class::isInstance);
  }

  private TensorSpec one(TensorSpec s) {
    return steps == 1 ? s : s.withShape(s.shape().slice(1));
  }

  int steps() {
    return steps;
  }

  /** What a function is traced for: specs in place of tensors and arrays. */
  @Nullable
  Object form() {
    return form;
  }

  /** The backend that the tensors lie on, or the one in use. */
  Backend backend() {
    return tensors.isEmpty() ? Keras.backend() : tensors.get(0).backend();
  }

  /** The first axis of the first tensor or array that has one: how many samples there are; -1 if none has. */
  long samples() {
    for (Object leaf : Nest.flatten(form)) {
      TensorSpec s = leaf instanceof ArraySpec a ? a.spec : leaf instanceof TensorSpec t ? t : null;
      if (s != null && s.rank() > 0) {
        return s.dim(0);
      }
      if (leaf instanceof SparseSpec p) {
        return p.shape.dim(0);
      }
    }
    return -1;
  }

  List<EagerTensor> tensors() {
    return tensors;
  }

  List<NDArray> arrays() {
    return arrays;
  }

  /** The structure of one of the calls, with all numbers on the device. */
  @Nullable
  Object placed(int step) {
    Backend backend = backend();
    return Nest.map(structure, x -> {
      if (x instanceof EagerTensor e) {
        return steps == 1
            ? e
            : Prims.reshape(Prims.slice(e, 0, step, step + 1), e.shape().slice(1));
      } else if (x instanceof NDArray a) {
        NDArray one = steps == 1 ? a : row(a, step);
        return one.dtype() == DType.STRING ? one : Engine.toDevice(backend, one);
      } else if (x instanceof SparseArray a) {
        return SparseForms.tensor(a, one -> Engine.toDevice(backend, one));
      }
      return x;
    });
  }

  /** The arrays of one of the calls. */
  List<NDArray> arrays(int step) {
    return steps == 1 ? arrays : arrays.stream().map(a -> row(a, step)).toList();
  }

  static NDArray row(NDArray a, int i) {
    return a.slice(i, i + 1).reshape(a.shape().slice(1).toArray());
  }

  /** What runs on the host, for each call. */
  List<HostRun> runs() {
    List<HostRun> out = new ArrayList<>(steps);
    for (int i = 0; i < steps; i++) {
      int step = i;
      out.add(steps == 1 ? new HostRun(arrays::get) : new HostRun(k -> row(arrays.get(k), step)));
    }
    return out;
  }

  /** The structure for one call with inputs of a trace in place of tensors and arrays. */
  @Nullable
  Object traced(Trace trace, HostPart part, Map<Value, Program.Source> inputs) {
    int[] at = new int[2];
    Function<EagerTensor, Tensor> tensor = e -> {
      TracedTensor t = trace.input(one(e.spec()));
      inputs.put(t.value(), new Program.Source(Program.Kind.TENSOR, at[0]++));
      return t;
    };
    Function<NDArray, Tensor> array = a -> {
      TracedTensor t = part.argument(at[1]);
      inputs.put(t.value(), new Program.Source(Program.Kind.ARRAY, at[1]++));
      return t;
    };
    return Nest.map(structure, x -> {
      if (x instanceof EagerTensor e) {
        return tensor.apply(e);
      } else if (x instanceof NDArray a) {
        return array.apply(a);
      } else if (x instanceof SparseArray a) {
        return SparseForms.tensor(a, array);
      } else if (x instanceof SparseTensor s) {
        Tensor i = tensor.apply((EagerTensor) s.indices());
        return new SparseTensor(i, tensor.apply((EagerTensor) s.values()), s.shape());
      }
      return x;
    });
  }

  /** The same with other arrays in place of these. */
  Arguments with(List<NDArray> others) {
    Iterator<NDArray> it = others.iterator();
    UnaryOperator<@Nullable Object> other = x -> x instanceof NDArray
        ? it.next()
        : x instanceof SparseArray a ? SparseArray.of(it.next(), it.next(), a.shape()) : x;
    return new Arguments(Nest.map(structure, other), steps);
  }

  /** The same with numbers of its own. */
  Arguments copied() {
    return with(arrays.stream().map(NDArray::copy).toList());
  }
}
