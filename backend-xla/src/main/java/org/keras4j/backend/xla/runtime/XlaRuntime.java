package org.keras4j.backend.xla.runtime;

import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.spi.DeviceMemory;
import org.keras4j.core.spi.MemoryWatch;
import org.keras4j.core.spi.TransferMemory;

/** Compiles and runs programs on the devices of one client. Methods may be called from any thread. */
public interface XlaRuntime extends AutoCloseable {
  /** For people: {@code "embedded"}, {@code "pjrt cuda"}. */
  String name();

  /** Versions of what runs underneath. */
  String version();

  Capabilities capabilities();

  /** At least one. */
  List<XlaDevice> devices();

  /**
   * Compiles a module of StableHLO text whose public function is {@code main}.
   *
   * @throws XlaException if it is refused
   */
  XlaProgram compile(String stablehlo, ProgramSpec spec);

  /**
   * Copies an array to a device.
   *
   * @param data the elements in C order from position to limit; direct or not. Read during the call only, unless
   *     they lie in {@link #transferMemory}
   */
  XlaBuffer fromHost(TensorType type, ByteBuffer data, XlaDevice device);

  /** Memory that the devices read by themselves; null if there is none, or no more of it. */
  default @Nullable TransferMemory transferMemory(long bytes) {
    return null;
  }

  /**
   * A second buffer over the same memory, under a type of as many bytes; null if this runtime cannot.
   * The memory lives as long as either.
   */
  default @Nullable XlaBuffer view(XlaBuffer buffer, TensorType type) {
    return null;
  }

  /** What a device holds. */
  DeviceMemory memory(XlaDevice device);

  /** The count of bytes on a device, which refuses what does not fit. */
  MemoryWatch watch(XlaDevice device);

  /** Waits until what was started is done. */
  void synchronize();

  /** Frees the client; buffers and programs of it must not be used afterwards. */
  @Override
  void close();
}
