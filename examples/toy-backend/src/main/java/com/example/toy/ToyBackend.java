package com.example.toy;

import java.util.ArrayList;
import java.util.List;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.graph.Graph;
import org.keras4j.core.primitive.Composite;
import org.keras4j.core.primitive.Primitive;
import org.keras4j.core.spi.Backend;
import org.keras4j.core.spi.BackendException;
import org.keras4j.core.spi.BackendTensor;
import org.keras4j.core.spi.CompileOptions;
import org.keras4j.core.spi.Executable;

/**
 * A backend in plain Java: every primitive is a loop over arrays on the host, and a compiled graph is
 * interpreted. Right in all it does, and slow.
 */
final class ToyBackend implements Backend {
  static final String DEVICE = "cpu:0";

  private final Interpreter interpreter = new Interpreter();

  @Override
  public String name() {
    return "toy";
  }

  @Override
  public String version() {
    return "toy 1";
  }

  @Override
  public List<String> devices() {
    return List.of(DEVICE);
  }

  @Override
  public boolean supports(DType dtype) {
    return dtype != DType.STRING;
  }

  @Override
  public BackendTensor fromHost(NDArray array, String device) {
    require(array.dtype());
    requireDevice(device);
    Held.WATCH.require(array.spec());
    return new ToyTensor(array.copy()); // the caller may write into its array afterwards
  }

  private void require(DType dtype) {
    if (!supports(dtype)) {
      throw new BackendException("Backend 'toy' has no tensors of dtype " + dtype);
    }
  }

  private static void requireDevice(String device) {
    if (!device.isEmpty() && !device.equals("cpu") && !device.equals(DEVICE)) {
      throw new BackendException(
          "Backend 'toy' has no device '" + device + "', only [" + DEVICE + "]");
    }
  }

  @Override
  public List<BackendTensor> execute(
      Primitive p, List<BackendTensor> inputs, List<TensorSpec> outputs) {
    outputs.forEach(o -> require(o.dtype()));
    List<NDArray> in = new ArrayList<>();
    for (BackendTensor t : inputs) {
      in.add(own(t).array());
    }
    Held.WATCH.require(outputs);
    return tensors(interpreter.run(p, in));
  }

  static List<BackendTensor> tensors(List<NDArray> arrays) {
    List<BackendTensor> out = new ArrayList<>();
    for (NDArray a : arrays) {
      out.add(new ToyTensor(a));
    }
    return out;
  }

  static ToyTensor own(BackendTensor t) {
    if (t instanceof ToyTensor mine) {
      return mine;
    }
    throw new IllegalArgumentException("A tensor of another backend ("
        + t.getClass().getSimpleName() + ") was given to backend 'toy'");
  }

  @Override
  public Executable compile(Graph graph, CompileOptions options) {
    requireDevice(options.device());
    return new ToyExecutable(interpreter, graph, options);
  }

  /** There are no kernels: every composite is run by its body. */
  @Override
  public boolean claims(Composite composite, List<TensorSpec> inputs) {
    return false;
  }

  @Override
  public boolean compilesHostCalls() {
    return true;
  }

  /** Nothing is under way when a call has returned. */
  @Override
  public void synchronize() {}
}
