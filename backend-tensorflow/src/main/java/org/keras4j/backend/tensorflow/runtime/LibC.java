package org.keras4j.backend.tensorflow.runtime;

import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;
import org.keras4j.core.internal.CFunctions;
import org.tensorflow.internal.c_api.Deallocator_Pointer_long_Pointer;

/** Functions of the C library. */
final class LibC {
  /** Those of one argument. */
  static final CFunctions FUNCTIONS = new CFunctions(Loader.class);

  private LibC() {}

  /** The function {@code mallopt}; nothing where there is none. After the libraries are loaded. */
  static void mallopt(int parameter, int value) {
    Pointer address = Loader.addressof("mallopt");
    if (address != null) {
      // a binding of a function of an address and a number, which it takes from behind a pointer
      try (LongPointer function = new LongPointer(1).put(address.address())) {
        new Deallocator_Pointer_long_Pointer(function).call(new Number(parameter), value, null);
      }
    }
  }

  // a number where an address is expected; nobody looks there
  private static final class Number extends Pointer {
    Number(long value) {
      address = value;
    }
  }
}
