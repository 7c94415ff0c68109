package org.keras4j.backend.xla.runtime.embedded;

import static org.tensorflow.internal.c_api.global.tensorflow.TFE_NewTensorHandle;
import static org.tensorflow.internal.c_api.global.tensorflow.TFE_TensorHandleResolve;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_AllocateTensor;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_DeleteTensor;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_TensorBitcastFrom;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_TensorData;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_Version;

import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;
import org.keras4j.backend.xla.runtime.Capabilities;
import org.keras4j.backend.xla.runtime.ElementType;
import org.keras4j.backend.xla.runtime.ProgramSpec;
import org.keras4j.backend.xla.runtime.ProgramWatch;
import org.keras4j.backend.xla.runtime.TensorType;
import org.keras4j.backend.xla.runtime.XlaBuffer;
import org.keras4j.backend.xla.runtime.XlaDevice;
import org.keras4j.backend.xla.runtime.XlaException;
import org.keras4j.backend.xla.runtime.XlaProgram;
import org.keras4j.backend.xla.runtime.XlaRuntime;
import org.keras4j.core.spi.DeviceMemory;
import org.keras4j.core.spi.MemoryWatch;
import org.keras4j.core.spi.SharedBytes;
import org.tensorflow.internal.c_api.TFE_TensorHandle;
import org.tensorflow.internal.c_api.TF_Tensor;

/**
 * Programs on the CPU by the XLA inside TensorFlow's library. Calls are synchronous. It may pretend to have several devices: a program
 * for these runs as one, on what they have together.
 */
public final class EmbeddedRuntime implements XlaRuntime {
  static final Cleaner CLEANER = Cleaner.create();
  private static final String JAVACPP_LIMIT = "org.bytedeco.javacpp.maxPhysicalBytes";

  private final List<XlaDevice> devices;
  private final String version;
  private final boolean keepsNaN;
  private final MemoryWatch watch = MemoryWatch.ofHost("xla", () -> {});
  private final ProgramWatch programs = new ProgramWatch();
  private final AtomicLong names = new AtomicLong();
  private @Nullable Arena arena;

  /**
   * Loads the library and compiles a first program.
   *
   * @param flags XLA flags by name; they hold for the process, and only if nothing compiled in it before
   * @throws XlaException if it cannot be loaded, or has no such flag
   */
  public EmbeddedRuntime(Map<String, String> flags) {
    this(flags, 1);
  }

  /**
   * Likewise, with several devices, all of them this processor.
   *
   * @param count how many
   */
  public EmbeddedRuntime(Map<String, String> flags, int count) {
    String kind = System.getProperty("os.arch") + " processor";
    this.devices = IntStream.range(0, count)
        .mapToObj(i -> new XlaDevice(i, "cpu:" + i, kind))
        .toList();
    // JavaCPP otherwise refuses to allocate when the process as a whole is large; see MemoryWatch
    if (System.getProperty(JAVACPP_LIMIT) == null
        && System.getProperty(JAVACPP_LIMIT.toLowerCase(Locale.ROOT)) == null) {
      System.setProperty(JAVACPP_LIMIT, "0");
    }
    try {
      NativeEnvironment.prepare(flags);
      version = TF_Version().getString();
      keepsNaN = probe();
    } catch (LinkageError e) {
      throw new XlaException(
          XlaException.Code.UNAVAILABLE,
          "The library of tensorflow-core-native cannot be loaded on "
              + System.getProperty("os.name")
              + " "
              + System.getProperty("os.arch")
              + "; is its artifact for this platform on the class path? "
              + e.getMessage(),
          e);
    }
  }

  /** Whether the maximum of a number and NaN is NaN, which depends on who set XLA's flags first. */
  private boolean probe() {
    TensorType t = TensorType.of(ElementType.F32, 2);
    String text = "module{func.func public @main(%a:"
        + t
        + ",%b:"
        + t
        + ")->("
        + t
        + "){\n%m=stablehlo.maximum %a,%b : "
        + t
        + "\nreturn %m : "
        + t
        + "\n}}\n";
    ByteBuffer a = floats(2, Float.NaN);
    ByteBuffer b = floats(Float.NaN, 2);
    try (AutoCloseable quiet = QuietStart.open();
        XlaProgram p = compile(text, ProgramSpec.of("probe", List.of(t, t), List.of(t)));
        XlaBuffer x = fromHost(t, a, devices.get(0));
        XlaBuffer y = fromHost(t, b, devices.get(0));
        XlaBuffer r = p.execute(new XlaBuffer[] {x, y})[0]) {
      r.read(a.clear());
      return Float.isNaN(a.getFloat(0)) && Float.isNaN(a.getFloat(4));
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new XlaException(XlaException.Code.INTERNAL, "Starting XLA failed", e);
    }
  }

