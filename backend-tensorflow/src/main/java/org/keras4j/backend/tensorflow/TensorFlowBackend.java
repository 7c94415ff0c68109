package org.keras4j.backend.tensorflow;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.jspecify.annotations.Nullable;
import org.keras4j.backend.tensorflow.lowering.Claims;
import org.keras4j.backend.tensorflow.lowering.EagerTarget;
import org.keras4j.backend.tensorflow.lowering.TensorFlowLowering;
import org.keras4j.backend.tensorflow.lowering.Term;
import org.keras4j.backend.tensorflow.runtime.Engine;
import org.keras4j.backend.tensorflow.runtime.Handle;
import org.keras4j.backend.tensorflow.runtime.HostTransfer;
import org.keras4j.backend.tensorflow.runtime.TensorFlowLibrary;
import org.keras4j.core.DType;
import org.keras4j.core.Keras;
import org.keras4j.core.NDArray;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.graph.Graph;
import org.keras4j.core.primitive.Composite;
import org.keras4j.core.primitive.Primitive;
import org.keras4j.core.primitive.Trait;
import org.keras4j.core.spi.Backend;
import org.keras4j.core.spi.BackendException;
import org.keras4j.core.spi.BackendTensor;
import org.keras4j.core.spi.CompileOptions;
import org.keras4j.core.spi.Executable;
import org.keras4j.core.spi.Site;

/** Runs primitives by TensorFlow's eager runtime, and graphs as TensorFlow functions. */
final class TensorFlowBackend implements Backend {
  private final Engine engine = Engine.get();
  private final String[] devices = engine.devices();
  private final boolean oneDevice = devices.length == 1;

  @Override
  public String name() {
    return "tensorflow";
  }

  @Override
  public String version() {
    return "TensorFlow " + TensorFlowLibrary.version();
  }

  @Override
  public List<String> devices() {
    return List.of(devices);
  }

  @Override
  public boolean supports(DType dtype) {
    return dtype != DType.STRING;
  }

  // with one device, naming it to TensorFlow would only cost time
  private @Nullable BytePointer nativeDevice(String device) {
    if (device.isEmpty() || (oneDevice && device.equals(devices[0]))) {
      return null;
    }
    return engine.nativeDevice(device);
  }

  @Override
  public BackendTensor fromHost(NDArray array, String device) {
    BytePointer name = nativeDevice(device);
    TensorFlowLibrary.MEMORY.watch(device.isEmpty() ? devices[0] : device).require(array.spec());
    Handle h = HostTransfer.toNative(array, engine.caller());
    if (!oneDevice && name != null && !device.startsWith("cpu")) {
      Handle moved = HostTransfer.toDevice(h, engine, name, engine.caller());
      h.release();
      h = moved;
    }
    return new TensorFlowTensor(h, array.spec(), device.isEmpty() ? devices[0] : device);
  }

  private String defaultDevice() {
    String chosen = Keras.device();
    return chosen.isEmpty() ? devices[0] : chosen;
  }

  @Override
  public List<BackendTensor> execute(
      Primitive p, List<BackendTensor> inputs, List<TensorSpec> outputs) {
    String device = inputs.isEmpty() ? defaultDevice() : inputs.get(0).device();
    if (p.is(Trait.SAME_ELEMENTS)) {
      TensorFlowLibrary.MEMORY.watch(device).requireView(outputs);
    } else {
      TensorFlowLibrary.MEMORY.watch(device).require(outputs);
    }
    List<Handle> borrowed = new ArrayList<>(inputs.size());
    try (EagerTarget target = new EagerTarget(engine, nativeDevice(device))) {
      List<Term> terms = new ArrayList<>(inputs.size());
      List<TensorSpec> specs = new ArrayList<>(inputs.size());
      for (BackendTensor t : inputs) {
        Handle h = TensorFlowTensor.of(t).share(engine.caller());
        borrowed.add(h);
        specs.add(t.spec());
        terms.add(target.borrow(h, TensorFlowLowering.stored(t.spec())));
      }
      List<Term> results =
          new TensorFlowLowering(target).apply(p, new Site<>(terms, specs, outputs));
      List<BackendTensor> out = new ArrayList<>(results.size());
      for (int i = 0; i < results.size(); i++) {
        TensorFlowTensor of = p.is(Trait.SAME_ELEMENTS) ? TensorFlowTensor.of(inputs.get(i)) : null;
        out.add(new TensorFlowTensor(target.release(results.get(i)), outputs.get(i), device, of));
      }
      return out;
    } catch (ArithmeticException e) { // its sizes are int32
      throw new IllegalArgumentException(
          p.label() + " of " + outputs + ": backend 'tensorflow' takes axes of at most 2^31 - 1",
          e);
    } catch (BackendException e) {
      throw e.in(p.label() + " on " + inputs.stream().map(BackendTensor::spec).toList());
    } finally {
      borrowed.forEach(Handle::release);
    }
  }

  @Override
  public Executable compile(Graph graph, CompileOptions options) {
    String device = options.device().isEmpty() ? devices[0] : options.device();
    try {
      return TensorFlowExecutable.compile(engine, graph, options, device, nativeDevice(device));
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(
          "A compiled function: backend 'tensorflow' takes axes of at most 2^31 - 1", e);
    }
  }

  @Override
  public boolean claims(Composite composite, List<TensorSpec> inputs) {
    return Claims.has(composite, inputs);
  }

  @Override
  public boolean compilesHostCalls() {
    return false;
  }

  @Override
  public void synchronize() {
    engine.synchronize();
  }
}
