package org.keras4j.benchmarks.micro;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.keras4j.core.DType;
import org.keras4j.core.Keras;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorScope;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.primitive.Binary;
import org.keras4j.core.primitive.BinaryKind;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.engine.Engine;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** A primitive outside compiled functions: its shape rule, the engine, and the function around. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class EagerMicro {
  private static final Binary ADD = new Binary(BinaryKind.ADD);

  @Param({"pytorch", "tensorflow", "xla"})
  public String backend = "pytorch";

  private List<TensorSpec> specs = List.of();
  private List<Tensor> tensors = List.of();

  /** Makes two small matrices. */
  @Setup
  public void setUp() {
    Keras.setBackend(backend);
    Tensor x = Ops.convertToTensor(NDArray.zeros(DType.FLOAT32, Shape.of(8, 8)));
    specs = List.of(x.spec(), x.spec());
    tensors = List.of(x, x);
  }

  /** The shape rule alone. */
  @Benchmark
  public List<TensorSpec> shapeRule() {
    return ADD.infer(specs);
  }

  /** The primitive through the engine. */
  @Benchmark
  public int bind() {
    try (TensorScope scope = new TensorScope()) {
      return Engine.bind(ADD, tensors).size();
    }
  }

  /** The function of {@code ops}. */
  @Benchmark
  public int function() {
    try (TensorScope scope = new TensorScope()) {
      return Ops.add(tensors.get(0), tensors.get(1)).rank();
    }
  }
}
