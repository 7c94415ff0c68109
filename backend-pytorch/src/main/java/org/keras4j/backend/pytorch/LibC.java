package org.keras4j.backend.pytorch;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.openblas.presets.openblas_nolapack.MklDomainSetNumThreads;
import org.keras4j.core.internal.messages.Log;

/**
 * Functions of the C library. JavaCPP calls C functions of one pointer in order to free memory; what has one
 * argument of that size can be called like that.
 */
final class LibC {
  private static final Log LOG = Log.of(LibC.class);

  // putenv makes the texts themselves part of the environment
  private static final List<BytePointer> KEPT = new ArrayList<>();

  private LibC() {}

  /**
   * Sets a variable of the environment, as native libraries see it when they are loaded, that the user has not
   * set; where there is no such function, it stays unset.
   */
  static synchronized void setDefault(String name, String value) {
    if (System.getenv(name) == null) {
      BytePointer text = new BytePointer(name + "=" + value);
      KEPT.add(text);
      call("putenv", text.address());
    }
  }

  /** Gives pages that are free, but kept between those in use, back to the system; nothing where that is unknown. */
  static void trim() {
    call("malloc_trim", 1);
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

  private static void call(String function, long argument) {
    Pointer address = Loader.addressof(function);
    if (address == null) {
      return;
    }
    try {
      Method init =
          Pointer.class.getDeclaredMethod("init", long.class, long.class, long.class, long.class);
      init.setAccessible(true);
      Pointer call = new Pointer();
      init.invoke(call, argument, 1L, argument, address.address());
      call.deallocate();
    } catch (ReflectiveOperationException | RuntimeException e) {
      LOG.debug(function + " is not called", e);
    }
  }
}
