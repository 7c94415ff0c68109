package org.keras4j.benchmarks.micro;

import java.util.concurrent.TimeUnit;
import org.keras4j.core.DType;
import org.keras4j.core.EagerTensor;
import org.keras4j.core.Keras;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.ops.internal.engine.Engine;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Arrays to the device and back. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class TransferMicro {
  @Param({"pytorch", "tensorflow", "xla"})
  public String backend = "pytorch";

  @Param({"8", "100352"})
  public int elements = 8;

  private NDArray host = NDArray.zeros(DType.FLOAT32, Shape.of(1));

  /** Makes the array. */
  @Setup
  public void setUp() {
    Keras.setBackend(backend);
    host = NDArray.zeros(DType.FLOAT32, Shape.of(elements));
  }

  /** To the device. */
  @Benchmark
  public int toDevice() {
    try (EagerTensor t = Engine.toDevice(Keras.backend(), host)) {
      return t.rank();
    }
  }

  /** To the device and back. */
  @Benchmark
  public NDArray thereAndBack() {
    try (EagerTensor t = Engine.toDevice(Keras.backend(), host)) {
      return t.toNDArray();
    }
  }
}
