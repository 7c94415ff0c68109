package org.keras4j.backend.tensorflow.runtime;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;
import org.keras4j.core.internal.messages.Log;
import org.tensorflow.internal.c_api.Deallocator_Pointer_long_Pointer;

/**
 * Variables of the process's environment as native code sees them, which Java cannot set by itself, and settings of
 * its memory. JavaCPP
 * can call any C function of one pointer, that being the form of what frees memory, and {@code
 * putenv("NAME=value")} is of that form.
 */
final class NativeEnvironment {
  // putenv makes the strings themselves part of the environment
  private static final List<BytePointer> KEPT = new ArrayList<>();

  private NativeEnvironment() {}

  /** Sets a variable that the user has not set; where that cannot be, it stays unset. */
  static synchronized void setDefault(String name, String value) {
    if (System.getenv(name) != null) {
      return;
    }
    try {
      BytePointer text = new BytePointer(name + "=" + value);
      Pointer putenv = Loader.addressof("putenv");
      if (putenv == null) {
        return; // Windows has none
      }
      KEPT.add(text);
      Method init =
          Pointer.class.getDeclaredMethod("init", long.class, long.class, long.class, long.class);
      init.setAccessible(true);
      Pointer call = new Pointer();
      init.invoke(call, text.address(), 1L, text.address(), putenv.address());
      call.deallocate();
    } catch (ReflectiveOperationException | RuntimeException e) {
      Log.of(NativeEnvironment.class).debug(name + " stays unset", e);
    }
  }

  /** The C library's function {@code mallopt}; nothing where there is none. After the libraries are loaded. */
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
