package org.keras4j.backend.xla.runtime.pjrt;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongConsumer;

/** Native objects that were forgotten, waiting for a thread that calls the plugin anyway. */
final class ReleaseQueue {
  private final ConcurrentLinkedQueue<Long> addresses = new ConcurrentLinkedQueue<>();

  void add(long address) {
    addresses.add(address);
  }

  void drain(LongConsumer destroy) {
    if (addresses.isEmpty()) {
      return;
    }
    for (Long a = addresses.poll(); a != null; a = addresses.poll()) {
      destroy.accept(a);
    }
  }
}
