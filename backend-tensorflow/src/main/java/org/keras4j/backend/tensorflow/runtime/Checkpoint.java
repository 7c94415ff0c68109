package org.keras4j.backend.tensorflow.runtime;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.spi.BackendException;

/** Named values in a checkpoint, {@code PREFIX.index} and {@code PREFIX.data-00000-of-00001}. */
public final class Checkpoint {
  // under which a checkpoint keeps what belongs to which object
  private static final String OBJECTS = "_CHECKPOINTABLE_OBJECT_GRAPH";

  private Checkpoint() {}

  /**
   * Writes one; TensorFlow writes beside the files and renames them when they are whole.
   *
   * @param objects a serialized {@code TrackableObjectGraph}
   */
  public static void write(
      Engine engine, Path prefix, Map<String, NDArray> values, byte[] objects) {
    Caller caller = engine.caller();
    List<Handle> made = new ArrayList<>();
    List<byte[]> names = new ArrayList<>();
    List<byte[]> slices = new ArrayList<>();
    List<Handle> tensors = new ArrayList<>();
    try {
      values.forEach((name, value) -> {
        names.add(bytes(name));
        tensors.add(HostTransfer.toNative(value, caller));
      });
      names.add(bytes(OBJECTS));
      tensors.add(HostTransfer.strings(List.of(objects), Shape.SCALAR, caller));
      made.addAll(tensors);
      names.forEach(n -> slices.add(new byte[0]));
      Shape all = Shape.of(names.size());
      Handle file = HostTransfer.strings(List.of(bytes(prefix.toString())), Shape.SCALAR, caller);
      made.add(file);
      Handle nameList = HostTransfer.strings(names, all, caller);
      made.add(nameList);
      Handle sliceList = HostTransfer.strings(slices, all, caller);
      made.add(sliceList);
      caller.begin(new OpCall("SaveV2"));
      caller.input(file);
      caller.input(nameList);
      caller.input(sliceList);
      caller.inputs(tensors);
      caller.run(0);
    } finally {
      caller.idle();
      made.forEach(Handle::release);
    }
  }

  /** What a checkpoint says of its objects, a serialized {@code TrackableObjectGraph}. */
  public static byte[] objects(Engine engine, Path prefix) {
    Caller caller = engine.caller();
    Handle[] out = restore(caller, prefix, List.of(OBJECTS), NativeType.code(DType.STRING));
    try {
      return HostTransfer.text(out[0], caller);
    } finally {
      out[0].release();
    }
  }

  /**
   * Reads values.
   *
   * @param wanted what each has to be, by its key
   * @return them in that order
   * @throws BackendException if there is no such checkpoint or value, or one of another dtype
   * @throws IllegalArgumentException if one has another shape
   */
  public static List<NDArray> read(Engine engine, Path prefix, Map<String, TensorSpec> wanted) {
    Caller caller = engine.caller();
    int[] types =
        wanted.values().stream().mapToInt(s -> NativeType.code(s.dtype())).toArray();
    Handle[] values = restore(caller, prefix, List.copyOf(wanted.keySet()), types);
    List<NDArray> out = new ArrayList<>();
    try {
      int i = 0;
      for (Map.Entry<String, TensorSpec> e : wanted.entrySet()) {
        Handle h = values[i++];
        Shape got = Shape.of(HostTransfer.shape(h, caller));
        if (!got.equals(e.getValue().shape())) {
          throw new IllegalArgumentException("'" + e.getKey() + "' of the checkpoint " + prefix
              + " has shape " + got + ", expected " + e.getValue().shape());
        }
        out.add(HostTransfer.toHost(h, e.getValue(), caller));
      }
      return out;
    } finally {
      for (Handle h : values) {
        h.release();
      }
    }
  }

  private static Handle[] restore(Caller caller, Path prefix, List<String> keys, int... types) {
    List<Handle> made = new ArrayList<>();
    try {
      Shape all = Shape.of(keys.size());
      Handle file = HostTransfer.strings(List.of(bytes(prefix.toString())), Shape.SCALAR, caller);
      made.add(file);
      Handle names =
          HostTransfer.strings(keys.stream().map(Checkpoint::bytes).toList(), all, caller);
      made.add(names);
      Handle slices =
          HostTransfer.strings(keys.stream().map(k -> new byte[0]).toList(), all, caller);
      made.add(slices);
      caller.begin(new OpCall("RestoreV2").types("dtypes", types));
      caller.input(file);
      caller.input(names);
      caller.input(slices);
      return caller.run(keys.size());
    } finally {
      caller.idle();
      made.forEach(Handle::release);
    }
  }

  private static byte[] bytes(String s) {
    return s.getBytes(StandardCharsets.UTF_8);
  }
}
