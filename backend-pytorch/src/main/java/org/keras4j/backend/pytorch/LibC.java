package org.keras4j.backend.pytorch;

import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.openblas.presets.openblas_nolapack.MklDomainSetNumThreads;
import org.keras4j.core.internal.CFunctions;

/** Functions of the C library. */
final class LibC {
  /** Those of one argument. */
  static final CFunctions FUNCTIONS = new CFunctions(Loader.class);

  private LibC() {}

  /** Gives pages that are free, but kept between those in use, back to the system; nothing where that is unknown. */
  static void trim() {
    FUNCTIONS.call("malloc_trim", 1);
  }

  /** The function {@code mallopt}; nothing where there is none. After libtorch is loaded, with whose libraries it goes. */
  static void mallopt(int parameter, int value) {
    Pointer address = Loader.addressof("mallopt");
    if (address != null) {
      // a binding of any function of two integers, which it takes from behind a pointer
      try (LongPointer function = new LongPointer(1).put(address.address())) {
        new MklDomainSetNumThreads(function).call(parameter, value);
      }
    }
  }
}