  private static ByteBuffer floats(float... values) {
    ByteBuffer b = ByteBuffer.allocateDirect(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    b.asFloatBuffer().put(values);
    return b;
  }

  @Override
  public String name() {
    return "embedded";
  }

  @Override
  public String version() {
    return "XLA of TensorFlow " + version;
  }

  @Override
  public Capabilities capabilities() {
    return new Capabilities(false, false, false, false, keepsNaN, true, false);
  }

  @Override
  public List<XlaDevice> devices() {
    return devices;
  }

  @Override
  public XlaProgram compile(String stablehlo, ProgramSpec spec) {
    if (spec.parts() != null) {
      return new JoinedProgram(this, spec, compile(stablehlo, JoinedProgram.whole(spec)));
    }
    String name = "k4_" + names.incrementAndGet();
    Arena a = admit();
    try {
      ModuleFunction.define(a.context, name, stablehlo, spec);
      return new EmbeddedProgram(this, spec, a, name);
    } catch (RuntimeException e) {
      a.release();
      throw e;
    }
  }

  private synchronized Arena admit() {
    Arena a = arena == null ? new Arena() : arena;
    if (a.admit()) {
      arena = a;
    } else {
      arena = null;
      a.release();
    }
    return a;
  }

  @Override
  public XlaBuffer fromHost(TensorType type, ByteBuffer data, XlaDevice on) {
    long bytes = type.bytes();
    if (data.remaining() != bytes) {
      throw new IllegalArgumentException(
          type + " needs " + bytes + " bytes, got " + data.remaining());
    }
    long[] dims = type.dims();
    TF_Tensor t = TF_AllocateTensor(type.element().tensorflow(), dims, dims.length, bytes);
    if (t == null || t.isNull()) {
      throw new XlaException(
          XlaException.Code.RESOURCE_EXHAUSTED, "No memory for a tensor " + type);
    }
    try {
      if (bytes > 0) {
        Pointer to = TF_TensorData(t);
        ByteBuffer target = to.capacity(bytes).asByteBuffer();
        target.put(data.duplicate());
      }
      CallFrame f = CallFrame.get();
      TFE_TensorHandle h = TFE_NewTensorHandle(t, f.status);
      f.check("Making a tensor " + type);
      return new EmbeddedBuffer(on, type, h, null, new SharedBytes(watch, bytes));
    } finally {
      TF_DeleteTensor(t);
    }
  }

  @Override
  public XlaBuffer view(XlaBuffer buffer, TensorType type) {
    if (buffer.type().bytes() != type.bytes()) {
      throw new IllegalArgumentException("A view of " + buffer.type() + " cannot be " + type);
    }
    EmbeddedBuffer b = (EmbeddedBuffer) buffer;
    CallFrame f = CallFrame.get();
    TF_Tensor from = TFE_TensorHandleResolve(b.handle(), f.status);
    f.check("Viewing a tensor");
    int number = type.element().tensorflow();
    TF_Tensor to = TF_AllocateTensor(number, new long[] {0}, 1, 0);
    try {
      long[] dims = type.dims();
      TF_TensorBitcastFrom(from, number, to, dims, dims.length, f.status);
      f.check("Viewing a tensor " + buffer.type() + " as " + type);
      TFE_TensorHandle h = TFE_NewTensorHandle(to, f.status);
      f.check("Viewing a tensor");
      return new EmbeddedBuffer(buffer.device(), type, h, b.arena(), b.bytes().share());
    } finally {
      TF_DeleteTensor(from);
      TF_DeleteTensor(to);
      Reference.reachabilityFence(buffer);
    }
  }

  @Override
  public MemoryWatch watch(XlaDevice on) {
    return watch;
  }

  ProgramWatch programs() {
    return programs;
  }

  @Override
  public DeviceMemory memory(XlaDevice on) {
    return new DeviceMemory(watch.used(), watch.peak(), watch.limit());
  }

  @Override
  public void synchronize() {
    // calls return when they are done
  }

  @Override
  public synchronized void close() {
    Arena a = arena;
    arena = null;
    if (a != null) {
      a.release();
    }
  }
}
