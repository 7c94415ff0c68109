package org.keras4j.backend.xla.runtime.embedded;

import static org.tensorflow.internal.c_api.global.tensorflow.TFE_ContextOptionsSetConfig;
import static org.tensorflow.internal.c_api.global.tensorflow.TFE_DeleteContext;
import static org.tensorflow.internal.c_api.global.tensorflow.TFE_DeleteContextOptions;
import static org.tensorflow.internal.c_api.global.tensorflow.TFE_NewContext;
import static org.tensorflow.internal.c_api.global.tensorflow.TFE_NewContextOptions;

import java.util.concurrent.atomic.AtomicInteger;
import org.bytedeco.javacpp.BytePointer;
import org.keras4j.core.spi.Processors;
import org.tensorflow.internal.c_api.TFE_Context;
import org.tensorflow.internal.c_api.TFE_ContextOptions;

/**
 * A native context that holds a few dozen programs. The library never forgets an executable while its
 * context lives, so the context goes when the last program and the last result made in it are gone.
 */
final class Arena {
  /** Programs a context: enough to share its fixed cost, few enough that one survivor pins little. */
  static final int CAPACITY = 32;

  // field 5 of ConfigProto, inter_op_parallelism_threads = 1: calls run in the caller's thread
  // anyway
  private static final byte[] INTER = {0x28, 1};
  private static final byte[] CONFIG = config(Processors.share());

  final TFE_Context context;
  private final AtomicInteger references = new AtomicInteger(1);
  private int programs;

  // field 2, intra_op_parallelism_threads: a container's share, which the library does not see
  static byte[] config(int share) {
    if (share == 0) {
      return INTER;
    }
    int n = Math.min(share, 0x3FFF); // as one or two bytes of seven bits
    return n < 0x80
        ? new byte[] {0x10, (byte) n, INTER[0], INTER[1]}
        : new byte[] {0x10, (byte) (n & 0x7F | 0x80), (byte) (n >> 7), INTER[0], INTER[1]};
  }

  Arena() {
    CallFrame f = CallFrame.get();
    TFE_ContextOptions options = TFE_NewContextOptions();
    try (BytePointer config = new BytePointer(CONFIG)) {
      TFE_ContextOptionsSetConfig(options, config, CONFIG.length, f.status);
      f.check("Configuring XLA");
      context = TFE_NewContext(options, f.status);
      f.check("Starting XLA");
    } finally {
      TFE_DeleteContextOptions(options);
    }
  }

  /** Counts one more program; whether there is room for yet another. Guarded by the runtime. */
  boolean admit() {
    references.incrementAndGet();
    return ++programs < CAPACITY;
  }

  void retain() {
    references.incrementAndGet();
  }

  void release() {
    if (references.decrementAndGet() == 0) {
      TFE_DeleteContext(context);
    }
  }
}
