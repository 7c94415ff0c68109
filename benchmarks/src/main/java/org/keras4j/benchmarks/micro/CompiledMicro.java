package org.keras4j.benchmarks.micro;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.keras4j.benchmarks.networks.SmallNetworks;
import org.keras4j.core.DType;
import org.keras4j.core.Keras;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorScope;
import org.keras4j.layers.CallArgs;
import org.keras4j.models.Model;
import org.keras4j.ops.Ops;
import org.keras4j.ops.compile.Jit;
import org.keras4j.ops.internal.engine.Trace;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Tracing a model, and calls of compiled functions: looking one up, and passing arguments. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CompiledMicro {
  private static final int ARGUMENTS = 32;

  @Param({"pytorch", "tensorflow", "xla"})
  public String backend = "pytorch";

  private final Model model = SmallNetworks.chain(3);
  private final Jit one = Jit.of(x -> Ops.negative(x));
  private final Jit many = Jit.of(l -> Ops.negative(((List<?>) l).get(0)));
  private Object x = List.of();
  private List<Object> list = List.of();

  /** Makes the arguments, and compiles. */
  @Setup
  public void setUp() {
    Keras.setBackend(backend);
    x = Ops.convertToTensor(NDArray.zeros(DType.FLOAT32, Shape.of(1, 8)));
    list = new ArrayList<>();
    for (int i = 0; i < ARGUMENTS; i++) {
      list.add(x);
    }
    call();
    callWithManyArguments();
    trace();
  }

  /** A model of three layers becomes a graph. */
  @Benchmark
  public int trace() {
    try (Trace t = Trace.root()) {
      Tensor in = t.input(((Tensor) x).spec());
      Tensor out = (Tensor) model.invokeNested(in, CallArgs.training(false));
      return t.graph(List.of(out)).nodes().size();
    }
  }

  /** The look-up by signature, and a call that computes next to nothing. */
  @Benchmark
  public int call() {
    try (TensorScope scope = new TensorScope()) {
      return ((Tensor) one.call(x)).rank();
    }
  }

  /** Likewise with many arguments to pack. */
  @Benchmark
  public int callWithManyArguments() {
    try (TensorScope scope = new TensorScope()) {
      return ((Tensor) many.call(list)).rank();
    }
  }
}
