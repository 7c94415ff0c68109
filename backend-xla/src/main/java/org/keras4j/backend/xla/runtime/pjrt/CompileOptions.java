package org.keras4j.backend.xla.runtime.pjrt;

import java.util.Map;
import java.util.TreeMap;
import org.keras4j.core.internal.io.ProtoWriter;

/** The message {@code CompileOptionsProto}, for one replica on given devices. */
final class CompileOptions {
  private CompileOptions() {}

  /**
   * The message.
   *
   * @param devices the ids of the devices, one a partition
   * @param flags XLA flags by name
   */
  static byte[] encode(long[] devices, Map<String, String> flags) {
    ProtoWriter assignment = new ProtoWriter().integer(1, 1).integer(2, devices.length);
    for (long d : devices) {
      assignment.message(3, new ProtoWriter().packed(1, d));
    }
    ProtoWriter build = new ProtoWriter()
        .integer(1, -1) // device_ordinal: as assigned
        .integer(4, 1) // num_replicas
        .integer(5, devices.length); // num_partitions
    if (devices.length > 1) {
      build.bool(6, true); // use_spmd_partitioning
    }
    build.message(9, assignment);
    if (devices.length > 1) {
      build.bool(19, true); // use_shardy_partitioner
    }
    ProtoWriter options = new ProtoWriter().message(3, build);
    // sorted, so that equal flags give equal bytes
    new TreeMap<>(flags)
        .forEach((name, value) ->
            options.message(7, new ProtoWriter().string(1, name).message(2, override(value))));
    return options.toByteArray();
  }

  private static ProtoWriter override(String value) {
    ProtoWriter w = new ProtoWriter();
    Object typed = OptionValue.parse(value);
    if (typed instanceof Boolean b) {
      return w.bool(2, b);
    } else if (typed instanceof Long n) {
      return w.integer(3, n);
    } else if (typed instanceof Double d) {
      return w.real(4, d);
    }
    return w.string(1, value);
  }
}
