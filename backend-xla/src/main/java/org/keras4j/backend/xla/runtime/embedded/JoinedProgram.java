package org.keras4j.backend.xla.runtime.embedded;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.keras4j.backend.xla.runtime.ProgramSpec;
import org.keras4j.backend.xla.runtime.TensorType;
import org.keras4j.backend.xla.runtime.XlaBuffer;
import org.keras4j.backend.xla.runtime.XlaDevice;
import org.keras4j.backend.xla.runtime.XlaProgram;
import org.keras4j.core.sharding.Blocks;
import org.keras4j.core.sharding.Sharding;

/**
 * A program for several devices, run as one: what these have in parts is joined before, and divided again after. It gives what a
 * partitioned program gives, and costs more.
 */
final class JoinedProgram implements XlaProgram {
  private final EmbeddedRuntime runtime;
  private final ProgramSpec spec;
  private final ProgramSpec.Parts parts;
  private final XlaProgram inner;
  private final List<XlaDevice> devices;

  JoinedProgram(EmbeddedRuntime runtime, ProgramSpec spec, XlaProgram inner) {
    this.runtime = runtime;
    this.spec = spec;
    this.parts = Objects.requireNonNull(spec.parts());
    this.inner = inner;
    this.devices = spec.devices().stream().map(runtime.devices()::get).toList();
  }

  /** The same program on one device, which has all. */
  static ProgramSpec whole(ProgramSpec spec) {
    ProgramSpec.Parts parts = Objects.requireNonNull(spec.parts());
    return new ProgramSpec(
        spec.name(),
        whole(spec.parameters(), parts.parameters()),
        whole(spec.results(), parts.results()),
        Map.of(),
        spec.device(),
        spec.flags());
  }

  private static List<TensorType> whole(List<TensorType> types, List<Sharding> shardings) {
    List<TensorType> out = new ArrayList<>();
    for (int i = 0; i < types.size(); i++) {
      long[] dims = types.get(i).dims();
      for (int d = 0; d < dims.length; d++) {
        dims[d] *= shardings.get(i).parts(d);
      }
      out.add(TensorType.of(types.get(i).element(), dims));
    }
    return out;
  }

  @Override
  public ProgramSpec spec() {
    return spec;
  }

  @Override
  public XlaBuffer[] execute(XlaBuffer[] arguments) {
    spec.check(arguments);
    int n = spec.parameters().size();
    XlaBuffer[] joined = new XlaBuffer[n];
    XlaBuffer[] results = {};
    try {
      for (int i = 0; i < n; i++) {
        joined[i] = join(arguments, i);
      }
      results = inner.execute(joined);
      int m = results.length;
      XlaBuffer[] out = new XlaBuffer[m * devices.size()];
      for (int i = 0; i < m; i++) {
        ByteBuffer whole = read(results[i]);
        for (int d = 0; d < devices.size(); d++) {
          out[d * m + i] = part(whole, results[i].type(), i, d);
        }
      }
      return out;
    } finally {
      close(joined);
      close(results);
    }
  }

  private static void close(XlaBuffer[] buffers) {
    for (XlaBuffer b : buffers) {
      if (b != null) {
        b.close();
      }
    }
  }

  private static ByteBuffer read(XlaBuffer b) {
    ByteBuffer to = memory(b.type());
    b.read(to.duplicate());
    return to;
  }

  private static ByteBuffer memory(TensorType t) {
    return ByteBuffer.allocateDirect(Math.toIntExact(t.bytes()));
  }

  private static int element(TensorType t) {
    return t.elements() == 0 ? 1 : Math.toIntExact(t.bytes() / t.elements());
  }

  private XlaBuffer join(XlaBuffer[] arguments, int parameter) {
    int n = spec.parameters().size();
    Sharding s = parts.parameters().get(parameter);
    TensorType t = inner.spec().parameters().get(parameter);
    ByteBuffer whole = memory(t);
    for (int d = 0; d < devices.size(); d++) {
      if (s.isFirst(d) && t.elements() > 0) {
        Blocks.put(s, d, t.dims(), element(t), whole, read(arguments[d * n + parameter]));
      }
    }
    return runtime.fromHost(t, whole, devices.get(0));
  }

  private XlaBuffer part(ByteBuffer whole, TensorType t, int result, int device) {
    TensorType own = spec.results().get(result);
    ByteBuffer part = memory(own);
    if (t.elements() > 0) {
      Blocks.take(parts.results().get(result), device, t.dims(), element(t), whole, part);
    }
    return runtime.fromHost(own, part, devices.get(device));
  }

  @Override
  public void close() {
    inner.close();
  }
}
