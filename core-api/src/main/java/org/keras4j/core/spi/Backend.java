package org.keras4j.core.spi;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.graph.Graph;
import org.keras4j.core.primitive.Composite;
import org.keras4j.core.primitive.Primitive;
import org.keras4j.core.spi.BackendTensor.Placement;

/**
 * What runs primitives: one engine with its devices. All methods may be called from any thread.
 *
 * <p>Callers have passed every primitive through its shape rule, so inputs fit; what only the values
 * can show (an index out of bounds, a singular matrix) a backend treats as the primitive says.
 * Failures of the engine come out as {@link BackendException}.
 */
public interface Backend {
  /** The name by which it is chosen, {@code "pytorch"}. */
  String name();

  /** Name and version of the engine, for people. */
  String version();

  /** The devices it can use, the default one first; named as Keras does: {@code cpu:0, gpu:0}. */
  List<String> devices();

  /** Whether tensors of this dtype can be held. */
  boolean supports(DType dtype);

  /**
   * Copies an array to a device. Afterwards the array may be changed, unless it lies in {@link TransferMemory}.
   *
   * @param device one of {@link #devices()}
   */
  BackendTensor fromHost(NDArray array, String device);

  /**
   * Copies an array to several devices, to each its part; as {@link #fromHost(NDArray, String)}. For a backend that {@link
   * #dividesPrograms}.
   *
   * @param placement whose devices are among {@link #devices()}
   */
  default BackendTensor fromHost(NDArray array, Placement placement) {
    throw new UnsupportedOperationException(
        "Backend '" + name() + "' has tensors on one device alone");
  }

  /**
   * Whether it has several devices, and runs programs that are divided among them: {@link CompileOptions#division()} and {@link
   * #fromHost(NDArray, Placement)} are heeded.
   */
  default boolean dividesPrograms() {
    return false;
  }

  /**
   * Memory on the host out of which arrays are copied to the devices faster than from elsewhere; null if there
   * is none, or no more of it.
   */
  default @Nullable TransferMemory transferMemory(long bytes) {
    return null;
  }

  /**
   * Runs one primitive now. Composites come here only if claimed.
   *
   * @param outputs the specs of the results
   */
  List<BackendTensor> execute(Primitive p, List<BackendTensor> inputs, List<TensorSpec> outputs);

  /**
   * Makes a graph executable. It holds only primitives and claimed composites; all shapes are known
   * unless {@link CompileOptions#dynamic()}.
   */
  Executable compile(Graph graph, CompileOptions options);

  /** Whether a kernel of its own runs this composite on inputs of these specs. */
  boolean claims(Composite composite, List<TensorSpec> inputs);

  /** Whether a call costs so much that an eager function of several primitives had better be one program. */
  default boolean prefersPrograms() {
    return false;
  }

  /** Whether a graph to compile may contain {@code HostCall}; if not, the caller splits it there. */
  boolean compilesHostCalls();

  /** Copies of tensors of this backend on the host; waits for the values, for all of them at once where it can. */
  default List<NDArray> toHost(List<BackendTensor> tensors) {
    return tensors.stream().map(BackendTensor::toHost).toList();
  }

  /**
   * Gives memory that is free, but kept for what comes next, back to the system, where the engine keeps much of it.
   * Called now and then while the weights of a model are drawn.
   */
  default void trim() {}

  /**
   * What a device holds, where the engine tells.
   *
   * @param device one of {@link #devices()}
   */
  default DeviceMemory memory(String device) {
    return DeviceMemory.UNKNOWN;
  }

  /** Waits until everything started so far on its devices is done. */
  void synchronize();
}
