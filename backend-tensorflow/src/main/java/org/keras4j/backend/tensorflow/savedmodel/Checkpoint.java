package org.keras4j.backend.tensorflow.savedmodel;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.keras4j.backend.tensorflow.runtime.Caller;
import org.keras4j.backend.tensorflow.runtime.Engine;
import org.keras4j.backend.tensorflow.runtime.Handle;
import org.keras4j.backend.tensorflow.runtime.HostTransfer;
import org.keras4j.backend.tensorflow.runtime.OpCall;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;

/** Writes named values as a checkpoint, {@code PREFIX.index} and {@code PREFIX.data-00000-of-00001}. */
final class Checkpoint {
  // under which a checkpoint keeps what belongs to which object
  private static final String OBJECTS = "_CHECKPOINTABLE_OBJECT_GRAPH";

  private Checkpoint() {}

  /**
   * @param objects a serialized {@code TrackableObjectGraph}
   */
  static void write(Engine engine, Path prefix, Map<String, NDArray> values, byte[] objects) {
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

  private static byte[] bytes(String s) {
    return s.getBytes(StandardCharsets.UTF_8);
  }
}
